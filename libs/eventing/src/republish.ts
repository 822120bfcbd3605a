import type { EventData, EventDefinition, Topic } from '@gatehouse/contracts';
import type { Database } from '@gatehouse/database';
import { outboxLock, type Outbox } from './outbox/outbox.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a batch may hold events of several shapes
export interface Republished<E extends EventDefinition<any> = EventDefinition<any>> {
  event: E;
  data: EventData<E>;
}

/** What a republisher reads with. */
export type Reader = Pick<Database, 'query'>;

/** Yields the current state of all aggregates of a topic, in batches. Each batch must be read when it is asked for. */
export type Republisher = (database: Reader) => AsyncIterable<readonly Republished[]>;

const republishers = new Map<string, { topic: Topic; source: Republisher }>();

/** Says how a topic's events are made again from the state of the service that owns it. */
export function registerRepublisher(topic: Topic, source: Republisher): void {
  republishers.set(topic.name, { topic, source });
}

export function republishedTopics(service: string): Topic[] {
  return [...republishers.values()]
    .map(({ topic }) => topic)
    .filter(({ publisher }) => publisher === service);
}

/** Whether there is anything to publish again. */
export async function hasState(topicName: string, database: Reader): Promise<boolean> {
  for await (const batch of republishers.get(topicName)?.source(database) ?? []) {
    if (batch.length > 0) return true;
  }
  return false;
}

export interface RepublishOptions {
  database: Database;
  outbox: Outbox;
  /** Between batches, so that the outbox's other events are not held up. */
  pauseMs?: number;
  signal?: AbortSignal;
  onProgress?: (published: number) => Promise<void> | void;
}

/**
 * Publishes the current state of every aggregate of a topic again. Each batch is read under the outbox's own lock: no
 * transaction commits an event between our reading and our writing, so that the last record of a key stays the newest.
 * And it is read on the transaction's own connection: all others of the pool may be waiting for that lock.
 * @returns how many events were published
 */
export async function republish(topicName: string, options: RepublishOptions): Promise<number> {
  const { database, outbox, pauseMs = 20, signal, onProgress } = options;
  const found = republishers.get(topicName);
  if (!found) {
    const known = [...republishers.keys()].sort().join(', ') || 'none';
    throw new Error(`The topic "${topicName}" can't be republished here. Topics that can: ${known}.`);
  }
  let current: Reader = database;
  const reader: Reader = { query: (sql, params) => current.query(sql, params) };
  const batches = found.source(reader)[Symbol.asyncIterator]();
  let published = 0;
  try {
    for (;;) {
      const count = await database.inTransaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [outboxLock(database.schema)]);
        current = tx;
        const next = await batches.next();
        if (next.done) return undefined;
        for (const { event, data } of next.value) outbox.append(tx, event, data);
        return next.value.length;
      });
      if (count === undefined || signal?.aborted) return published;
      published += count;
      await onProgress?.(published);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  } finally {
    await batches.return?.();
  }
}
