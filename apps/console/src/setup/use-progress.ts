import type { SetupView } from '@gatehouse/api-client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { answerOf, api } from '../api/client';
import { setupQuery } from '../api/session';
import { allSteps, currentConnection, isReachable, stepFrom, type Step } from './steps';

/**
 * Tells the account's admins how far the set-up is, and that it is done. Only a note: where it is lost, nothing else is,
 * so that a refusal is not shown.
 */
export function useProgress(setup: SetupView | undefined, step: Step | undefined): void {
  const queryClient = useQueryClient();
  const ahead = setup !== undefined && step !== undefined && isReachable(step, setup) && isAhead(step, setup);
  const connectionId = setup && currentConnection(setup)?.id;
  useEffect(() => {
    if (!ahead || step === undefined) return;
    void note(step, connectionId).then(
      (noted) => queryClient.setQueryData(setupQuery.queryKey, noted),
      () => undefined,
    );
  }, [ahead, step, connectionId, queryClient]);
}

function isAhead(step: Step, { progress, status }: SetupView): boolean {
  if (step === 'done') return status !== 'completed';
  const noted = stepFrom(progress?.step ?? '');
  return noted === undefined || allSteps.indexOf(step) > allSteps.indexOf(noted);
}

async function note(step: Step, connectionId: string | undefined): Promise<SetupView> {
  const noted = await answerOf(
    api.PUT('/api/v1/setup/progress', {
      body: { step, ...(connectionId === undefined ? {} : { connectionId }) },
    }),
  );
  if (step !== 'done') return noted;
  return answerOf(api.POST('/api/v1/setup/complete'));
}
