import type { Role } from '@gatehouse/api-client';
import { Button, Group, NativeSelect, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { apiKeysQuery, useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { roleOptions } from '../members/role-options';
import { messages } from '../messages';
import { ProblemAlert } from '../parts/problem-alert';
import { Rows } from '../parts/rows';
import { CardSkeleton } from '../parts/section-card';
import { SecretOnce } from '../parts/secret-once';
import { PageHead } from '../shell/page-head';
import { ApiKeyRow } from './api-key-row';
import { expiryFrom } from './expiry';

const words = messages.apiKeys;

export function ApiKeysPage() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId/api-keys' });
  const keys = useQuery(apiKeysQuery(accountId));
  return (
    <Stack gap="md">
      <PageHead title={words.title} line={words.line} />
      <CreateCard accountId={accountId} />
      <Paper withBorder radius={12} p={{ base: 'md', sm: 'lg' }} className="gh-card">
        <ProblemAlert error={keys.error} />
        {keys.isPending && <CardSkeleton />}
        {keys.data?.length === 0 && <Text size="sm">{words.empty}</Text>}
        {keys.data !== undefined && keys.data.length > 0 && (
          <Rows label={words.title}>
            {keys.data.map((key) => (
              <ApiKeyRow key={key.id} accountId={accountId} apiKey={key} />
            ))}
          </Rows>
        )}
      </Paper>
    </Stack>
  );
}

interface Fields {
  name: string;
  role: Role;
  days: string;
}

function CreateCard({ accountId }: { accountId: string }) {
  const [secret, setSecret] = useState<string | null>(null);
  const form = useForm<Fields>({ defaultValues: { name: '', role: 'member', days: '90' } });
  const create = useChange({
    run: ({ name, role, days }: Fields) => {
      const expiresAt = expiryFrom(days, new Date());
      return answerOf(
        api.POST('/api/v1/accounts/{accountId}/api-keys', {
          params: { path: { accountId } },
          body: { name: name.trim(), role, ...(expiresAt === undefined ? {} : { expiresAt }) },
        }),
      );
    },
    onDone: ({ key }) => {
      setSecret(key);
      form.reset();
    },
  });
  return (
    <Paper
      component="section"
      aria-label={words.create}
      withBorder
      radius={12}
      p={{ base: 'md', sm: 'lg' }}
      className="gh-card"
    >
      <form onSubmit={(event) => void form.handleSubmit((fields) => create.mutate(fields))(event)} noValidate>
        <Stack>
          <Title order={2}>{words.create}</Title>
          <Group align="flex-start" gap="sm">
            <TextInput
              label={words.name}
              autoComplete="off"
              style={{ flex: '1 1 220px' }}
              error={form.formState.errors.name?.message}
              {...form.register('name', { validate: (value) => value.trim() !== '' || words.nameMissing })}
            />
            <NativeSelect label={words.role} data={roleOptions} {...form.register('role')} />
            <NativeSelect
              label={words.expires}
              data={Object.entries(words.expiries).map(([value, label]) => ({ value, label }))}
              {...form.register('days')}
            />
            <Button type="submit" mt={25} loading={create.isPending}>
              {words.createAction}
            </Button>
          </Group>
          <ProblemAlert error={create.error} />
          {secret !== null && (
            <SecretOnce
              label={words.key}
              value={secret}
              note={words.keyNote}
              onDone={() => setSecret(null)}
            />
          )}
        </Stack>
      </form>
    </Paper>
  );
}
