import { Anchor, Button, Text } from '@mantine/core';
import { messages } from '../messages';
import { ProblemAlert } from '../parts/problem-alert';
import { CentredPage } from './centred-page';

export function NotFoundPage() {
  return (
    <CentredPage title={messages.common.notFoundTitle}>
      <Text size="sm">{messages.common.notFound}</Text>
      <Anchor href="/" size="sm" underline="always">
        {messages.common.toStart}
      </Anchor>
    </CentredPage>
  );
}

export function ErrorPage({ error }: { error: unknown }) {
  return (
    <CentredPage title={messages.common.brand}>
      <ProblemAlert error={error} />
      <div>
        <Button variant="default" onClick={() => window.location.reload()}>
          {messages.common.retry}
        </Button>
      </div>
    </CentredPage>
  );
}
