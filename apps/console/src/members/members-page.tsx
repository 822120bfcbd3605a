import type { MemberView, Role } from '@gatehouse/api-client';
import { Alert, Button, Group, NativeSelect, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { Icon } from '../parts/icons';
import { ProblemAlert } from '../parts/problem-alert';
import { Rows } from '../parts/rows';
import { CardSkeleton } from '../parts/section-card';
import { SecretOnce } from '../parts/secret-once';
import { PageHead } from '../shell/page-head';
import { EMAIL } from '../sign-in/email';
import { MemberRow } from './member-row';
import { roleOptions } from './role-options';

const words = messages.members;

export function MembersPage() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId/members' });
  const members = useInfiniteQuery({
    queryKey: ['account', accountId, 'members'],
    initialPageParam: undefined as string | undefined,
    refetchInterval: 10_000,
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET('/api/v1/accounts/{accountId}/members', {
          params: { path: { accountId }, query: pageParam === undefined ? {} : { cursor: pageParam } },
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const all: MemberView[] | undefined = members.data?.pages.flatMap((page) => page.items);

  return (
    <Stack gap="md">
      <PageHead title={words.title} line={words.line} />
      {all?.some((member) => member.managedBy === 'directory') === true && (
        <Alert color="indigo" variant="light" icon={<Icon name="people" />}>
          <Text size="sm">{words.directoryNote}</Text>
        </Alert>
      )}
      <InviteCard accountId={accountId} />
      <Paper withBorder radius={12} p={{ base: 'md', sm: 'lg' }} className="gh-card">
        <Stack>
          <ProblemAlert error={members.error} />
          {members.isPending && <CardSkeleton />}
          {all?.length === 0 && <Text size="sm">{words.empty}</Text>}
          {all !== undefined && all.length > 0 && (
            <Rows label={words.title}>
              {all.map((member) => (
                <MemberRow key={member.id} accountId={accountId} member={member} />
              ))}
            </Rows>
          )}
          {members.hasNextPage && (
            <div>
              <Button
                variant="default"
                loading={members.isFetchingNextPage}
                onClick={() => void members.fetchNextPage()}
              >
                {words.more}
              </Button>
            </div>
          )}
        </Stack>
      </Paper>
    </Stack>
  );
}

interface Fields {
  email: string;
  role: Role;
}

function InviteCard({ accountId }: { accountId: string }) {
  const [url, setUrl] = useState<string | null>(null);
  const form = useForm<Fields>({ defaultValues: { email: '', role: 'member' } });
  const invite = useChange({
    run: ({ email, role }: Fields) =>
      answerOf(
        api.POST('/api/v1/accounts/{accountId}/members', {
          params: { path: { accountId } },
          body: { email: email.trim(), role },
        }),
      ),
    onDone: ({ invitationUrl }) => {
      setUrl(invitationUrl ?? null);
      form.reset();
    },
  });
  return (
    <Paper
      component="section"
      aria-label={words.invite}
      withBorder
      radius={12}
      p={{ base: 'md', sm: 'lg' }}
      className="gh-card"
    >
      <form onSubmit={(event) => void form.handleSubmit((fields) => invite.mutate(fields))(event)} noValidate>
        <Stack>
          <div>
            <Title order={2}>{words.invite}</Title>
            <Text size="sm" c="dimmed">
              {words.inviteLine}
            </Text>
          </div>
          <Group align="flex-start" gap="sm">
            <TextInput
              label={words.email}
              type="email"
              autoComplete="off"
              style={{ flex: '1 1 220px' }}
              error={form.formState.errors.email?.message}
              {...form.register('email', {
                validate: (value) => EMAIL.test(value.trim()) || words.inviteEmailInvalid,
              })}
            />
            <NativeSelect label={words.role} data={roleOptions} {...form.register('role')} />
            <Button type="submit" mt={25} loading={invite.isPending}>
              {words.inviteAction}
            </Button>
          </Group>
          <ProblemAlert error={invite.error} />
          {url !== null && (
            <SecretOnce
              label={words.invitation}
              value={url}
              note={words.invitationNote}
              onDone={() => setUrl(null)}
            />
          )}
        </Stack>
      </form>
    </Paper>
  );
}
