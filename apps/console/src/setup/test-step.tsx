import type { TestView } from '@gatehouse/api-client';
import { Anchor, Button, Loader, Group, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { setupQuery } from '../api/session';
import { messages } from '../messages';
import { announce } from '../parts/announce';
import { ProblemAlert } from '../parts/problem-alert';
import { StepFrame, type StepProps } from './step-frame';
import { isTested } from './steps';
import { TestResult } from './test-result';

const words = messages.setup.test;

const POLL_MS = 1_500;

export function TestStep({ setup, connection }: StepProps) {
  const tested = connection !== undefined && isTested(connection);
  return (
    <StepFrame
      step="test"
      setup={setup}
      title={words.title}
      line={words.line}
      missing={tested ? undefined : words.needSuccess}
    >
      {connection && <TestRuns accountId={setup.account.id} connectionId={connection.id} />}
    </StepFrame>
  );
}

function TestRuns({ accountId, connectionId }: { accountId: string; connectionId: string }) {
  const [blockedUrl, setBlockedUrl] = useState<string | null>(null);
  const path = { accountId, connectionId };
  const tests = useQuery({
    queryKey: ['account', accountId, 'tests', connectionId],
    queryFn: () =>
      answerOf(
        api.GET('/api/v1/accounts/{accountId}/connections/{connectionId}/tests', { params: { path } }),
      ),
  });
  const start = useChange({
    run: (_tab: Window | null) =>
      answerOf(
        api.POST('/api/v1/accounts/{accountId}/connections/{connectionId}/test', { params: { path } }),
      ),
    onDone: ({ url }, tab) => {
      setBlockedUrl(tab === null ? url : null);
      if (tab) tab.location.assign(url);
    },
  });
  const testId = start.data?.id ?? tests.data?.items[0]?.id;

  /** Opened in the click itself, since a tab that opens after waiting is taken for a pop-up. */
  function run(): void {
    const tab = window.open('', '_blank');
    if (tab) tab.opener = null;
    start.mutate(tab, { onError: () => tab?.close() });
  }

  return (
    <>
      <div>
        <Button loading={start.isPending} onClick={run} variant={testId === undefined ? 'filled' : 'default'}>
          {testId === undefined ? words.start : words.again}
        </Button>
      </div>
      {blockedUrl !== null && (
        <Text size="sm" role="status">
          {words.blocked}{' '}
          <Anchor href={blockedUrl} target="_blank" rel="noreferrer" underline="always">
            {words.openLink}
          </Anchor>
        </Text>
      )}
      <ProblemAlert error={start.error ?? tests.error} />
      {testId !== undefined && <OneTest key={testId} path={{ ...path, testId }} />}
    </>
  );
}

function OneTest({ path }: { path: { accountId: string; connectionId: string; testId: string } }) {
  const queryClient = useQueryClient();
  const test = useQuery({
    queryKey: ['account', path.accountId, 'test', path.testId],
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.status === 'pending' ? POLL_MS : false,
    queryFn: (): Promise<TestView> =>
      answerOf(
        api.GET('/api/v1/accounts/{accountId}/connections/{connectionId}/tests/{testId}', {
          params: { path },
        }),
      ),
  });
  const status = test.data?.status;
  useEffect(() => {
    if (status === 'failed') announce(words.failed);
    if (status !== 'succeeded') return;
    announce(words.succeeded);
    // Continue asks for a connection that is tested.
    void queryClient.invalidateQueries({ queryKey: setupQuery.queryKey });
  }, [status, queryClient]);

  if (test.error) return <ProblemAlert error={test.error} />;
  if (!test.data || test.data.status === 'pending') {
    return (
      <Group gap="sm" role="status">
        <Loader size="sm" aria-hidden="true" />
        <Text size="sm">{words.waiting}</Text>
      </Group>
    );
  }
  return <TestResult test={test.data} />;
}
