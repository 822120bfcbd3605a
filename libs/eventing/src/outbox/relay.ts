import type pg from 'pg';
import { lockKey, quoteIdentifier, type Database } from '@gatehouse/database';
import { toHeaders } from '../envelope.js';
import type { EventingHooks } from '../hooks.js';
import type { OutgoingRecord, Publisher, PublishSession } from '../types.js';
import { outboxChannel, type Outbox } from './outbox.js';

export interface RelayOptions {
  service: string;
  database: Database;
  outbox: Outbox;
  publisher: Publisher;
  hooks?: EventingHooks;
  batchSize?: number;
  pollMs?: number;
  /** A leader that says nothing for so long loses its lock: its process is stopped, or cut off. */
  leaderSilenceMs?: number;
  /** Runs each time this process has become the leader, before anything is sent. Where it fails, leading begins anew. */
  beforeSending?: () => Promise<void>;
}

interface Row {
  seq: number;
  id: string;
  topic: string;
  key: string;
  type: string | null;
  payload: string | null;
  time: Date;
  traceparent: string | null;
}

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });

/**
 * Sends an outbox to the bus: one leader by session lock, one batch after the other, in the order of `seq`.
 *
 * Why a leader that lost its lock never overwrites newer state (docs/adr/0003): a batch is read **on the connection that
 * holds the lock**, after the publish session was opened. If that read succeeds, the lock was held after our session
 * began; so whoever leads next opens its session later, which fences ours, and sends only what it reads after that.
 */
export class Relay {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private awake = false;
  private wakeUp: () => void = () => undefined;
  private unlisten: () => void = () => undefined;
  private leading = false;

  constructor(private readonly options: RelayOptions) {}

  get leads(): boolean {
    return this.leading;
  }

  start(): void {
    this.unlisten = this.options.outbox.onAppended(() => this.wake());
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.unlisten();
    this.wake();
    await this.running;
  }

  private wake(): void {
    this.awake = true;
    this.wakeUp();
  }

  private async run(): Promise<void> {
    let delay = 100;
    while (!this.stopping.signal.aborted) {
      try {
        await this.lead();
        delay = 100;
      } catch (error) {
        this.options.hooks?.trouble?.('relay', error);
        await wait(delay, this.stopping.signal);
        delay = Math.min(delay * 2, 1000);
      }
    }
  }

  private async lead(): Promise<void> {
    const { database, pollMs = 500, leaderSilenceMs = 5000 } = this.options;
    const client = await database.connectDirect();
    try {
      // A stopped process keeps its TCP connection, and so its session lock: the server must end the session.
      await client.query(`set idle_session_timeout = ${Math.round(leaderSilenceMs)}`);
      const key = lockKey(`relay:${database.schema}`);
      while (!(await tryLock(client, key))) {
        await wait(pollMs, this.stopping.signal);
        if (this.stopping.signal.aborted) return;
      }
      client.on('notification', () => this.wake());
      await client.query(`listen ${quoteIdentifier(outboxChannel(database.schema))}`);
      this.setLeading(true);
      await this.options.beforeSending?.();
      await this.relay(client);
    } finally {
      this.setLeading(false);
      await client.end().catch(() => undefined);
    }
  }

  private setLeading(leads: boolean): void {
    if (this.leading === leads) return;
    this.leading = leads;
    this.options.outbox.leadershipChanged(leads);
  }

  private async relay(client: pg.Client): Promise<void> {
    let session: PublishSession | undefined;
    let sentUpTo = 0;
    try {
      while (!this.stopping.signal.aborted) {
        this.awake = false;
        session ??= await this.options.publisher.open();
        const { rows } = await client.query<Row>(nextBatch, [sentUpTo, this.options.batchSize ?? 500]);
        if (rows.length === 0) {
          await this.nextWake();
          continue;
        }
        await this.send(session, rows, client);
        sentUpTo = rows.at(-1)?.seq ?? sentUpTo;
        await client.query('delete from outbox where seq <= $1', [sentUpTo]);
        this.count(rows);
      }
    } finally {
      await session?.close().catch(() => undefined);
    }
  }

  /** The lock's connection must not fall silent while a slow bus is waited for; nor may a stop wait for a bus that is away. */
  private async send(session: PublishSession, rows: readonly Row[], client: pg.Client): Promise<void> {
    const pulseMs = (this.options.leaderSilenceMs ?? 5000) / 4;
    let beat: Promise<unknown> | undefined;
    const pulse = setInterval(() => {
      beat ??= client.query('select 1').then(
        () => (beat = undefined),
        () => (beat = undefined),
      );
    }, pulseMs);
    const close = (): void => void session.close().catch(() => undefined);
    this.stopping.signal.addEventListener('abort', close);
    try {
      await session.send(rows.map((row) => this.toRecord(row)));
      await beat;
    } finally {
      clearInterval(pulse);
      this.stopping.signal.removeEventListener('abort', close);
    }
  }

  private toRecord({ id, topic, key, type, payload, time, traceparent }: Row): OutgoingRecord {
    const source = `/gatehouse/${this.options.service}`;
    return {
      topic,
      key,
      value: payload,
      headers: toHeaders({ id, type, time, subject: key, source, traceparent }),
    };
  }

  private count(rows: readonly Row[]): void {
    const counts = new Map<string, number>();
    for (const { topic } of rows) counts.set(topic, (counts.get(topic) ?? 0) + 1);
    for (const [topic, count] of counts) this.options.hooks?.relayed?.(topic, count);
  }

  private nextWake(): Promise<void> {
    if (this.awake) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.options.pollMs ?? 500);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

async function tryLock(client: pg.Client, key: string): Promise<boolean> {
  const { rows } = await client.query<{ leads: boolean }>('select pg_try_advisory_lock($1) as leads', [key]);
  return rows[0]?.leads === true;
}

/** With one event of the largest size after it, and all headers, still less than a broker takes for a partition at once. */
const batchBytes = 256 * 1024;

const nextBatch = `
  select seq, id, topic, key, type, payload, time, traceparent
    from (select b.*, sum(b.bytes) over (order by b.seq) - b.bytes as before
            from (select *, coalesce(octet_length(payload), 0) as bytes from outbox
                   where seq > $1 order by seq limit $2) b) counted
   where before <= ${batchBytes} order by seq`;
