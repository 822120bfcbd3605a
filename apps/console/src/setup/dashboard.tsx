import { Box, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense, type ComponentType } from 'react';
import { isProblem } from '../api/problem';
import { setupQuery } from '../api/session';
import { Brand } from '../shell/brand';
import { ErrorPage } from '../shell/failure-pages';
import { SchemeToggle } from '../shell/scheme-toggle';
import { ActivateStep } from './activate-step';
import classes from './dashboard.module.css';
import { DirectoryStep } from './directory-step';
import { DoneStep } from './done-step';
import { OverviewStep } from './overview-step';
import { ProtocolStep } from './protocol-step';
import { RefusalPage, refusalOf } from './refusal-page';
import type { StepProps } from './step-frame';
import { StepList } from './step-list';
import { currentConnection, furthestStep, isReachable, stepFrom, type Step } from './steps';
import { TestStep } from './test-step';
import { useProgress } from './use-progress';
import { ValuesStep } from './values-step';

/** The step with the forms is the heaviest, and nobody opens the dashboard for the first time at it. */
const MetadataStep = lazy(async () => ({ default: (await import('./metadata-step')).MetadataStep }));

const pages: Record<Step, ComponentType<StepProps>> = {
  overview: OverviewStep,
  protocol: ProtocolStep,
  values: ValuesStep,
  metadata: MetadataStep,
  test: TestStep,
  activate: ActivateStep,
  directory: DirectoryStep,
  done: DoneStep,
};

/** The Identity Provider Configuration dashboard: one step a page; an address ahead of the draft leads to the furthest. */
export function Dashboard() {
  const params = useParams({ from: '/setup/$step' });
  const setup = useQuery({ ...setupQuery, refetchInterval: 5_000 });

  const step = stepFrom(params.step);
  useProgress(setup.data, step);

  if (isProblem(setup.error)) {
    const refusal = setup.error.status === 401 ? 'ended' : refusalOf(setup.error.code);
    if (refusal) return <RefusalPage refusal={refusal} resumable={false} />;
  }
  if (setup.error && !setup.data) return <ErrorPage error={setup.error} />;

  if (setup.data && (step === undefined || !isReachable(step, setup.data))) {
    return <Navigate to="/setup/$step" params={{ step: furthestStep(setup.data) }} replace />;
  }
  const Page = pages[step ?? 'overview'];
  return (
    <>
      <Box component="header" className={classes.header}>
        <Group justify="space-between" className={classes.inner}>
          <Group gap="md">
            <Brand />
            <Text size="sm" c="dimmed">
              {setup.data?.account.name}
            </Text>
          </Group>
          <SchemeToggle />
        </Group>
      </Box>
      <div className={classes.card}>
        {setup.data && step ? (
          <>
            <StepList setup={setup.data} current={step} />
            <Suspense key={step} fallback={<Loading />}>
              <Page setup={setup.data} connection={currentConnection(setup.data)} />
            </Suspense>
          </>
        ) : (
          <Loading />
        )}
      </div>
    </>
  );
}

function Loading() {
  return (
    <main className={classes.loading}>
      <Skeleton height={28} width="60%" mb="md" />
      <Skeleton height={180} />
    </main>
  );
}
