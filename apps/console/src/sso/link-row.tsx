import type { SetupLinkView } from '@gatehouse/api-client';
import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { ConfirmDialog } from '../parts/confirm-dialog';
import { RelativeTime } from '../parts/relative-time';
import { Row } from '../parts/rows';
import { StatusPill, type Tone } from '../parts/status-pill';
import { stepName } from '../setup/step-name';
import { stepFrom } from '../setup/steps';

const words = messages.sso.links;

const tones: Record<SetupLinkView['status'], Tone> = {
  pending: 'waiting',
  opened: 'info',
  completed: 'good',
  expired: 'quiet',
  revoked: 'bad',
};

/** A link, and what became of it. */
export function LinkRow({ accountId, link }: { accountId: string; link: SetupLinkView }) {
  const [asking, setAsking] = useState(false);
  const revoke = useChange({
    run: () =>
      answerOf(
        api.DELETE('/api/v1/accounts/{accountId}/setup-links/{linkId}', {
          params: { path: { accountId, linkId: link.id } },
        }),
      ),
    said: words.revoked,
    onDone: () => setAsking(false),
  });
  const domains = link.domains.map((domain) => domain.name).join(', ');
  const over = ['expired', 'revoked', 'completed'].includes(link.status);
  return (
    <Row
      main={
        <>
          <Text size="sm" fw={500}>
            {domains}
          </Text>
          <Text size="sm" c="dimmed" component="div">
            {link.purposes.map((purpose) => words.purposeNames[purpose]).join(', ')} · {words.made}{' '}
            <RelativeTime time={link.createdAt} />
            <Fate link={link} />
          </Text>
        </>
      }
      aside={
        <>
          <StatusPill tone={tones[link.status]}>{words.statuses[link.status]}</StatusPill>
          {!over && (
            <Button variant="default" aria-label={words.revokeLabel(domains)} onClick={() => setAsking(true)}>
              {words.revoke}
            </Button>
          )}
        </>
      }
      below={
        asking && (
          <ConfirmDialog
            title={words.revokeTitle}
            consequence={words.revokeConsequence}
            action={words.revoke}
            pending={revoke.isPending}
            error={revoke.error}
            onConfirm={() => revoke.mutate()}
            onClose={() => setAsking(false)}
          />
        )
      }
    />
  );
}

/** When it was opened, how far it got, when it ends. */
function Fate({ link }: { link: SetupLinkView }) {
  const step = stepFrom(link.progress?.step ?? '');
  return (
    <>
      {link.openedAt !== null && (
        <>
          {' '}
          · {words.opened} <RelativeTime time={link.openedAt} />
        </>
      )}
      {link.status === 'opened' && step !== undefined && <> · {words.reached(stepName(step))}</>}
      {link.completedAt !== null && (
        <>
          {' '}
          · {words.completed} <RelativeTime time={link.completedAt} />
        </>
      )}
      {(link.status === 'pending' || link.status === 'expired') && (
        <>
          {' '}
          · {link.status === 'expired' ? words.expired : words.expires} <RelativeTime time={link.expiresAt} />
        </>
      )}
    </>
  );
}
