import { lockKey } from './connection.js';
import type { Database } from './database.js';

export interface LeaderJob {
  stop(): Promise<void>;
}

/**
 * Runs work every so often, on one replica at a time: the others skip their turn while it runs. A transaction lock
 * holds the turn, so that it is given up with the connection, and works through a transaction pooler.
 * A failure is given to `onError`, and the next turn tries again.
 */
export function leaderJob(
  database: Database,
  name: string,
  everyMs: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void = () => undefined,
): LeaderJob {
  const key = lockKey(`job:${database.schema}:${name}`);
  let running: Promise<void> = Promise.resolve();
  const turn = (): Promise<void> =>
    database
      .inTransaction(async (tx) => {
        const [row] = await tx.query<{ leads: boolean }>('select pg_try_advisory_xact_lock($1) as leads', [
          key,
        ]);
        if (row?.leads) await work();
      })
      .catch(onError);
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = turn().finally(() => {
      busy = false;
    });
  }, everyMs);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
