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

const words = messages.sso.links;

const tones: Record<string, Tone> = {
  completed: 'good',
  used: 'info',
  opened: 'info',
  in_progress: 'info',
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
            {link.status !== 'revoked' && link.status !== 'completed' && (
              <>
                {' '}
                · {new Date(link.expiresAt) < new Date() ? words.expired : words.expires}{' '}
                <RelativeTime time={link.expiresAt} />
              </>
            )}
          </Text>
        </>
      }
      aside={
        <>
          <StatusPill tone={tones[link.status] ?? 'waiting'}>
            {words.statuses[link.status] ?? link.status}
          </StatusPill>
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
