import type { DirectoryTokenView } from '@gatehouse/api-client';
import { Button, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { directoryTokensQuery, useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { ConfirmDialog } from '../parts/confirm-dialog';
import { ProblemAlert } from '../parts/problem-alert';
import { RelativeTime } from '../parts/relative-time';
import { Row, Rows } from '../parts/rows';
import { SecretOnce } from '../parts/secret-once';

const words = messages.sso.scim;

/** How many may live at once: the old one and its successor. */
const LIVE_TOKENS = 2;

export function DirectoryTokens({ accountId, directoryId }: { accountId: string; directoryId: string }) {
  const [secret, setSecret] = useState<string | null>(null);
  const tokens = useQuery(directoryTokensQuery(accountId, directoryId));
  const create = useChange({
    run: () =>
      answerOf(
        api.POST('/api/v1/accounts/{accountId}/directories/{directoryId}/tokens', {
          params: { path: { accountId, directoryId } },
        }),
      ),
    onDone: ({ token }) => setSecret(token),
  });
  const count = tokens.data?.length ?? 0;
  return (
    <Stack gap="xs" mt="sm">
      <Title order={3}>{words.tokens}</Title>
      <ProblemAlert error={tokens.error ?? create.error} />
      {tokens.data?.length === 0 && <Text size="sm">{words.noTokens}</Text>}
      {tokens.data !== undefined && count > 0 && (
        <Rows label={words.tokens}>
          {tokens.data.map((token) => (
            <TokenRow key={token.id} accountId={accountId} directoryId={directoryId} token={token} />
          ))}
        </Rows>
      )}
      {secret !== null && (
        <SecretOnce
          label={words.token}
          value={secret}
          note={words.tokenNote}
          onDone={() => setSecret(null)}
        />
      )}
      {tokens.data !== undefined && count < LIVE_TOKENS && (
        <div>
          <Button
            variant={count === 0 ? 'filled' : 'default'}
            loading={create.isPending}
            onClick={() => create.mutate()}
          >
            {count === 0 ? words.newToken : words.rotate}
          </Button>
        </div>
      )}
      {count > 0 && (
        <Text size="sm" c="dimmed">
          {words.rotateHint}
        </Text>
      )}
    </Stack>
  );
}

function TokenRow({
  accountId,
  directoryId,
  token,
}: {
  accountId: string;
  directoryId: string;
  token: DirectoryTokenView;
}) {
  const [asking, setAsking] = useState(false);
  const revoke = useChange({
    run: () =>
      answerOf(
        api.DELETE('/api/v1/accounts/{accountId}/directories/{directoryId}/tokens/{tokenId}', {
          params: { path: { accountId, directoryId, tokenId: token.id } },
        }),
      ),
    onDone: () => setAsking(false),
  });
  const name = token.lastFour === undefined ? words.tokenName : words.ending(token.lastFour);
  return (
    <Row
      main={
        <Text size="sm" component="div">
          {name} ·{' '}
          {token.lastUsedAt === null ? (
            words.unused
          ) : (
            <>
              {words.used} <RelativeTime time={token.lastUsedAt} />
            </>
          )}
        </Text>
      }
      aside={
        <Button variant="default" aria-label={words.revokeLabel(name)} onClick={() => setAsking(true)}>
          {words.revokeToken}
        </Button>
      }
      below={
        asking && (
          <ConfirmDialog
            title={words.revokeTitle(name)}
            consequence={words.revokeConsequence}
            action={words.revokeToken}
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
