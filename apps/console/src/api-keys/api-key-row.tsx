import type { ApiKeyView } from '@gatehouse/api-client';
import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { ConfirmDialog } from '../parts/confirm-dialog';
import { RelativeTime } from '../parts/relative-time';
import { Row } from '../parts/rows';

const words = messages.apiKeys;

export function ApiKeyRow({ accountId, apiKey }: { accountId: string; apiKey: ApiKeyView }) {
  const [asking, setAsking] = useState(false);
  const remove = useChange({
    run: () =>
      answerOf(
        api.DELETE('/api/v1/accounts/{accountId}/api-keys/{keyId}', {
          params: { path: { accountId, keyId: apiKey.id } },
        }),
      ),
    said: words.deleted(apiKey.name),
    onDone: () => setAsking(false),
  });
  return (
    <Row
      main={
        <>
          <Text size="sm" fw={500}>
            {apiKey.name}
          </Text>
          <Text size="sm" c="dimmed" component="div">
            {messages.common.roles[apiKey.role]} · {words.created.toLowerCase()}{' '}
            <RelativeTime time={apiKey.createdAt} /> ·{' '}
            {apiKey.expiresAt === null ? (
              words.neverExpires
            ) : (
              <>
                {words.expiresAt} <RelativeTime time={apiKey.expiresAt} />
              </>
            )}{' '}
            ·{' '}
            {apiKey.lastUsedAt ? (
              <>
                {words.lastUsed} <RelativeTime time={apiKey.lastUsedAt} />
              </>
            ) : (
              words.neverUsed
            )}
          </Text>
        </>
      }
      aside={
        <Button variant="default" aria-label={words.deleteLabel(apiKey.name)} onClick={() => setAsking(true)}>
          {words.deleteAction}
        </Button>
      }
      below={
        asking && (
          <ConfirmDialog
            title={words.deleteTitle(apiKey.name)}
            consequence={words.deleteConsequence}
            action={words.deleteAction}
            pending={remove.isPending}
            error={remove.error}
            onConfirm={() => remove.mutate()}
            onClose={() => setAsking(false)}
          />
        )
      }
    />
  );
}
