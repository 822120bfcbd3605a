import type { DomainView } from '@gatehouse/api-client';
import { Button, Group, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { domainsQuery, useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { ConfirmDialog } from '../parts/confirm-dialog';
import { ProblemAlert } from '../parts/problem-alert';
import { Row, Rows } from '../parts/rows';
import { CardSkeleton, SectionCard } from '../parts/section-card';
import { StatusPill, type Tone } from '../parts/status-pill';
import { DomainProof } from './domain-proof';

const words = messages.sso.domains;

const tones: Record<DomainView['status'], Tone> = {
  pending: 'waiting',
  verified: 'info',
  enabled: 'good',
  lost: 'bad',
};

export function DomainsCard({ accountId }: { accountId: string }) {
  const domains = useQuery(domainsQuery(accountId));
  return (
    <SectionCard icon="globe" title={words.title} line={words.line}>
      <ProblemAlert error={domains.error} />
      {domains.isPending && <CardSkeleton />}
      {domains.data?.length === 0 && <Text size="sm">{words.empty}</Text>}
      {domains.data !== undefined && domains.data.length > 0 && (
        <Rows label={words.title}>
          {domains.data.map((domain) => (
            <DomainRow key={domain.id} accountId={accountId} domain={domain} />
          ))}
        </Rows>
      )}
      <AddDomain accountId={accountId} />
    </SectionCard>
  );
}

function DomainRow({ accountId, domain }: { accountId: string; domain: DomainView }) {
  const [asking, setAsking] = useState<'disable' | 'remove' | null>(null);
  const params = { path: { accountId, domainId: domain.id } };
  const close = () => setAsking(null);
  const enable = useChange({
    run: () => answerOf(api.POST('/api/v1/accounts/{accountId}/domains/{domainId}/enable', { params })),
  });
  const disable = useChange({
    run: () => answerOf(api.POST('/api/v1/accounts/{accountId}/domains/{domainId}/disable', { params })),
    onDone: close,
  });
  const remove = useChange({
    run: () => answerOf(api.DELETE('/api/v1/accounts/{accountId}/domains/{domainId}', { params })),
    onDone: close,
  });

  return (
    <Row
      main={
        <Text size="sm" fw={500}>
          {domain.name}
        </Text>
      }
      aside={
        <>
          <StatusPill tone={tones[domain.status]}>{words.statuses[domain.status]}</StatusPill>
          {domain.status === 'verified' && (
            <Button
              aria-label={words.enableLabel(domain.name)}
              loading={enable.isPending}
              onClick={() => enable.mutate()}
            >
              {words.enable}
            </Button>
          )}
          {domain.status === 'enabled' && (
            <Button
              variant="default"
              aria-label={words.disableLabel(domain.name)}
              onClick={() => setAsking('disable')}
            >
              {words.disable}
            </Button>
          )}
          {domain.status !== 'enabled' && (
            <Button
              variant="default"
              aria-label={words.removeLabel(domain.name)}
              onClick={() => setAsking('remove')}
            >
              {words.remove}
            </Button>
          )}
        </>
      }
      below={
        <>
          <ProblemAlert error={enable.error} />
          {domain.status === 'lost' && <Text size="sm">{words.lost}</Text>}
          {(domain.status === 'pending' || domain.status === 'lost') && (
            <DomainProof accountId={accountId} domain={domain} />
          )}
          {asking === 'disable' && (
            <ConfirmDialog
              title={words.disableTitle(domain.name)}
              consequence={words.disableConsequence(domain.name)}
              action={words.disable}
              pending={disable.isPending}
              error={disable.error}
              onConfirm={() => disable.mutate()}
              onClose={close}
            />
          )}
          {asking === 'remove' && (
            <ConfirmDialog
              title={words.removeTitle(domain.name)}
              consequence={words.removeConsequence(domain.name)}
              action={words.remove}
              pending={remove.isPending}
              error={remove.error}
              onConfirm={() => remove.mutate()}
              onClose={close}
            />
          )}
        </>
      }
    />
  );
}

function AddDomain({ accountId }: { accountId: string }) {
  const form = useForm({ defaultValues: { name: '' } });
  const add = useChange({
    run: (name: string) =>
      answerOf(
        api.POST('/api/v1/accounts/{accountId}/domains', { params: { path: { accountId } }, body: { name } }),
      ),
    onDone: () => form.reset(),
  });
  return (
    <form
      onSubmit={(event) => void form.handleSubmit(({ name }) => add.mutate(name.trim()))(event)}
      noValidate
    >
      <Group align="flex-start" gap="sm">
        <TextInput
          label={words.add}
          description={words.addHint}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          style={{ flex: '1 1 220px' }}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          error={form.formState.errors.name?.message}
          {...form.register('name', { validate: (value) => value.trim() !== '' || words.addMissing })}
        />
        <Button type="submit" variant="default" mt={25} loading={add.isPending}>
          {words.addAction}
        </Button>
      </Group>
      {add.error && (
        <div style={{ marginTop: 12 }}>
          <ProblemAlert error={add.error} />
        </div>
      )}
    </form>
  );
}
