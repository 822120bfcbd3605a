import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages';
import { CentredPage } from '../shell/centred-page';

const refusals = messages.setup.refusals;

export type Refusal = keyof typeof refusals;

export function refusalOf(code: string): Refusal | undefined {
  if (code === 'token_invalid') return 'link_invalid';
  return Object.keys(refusals).find((one): one is Refusal => one === code);
}

/** A link that does not open, each with its reason and how to get another. */
export function RefusalPage({ refusal, resumable }: { refusal: Refusal; resumable: boolean }) {
  const { title, line } = refusals[refusal];
  return (
    <CentredPage title={title}>
      <Text size="sm">{line}</Text>
      {resumable && (
        <>
          <Text size="sm">{messages.setup.landing.resume}</Text>
          <Button renderRoot={(props) => <Link to="/setup/$step" params={{ step: 'resume' }} {...props} />}>
            {messages.setup.landing.resumeAction}
          </Button>
        </>
      )}
    </CentredPage>
  );
}
