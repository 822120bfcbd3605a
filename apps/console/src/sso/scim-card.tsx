import type { DirectoryView } from '@gatehouse/api-client';
import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { directoriesQuery, useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { ConfirmDialog } from '../parts/confirm-dialog';
import { CopyField } from '../parts/copy-field';
import { ProblemAlert } from '../parts/problem-alert';
import { RelativeTime } from '../parts/relative-time';
import { Row, Rows } from '../parts/rows';
import { CardSkeleton, SectionCard } from '../parts/section-card';
import { StatusPill, type Tone } from '../parts/status-pill';
import { DirectoryTokens } from './directory-tokens';

const words = messages.sso.scim;

const tones: Record<string, Tone> = { active: 'good', live: 'good', pending: 'waiting', suspended: 'bad' };

export function ScimCard({ accountId }: { accountId: string }) {
  const directories = useQuery(directoriesQuery(accountId));
  const some = directories.data !== undefined && directories.data.length > 0;
  const create = useChange({
    run: () =>
      answerOf(
        api.POST('/api/v1/accounts/{accountId}/directories', {
          params: { path: { accountId } },
          body: { name: words.defaultName, dialect: 'lenient' },
        }),
      ),
  });
  return (
    <SectionCard
      icon="people"
      title={words.title}
      line={some ? words.enabledLine : words.line}
      status={
        directories.data && (
          <StatusPill tone={some ? 'good' : 'waiting'} icon={some ? 'shieldCheck' : 'shield'}>
            {some ? words.enabled : words.notConfigured}
          </StatusPill>
        )
      }
    >
      <ProblemAlert error={directories.error ?? create.error} />
      {directories.isPending && <CardSkeleton />}
      {directories.data && !some && (
        <div>
          <Button loading={create.isPending} onClick={() => create.mutate()}>
            {words.create}
          </Button>
        </div>
      )}
      {directories.data && some && (
        <Rows label={words.title}>
          {directories.data.map((directory) => (
            <DirectoryRow key={directory.id} accountId={accountId} directory={directory} />
          ))}
        </Rows>
      )}
    </SectionCard>
  );
}

function DirectoryRow({ accountId, directory }: { accountId: string; directory: DirectoryView }) {
  const [asking, setAsking] = useState(false);
  const remove = useChange({
    run: () =>
      answerOf(
        api.DELETE('/api/v1/accounts/{accountId}/directories/{directoryId}', {
          params: { path: { accountId, directoryId: directory.id } },
        }),
      ),
    onDone: () => setAsking(false),
  });
  const { counts } = directory;
  return (
    <Row
      main={
        <>
          <Text size="sm" fw={500}>
            {directory.name}
          </Text>
          <Text size="sm" c="dimmed" component="div" style={{ fontVariantNumeric: 'tabular-nums' }}>
            {words.counts(counts.users, counts.active)} ·{' '}
            {directory.lastRequestAt === null ? (
              words.noRequest
            ) : (
              <>
                {words.lastRequest} <RelativeTime time={directory.lastRequestAt} />
              </>
            )}
          </Text>
        </>
      }
      aside={
        <StatusPill tone={tones[directory.status] ?? 'quiet'}>
          {words.statuses[directory.status] ?? directory.status}
        </StatusPill>
      }
      below={
        <>
          <CopyField label={words.baseUrl} value={directory.baseUrl} />
          <DirectoryTokens accountId={accountId} directoryId={directory.id} />
          <Group mt="sm">
            <Button variant="default" onClick={() => setAsking(true)}>
              {words.remove}
            </Button>
          </Group>
          {asking && (
            <ConfirmDialog
              title={words.removeTitle(directory.name)}
              consequence={words.removeConsequence}
              action={words.remove}
              typed={directory.name}
              pending={remove.isPending}
              error={remove.error}
              onConfirm={() => remove.mutate()}
              onClose={() => setAsking(false)}
            />
          )}
        </>
      }
    />
  );
}
