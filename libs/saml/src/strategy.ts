import type { Strategy } from '@node-saml/passport-saml';

/** The parts of a request that a Passport strategy may read. */
export interface StrategyRequest {
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

export type StrategyOutcome<T> =
  | { kind: 'success'; user: T }
  | { kind: 'redirect'; url: string }
  | { kind: 'error'; error: unknown }
  | { kind: 'refused' };

/**
 * Runs a Passport strategy and answers what it decided. Not through an AuthGuard: a logout message makes passport-saml
 * call `pass()`, and a guard then lets the request through with no user. Here `pass` and `fail` are refusals.
 */
export function runStrategy<T>(strategy: Strategy, request: StrategyRequest): Promise<StrategyOutcome<T>> {
  return new Promise((resolve) => {
    Object.assign(strategy, {
      success: (user: T) => resolve({ kind: 'success', user }),
      redirect: (url: string) => resolve({ kind: 'redirect', url }),
      error: (error: unknown) => resolve({ kind: 'error', error }),
      fail: () => resolve({ kind: 'refused' }),
      pass: () => resolve({ kind: 'refused' }),
    });
    try {
      strategy.authenticate(request as unknown as Parameters<Strategy['authenticate']>[0], {});
    } catch (error) {
      resolve({ kind: 'error', error });
    }
  });
}
