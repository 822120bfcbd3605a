import type { DomainView } from '@gatehouse/api-client';
import { Code, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { answerOf, api } from '../api/client';
import { isProblem, type ApiProblem } from '../api/problem';
import { messages } from '../messages';
import { announce } from '../parts/announce';
import { CopyField } from '../parts/copy-field';
import { ProblemAlert } from '../parts/problem-alert';
import { lookUpOf } from './look-up';

const words = messages.sso.domains;

/** The console looks while somebody does: TanStack Query pauses the interval where the tab is hidden. */
const EVERY_MS = 10_000;

type Verdict = { verified: true } | { verified: false; problem: ApiProblem };

/** The record that proves a domain, and what DNS answers at present. */
export function DomainProof({ accountId, domain }: { accountId: string; domain: DomainView }) {
  const queryClient = useQueryClient();
  const look = useQuery({
    queryKey: ['proof', domain.id],
    refetchInterval: EVERY_MS,
    gcTime: 0,
    queryFn: async (): Promise<Verdict> => {
      try {
        await answerOf(
          api.POST('/api/v1/accounts/{accountId}/domains/{domainId}/verify', {
            params: { path: { accountId, domainId: domain.id } },
          }),
        );
        return { verified: true };
      } catch (error) {
        if (isProblem(error, 'domain_not_verified')) return { verified: false, problem: error };
        throw error;
      }
    },
  });

  const verified = look.data?.verified === true;
  useEffect(() => {
    if (!verified) return;
    announce(words.verified(domain.name));
    void queryClient.invalidateQueries({ queryKey: ['account', accountId] });
  }, [verified, accountId, domain.name, queryClient]);

  return (
    <Stack gap="sm" mt="xs">
      <Text size="sm">{words.prove(domain.name)}</Text>
      <CopyField label={words.recordName} value={domain.proof.name} />
      <CopyField label={words.recordValue} value={domain.proof.value} />
      {look.error ? (
        <ProblemAlert error={look.error} />
      ) : (
        <Seen verdict={look.data} recordName={domain.proof.name} />
      )}
    </Stack>
  );
}

function Seen({ verdict, recordName }: { verdict: Verdict | undefined; recordName: string }) {
  if (verdict === undefined) {
    return (
      <Text size="sm" c="dimmed">
        {words.looking}
      </Text>
    );
  }
  if (verdict.verified) return null;
  const { name, found } = lookUpOf(verdict.problem, recordName);
  return (
    <Text size="sm" c="dimmed" component="div">
      {words.looked(name)}{' '}
      {found.length === 0 ? (
        words.foundNothing
      ) : (
        <>
          {words.found('')}
          {found.map((value) => (
            <Code key={value} style={{ overflowWrap: 'anywhere', color: 'var(--mantine-color-text)' }}>
              {value}
            </Code>
          ))}
        </>
      )}
    </Text>
  );
}
