import type { ConnectionView, SetupView } from '@gatehouse/api-client';

export const allSteps = [
  'overview',
  'protocol',
  'values',
  'metadata',
  'test',
  'activate',
  'directory',
  'done',
] as const;
export type Step = (typeof allSteps)[number];

export function stepFrom(value: string): Step | undefined {
  return allSteps.find((step) => step === value);
}

/** The steps that the link's purposes ask for, in order. */
export function stepsOf({ purposes }: Pick<SetupView, 'purposes'>): Step[] {
  return allSteps.filter((step) => {
    if (step === 'overview' || step === 'done') return true;
    if (step === 'directory') return purposes.includes('directory');
    return purposes.includes('sso');
  });
}

/** The connection that this set-up works on: the one being prepared, else the newest. */
export function currentConnection({
  connections,
}: Pick<SetupView, 'connections'>): ConnectionView | undefined {
  return connections.findLast((one) => !isLive(one)) ?? connections.at(-1);
}

/** Whether the provider's values were given. */
export function isConfigured(connection: ConnectionView): boolean {
  return Boolean(connection.protocol === 'saml' ? connection.saml : connection.oidc);
}

/** Whether the configuration, as edited last, had a successful test sign-in. */
export function isTested({ testedVersion, configVersion }: ConnectionView): boolean {
  return testedVersion === configVersion;
}

/** Whether members sign in with the configuration as edited last. */
export function isLive({ status, liveVersion, configVersion }: ConnectionView): boolean {
  return status === 'active' && liveVersion === configVersion;
}

/** Where a reopened dashboard goes on: the first step that is not done. The draft on the server decides. */
export function furthestStep(setup: Pick<SetupView, 'purposes' | 'connections' | 'mayActivate'>): Step {
  const steps = stepsOf(setup);
  const furthest = furthestOfConnection(setup);
  if (furthest !== undefined && steps.includes(furthest)) return furthest;
  return steps.includes('directory') ? 'directory' : 'done';
}

/** Undefined when nothing is left to do for sign-in. */
function furthestOfConnection(
  setup: Pick<SetupView, 'purposes' | 'connections' | 'mayActivate'>,
): Step | undefined {
  if (!setup.purposes.includes('sso')) return undefined;
  const connection = currentConnection(setup);
  if (!connection) return 'protocol';
  if (isLive(connection)) return undefined;
  if (!isConfigured(connection)) return 'values';
  return isTested(connection) ? 'activate' : 'test';
}

/**
 * Whether a step may be opened. Everything up to the furthest; beside it what needs no state of its own: the metadata
 * form next to our values, and what follows an activation that is an admin's to make.
 */
export function isReachable(
  step: Step,
  setup: Pick<SetupView, 'purposes' | 'connections' | 'mayActivate'>,
): boolean {
  const steps = stepsOf(setup);
  const furthest = furthestStep(setup);
  if (steps.indexOf(step) === -1) return false;
  if (steps.indexOf(step) <= steps.indexOf(furthest)) return true;
  if (furthest === 'values') return step === 'metadata';
  if (furthest === 'activate') return setup.mayActivate === false;
  return furthest === 'directory' && step === 'done';
}

export function stepAfter(step: Step, setup: Pick<SetupView, 'purposes'>): Step {
  const steps = stepsOf(setup);
  return steps[steps.indexOf(step) + 1] ?? 'done';
}

export function stepBefore(step: Step, setup: Pick<SetupView, 'purposes'>): Step | undefined {
  const steps = stepsOf(setup);
  return steps[steps.indexOf(step) - 1];
}
