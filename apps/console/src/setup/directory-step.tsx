import type { DirectoryView } from '@gatehouse/api-client';
import { Button, Loader, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { directoriesQuery, directoryTokensQuery, useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { CopyField } from '../parts/copy-field';
import { ProblemAlert } from '../parts/problem-alert';
import { SecretOnce } from '../parts/secret-once';
import { StatusPill } from '../parts/status-pill';
import classes from './dashboard.module.css';
import { StepFrame, type StepProps } from './step-frame';

const words = messages.setup.directory;

export function DirectoryStep({ setup }: StepProps) {
  const accountId = setup.account.id;
  const directories = useQuery(directoriesQuery(accountId));
  const create = useChange({
    run: () =>
      answerOf(
        api.POST('/api/v1/accounts/{accountId}/directories', {
          params: { path: { accountId } },
          body: { name: messages.sso.scim.defaultName, dialect: 'lenient' },
        }),
      ),
  });
  const directory = directories.data?.find((one) => one.status !== 'disabled');
  return (
    <StepFrame step="directory" setup={setup} title={words.title} line={words.line}>
      <ProblemAlert error={directories.error ?? create.error} />
      {directories.data && !directory && (
        <div>
          <Button loading={create.isPending} onClick={() => create.mutate()}>
            {words.start}
          </Button>
        </div>
      )}
      {directory && (
        <>
          <ol className={classes.actions}>
            {words.actions.map((action, index) => (
              <li key={action}>
                {action}
                {index === 1 && (
                  <Stack gap="sm" my="sm">
                    <CopyField label={messages.sso.scim.baseUrl} value={directory.baseUrl} />
                    <Token accountId={accountId} directory={directory} />
                  </Stack>
                )}
              </li>
            ))}
          </ol>
          {directory.lastRequestAt === null ? (
            <Group gap="sm" role="status">
              <Loader size="sm" aria-hidden="true" />
              <Text size="sm">{words.waiting}</Text>
            </Group>
          ) : (
            <div role="status">
              <StatusPill tone="good">{words.received}</StatusPill>
            </div>
          )}
        </>
      )}
    </StepFrame>
  );
}

function Token({ accountId, directory }: { accountId: string; directory: DirectoryView }) {
  const [secret, setSecret] = useState<string | null>(null);
  const tokens = useQuery(directoryTokensQuery(accountId, directory.id));
  const create = useChange({
    run: () =>
      answerOf(
        api.POST('/api/v1/accounts/{accountId}/directories/{directoryId}/tokens', {
          params: { path: { accountId, directoryId: directory.id } },
        }),
      ),
    onDone: ({ token }) => setSecret(token),
  });
  if (secret !== null) {
    return (
      <SecretOnce
        label={messages.sso.scim.token}
        value={secret}
        note={messages.sso.scim.tokenNote}
        onDone={() => setSecret(null)}
      />
    );
  }
  return (
    <>
      {tokens.data !== undefined && tokens.data.length > 0 && (
        <Text size="sm" c="dimmed">
          {words.tokenExists}
        </Text>
      )}
      <ProblemAlert error={tokens.error ?? create.error} />
      <div>
        <Button
          variant={tokens.data?.length === 0 ? 'filled' : 'default'}
          loading={create.isPending}
          onClick={() => create.mutate()}
        >
          {words.tokenAction}
        </Button>
      </div>
    </>
  );
}
