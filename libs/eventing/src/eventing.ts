import { Heartbeat } from '@gatehouse/contracts';
import { isDatabaseAway, leaderJob, type Database, type LeaderJob } from '@gatehouse/database';
import type { EventingHooks } from './hooks.js';
import type { Outbox } from './outbox/outbox.js';
import { Relay } from './outbox/relay.js';
import { hasState, republish, republishedTopics } from './republish.js';
import { replayRequested, type Replayer } from './replay.js';
import type { Bus } from './types.js';

export interface EventingOptions {
  service: string;
  database: Database;
  outbox: Outbox;
  bus: Bus;
  hooks?: EventingHooks;
  /** 0 for none. */
  heartbeatMs?: number;
  /** How often requests of `npm run events` are looked for. */
  requestsMs?: number;
  /** See `RelayOptions`. */
  leaderSilenceMs?: number;
}

export interface Eventing {
  /** True while this process sends the outbox. */
  leads(): boolean;
  stop(): Promise<void>;
}

const hour = 3_600_000;
const inboxDays = 30;

/**
 * Starts what runs beside the consumer: the relay, the heartbeat through the outbox, requests from the command line,
 * pruning, and republishing where a topic of ours is empty while we have state. Stop it before the bus.
 */
export function startEventing(options: EventingOptions): Eventing {
  const {
    service,
    database,
    outbox,
    bus,
    hooks,
    heartbeatMs = 1000,
    requestsMs = 2000,
    leaderSilenceMs,
  } = options;
  const trouble = (what: string) => (error: unknown) => hooks?.trouble?.(what, error);
  const stopping = new AbortController();
  let looked = false;
  const relay = new Relay({
    service,
    database,
    outbox,
    publisher: bus.publisher,
    hooks,
    leaderSilenceMs,
    beforeSending: async () => {
      if (!looked) await requestForEmptyTopics(options);
      looked = true;
    },
  });
  relay.start();
  const heartbeat = setInterval(
    () => {
      beating ??= beat().finally(() => (beating = undefined));
    },
    Math.max(heartbeatMs, 1),
  );
  heartbeat.unref();
  if (heartbeatMs === 0) clearInterval(heartbeat);
  let beating: Promise<void> | undefined;
  async function beat(): Promise<void> {
    if (!relay.leads) return;
    const at = new Date();
    await database
      .inTransaction(async (tx) =>
        outbox.append(tx, Heartbeat, { service, version: at.getTime(), at: at.toISOString() }),
      )
      .catch(trouble('heartbeat'));
  }
  const replayer = (bus.server as Partial<Replayer>).processor;
  const jobs: LeaderJob[] = [
    leaderJob(
      database,
      'event-requests',
      requestsMs,
      async () => {
        await republishRequested(options, stopping.signal);
        if (replayer) await replayRequested(database, replayer);
      },
      trouble('requests'),
    ),
    leaderJob(database, 'prune-inbox', hour, () => pruneInbox(database), trouble('prune')),
  ];
  return {
    leads: () => relay.leads,
    stop: async () => {
      stopping.abort();
      clearInterval(heartbeat);
      await Promise.all([...jobs.map((job) => job.stop()), beating]);
      await relay.stop();
    },
  };
}

/**
 * Moving from the embedded bus to Kafka, or a lost cluster: consumers must learn all state again. Looked at before the
 * outbox's first record makes the topic look full; and asked for by a row, so that a process that dies over it does not
 * leave half of the state unsaid.
 */
async function requestForEmptyTopics({ service, bus, database }: EventingOptions): Promise<void> {
  for (const topic of republishedTopics(service)) {
    if (!(await bus.isEmpty(topic)) || !(await hasState(topic.name, database))) continue;
    await database.query(
      `insert into republish_requests (topic)
       select $1::text where not exists (select 1 from republish_requests where topic = $1 and done_at is null)`,
      [topic.name],
    );
  }
}

async function republishRequested({ database, outbox }: EventingOptions, signal: AbortSignal): Promise<void> {
  const requests = await database.query<{ id: number; topic: string }>(
    'select id, topic from republish_requests where done_at is null order by id',
  );
  for (const { id, topic } of requests) {
    const onProgress = async (published: number): Promise<void> => {
      await database.query('update republish_requests set published = $2 where id = $1', [id, published]);
    };
    const error = await republish(topic, { database, outbox, signal, onProgress }).then(
      () => null,
      (failure: unknown) => {
        // Says nothing about the request: it is done at another turn.
        if (isDatabaseAway(failure)) throw failure;
        return failure instanceof Error ? failure.message : String(failure);
      },
    );
    if (signal.aborted) return;
    await database.query('update republish_requests set done_at = now(), error = $2 where id = $1', [
      id,
      error,
    ]);
  }
}

async function pruneInbox(database: Database): Promise<void> {
  await database.query(`delete from inbox where handled_at < now() - make_interval(days => $1)`, [inboxDays]);
  await database.query(`delete from republish_requests where done_at < now() - make_interval(days => $1)`, [
    inboxDays,
  ]);
}
