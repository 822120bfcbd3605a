import { Alert, Button, Stack, Text } from '@mantine/core';
import { messages } from '../messages';
import { CopyField } from './copy-field';
import { Icon } from './icons';

/** A secret that is shown once: it goes away for good when the person says it is copied. */
export function SecretOnce({
  label,
  value,
  note,
  onDone,
}: {
  label: string;
  value: string;
  note: string;
  onDone: () => void;
}) {
  return (
    <Alert
      role="status"
      color="yellow"
      variant="light"
      icon={<Icon name="key" />}
      title={messages.common.shownOnce}
    >
      <Stack gap="sm">
        <Text size="sm">{note}</Text>
        <CopyField label={label} value={value} />
        <div>
          <Button variant="default" onClick={onDone}>
            {messages.common.copiedIt}
          </Button>
        </div>
      </Stack>
    </Alert>
  );
}
