import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { isDatabaseAway, type Database, type Tx } from '@gatehouse/database';
import { contextOf } from '../envelope.js';
import type { EventingHooks } from '../hooks.js';
import type { EventContext, IncomingRecord, RetryPolicy } from '../types.js';
import { decode, eventId, MalformedEvent, type Decoded } from './decode.js';
import type { Handlers } from './handlers.js';
import { park, parkedAmong, supersede } from './parking.js';

/** How the adapter is told of life, and tells of its end, while records are handled. */
export interface Control {
  heartbeat(): Promise<void>;
  stopped(): boolean;
}

export interface ProcessorOptions {
  database: Database;
  handlers: Handlers;
  hooks?: EventingHooks;
  retry?: Partial<RetryPolicy>;
}

interface Item {
  record: IncomingRecord;
  decoded: Decoded;
}

/** Later events of a key on a topic of deltas wait for the parked one before them. */
class WaitsBehindParked extends Error {
  override readonly name = 'WaitsBehindParked';
}

const chunkSize = 200;
const heartbeatMs = 1000;

/**
 * Handles records: a batch in one transaction; where that fails, its records one by one, each in its own, retried in
 * place with backoff, then parked. While the database is away nothing is counted and nothing parked. See docs/adr/0002.
 */
export class Processor {
  private readonly retry: RetryPolicy;
  private readonly heartbeats = new Map<string, number>();

  constructor(private readonly options: ProcessorOptions) {
    this.retry = { attempts: 6, firstDelayMs: 50, maxDelayMs: 2000, ...options.retry };
  }

  /** Handles records in order. Returns how many of them, from the first on, are done with: fewer than given only where stopped. */
  async process(records: readonly IncomingRecord[], control: Control): Promise<number> {
    const timer = setInterval(() => void control.heartbeat().catch(() => undefined), heartbeatMs);
    try {
      let done = 0;
      while (done < records.length && !control.stopped()) {
        const chunk = records.slice(done, done + chunkSize);
        const handled = await this.chunk(chunk, control);
        done += handled;
        if (handled < chunk.length) break;
      }
      return done;
    } finally {
      clearInterval(timer);
    }
  }

  /** Milliseconds since the last heartbeat of each service that was heard. */
  staleness(now: number = Date.now()): ReadonlyMap<string, number> {
    return new Map([...this.heartbeats].map(([service, at]) => [service, now - at]));
  }

  /** Handles a parked record again; its row is deleted in the same transaction. */
  async replay(record: IncomingRecord, parkedId: number): Promise<void> {
    const item = this.item(record);
    if (item.decoded.kind === 'malformed') throw item.decoded.error;
    await this.options.database.inTransaction(async (tx) => {
      await tx.query('delete from parked_events where id = $1', [parkedId]);
      await this.handle(item, tx);
    });
    this.options.hooks?.unparked?.(record.topic, record.key);
  }

  private item(record: IncomingRecord): Item {
    return { record, decoded: decode(record, this.options.handlers) };
  }

  private async chunk(records: readonly IncomingRecord[], control: Control): Promise<number> {
    const items = records.map((record) => this.item(record));
    if (!items.some(({ decoded }) => decoded.kind === 'malformed')) {
      try {
        await this.together(items);
        return items.length;
      } catch (error) {
        if (isDatabaseAway(error)) this.options.hooks?.trouble?.('database', error);
      }
    }
    let done = 0;
    for (const item of items) {
      if (control.stopped() || !(await this.alone(item, control))) break;
      done += 1;
    }
    return done;
  }

  private async together(items: readonly Item[]): Promise<void> {
    const relevant = items.filter(({ decoded }) => decoded.kind !== 'ignored');
    if (relevant.length > 0) {
      const unparked = await this.options.database.inTransaction(async (tx) => {
        await this.refuseWaiting(tx, relevant);
        for (const item of relevant) await this.handle(item, tx);
        return this.supersede(tx, relevant);
      });
      for (const { topic, key } of unparked) this.options.hooks?.unparked?.(topic, key);
    }
    for (const item of relevant) this.consumed(item);
  }

  private async refuseWaiting(tx: Tx, items: readonly Item[]): Promise<void> {
    const deltas = items
      .map(({ record }) => record)
      .filter(({ topic }) => !this.options.handlers.isCompacted(topic));
    const held = await parkedAmong(tx, deltas);
    if (held.size > 0) throw new WaitsBehindParked('An earlier event of the same key is parked.');
  }

  private supersede(tx: Tx, items: readonly Item[]): Promise<{ topic: string; key: string }[]> {
    return supersede(
      tx,
      items
        .filter(({ record }) => this.options.handlers.isCompacted(record.topic))
        .map(({ record: { topic, key }, decoded }) => ({
          topic,
          key,
          version: decoded.kind === 'event' ? decoded.version : null,
        })),
    );
  }

  /** One record until it is handled or parked. False where we were stopped meanwhile. */
  private async alone(item: Item, control: Control): Promise<boolean> {
    let attempts = 0;
    while (!control.stopped()) {
      const failure = await this.attempt(item);
      if (failure === undefined) return true;
      if (isDatabaseAway(failure) && (await this.databaseWasAway(control))) continue;
      attempts += 1;
      const final = failure instanceof MalformedEvent || failure instanceof WaitsBehindParked;
      if (!final && attempts < this.retry.attempts) {
        this.options.hooks?.retried?.(item.record.topic, item.record.key, failure);
        await pause(this.delay(attempts), control);
      } else if (await this.park(item, failure, attempts, control)) {
        return true;
      }
    }
    return false;
  }

  private async attempt(item: Item): Promise<unknown> {
    if (item.decoded.kind === 'malformed') return item.decoded.error;
    try {
      await this.together([item]);
      return undefined;
    } catch (error) {
      return error ?? new Error('The handler failed without a reason.');
    }
  }

  private async park(item: Item, error: unknown, attempts: number, control: Control): Promise<boolean> {
    const { record, decoded } = item;
    const version = decoded.kind === 'event' ? decoded.version : null;
    const compacted = this.options.handlers.isCompacted(record.topic);
    try {
      await park(this.options.database, { record, compacted, version, error, attempts });
    } catch (failure) {
      this.options.hooks?.trouble?.('parking', failure);
      await pause(this.retry.maxDelayMs, control);
      return false;
    }
    this.options.hooks?.parked?.(record.topic, record.key, error);
    return true;
  }

  /**
   * Waits until the database answers. False where it answers at once: then the failure may be the handler's own (a
   * refused connection to somewhere else), and counts.
   */
  private async databaseWasAway(control: Control): Promise<boolean> {
    for (let waits = 0; !control.stopped(); waits += 1) {
      try {
        await this.options.database.query('select 1');
        return waits > 0;
      } catch (error) {
        this.options.hooks?.trouble?.('database', error);
        await pause(Math.min(100 * 2 ** waits, this.retry.maxDelayMs), control);
      }
    }
    return true;
  }

  private async handle({ record, decoded }: Item, tx: Tx): Promise<void> {
    if (decoded.kind !== 'event' && decoded.kind !== 'tombstone') return;
    const { topic, key, time, headers } = record;
    const type = decoded.kind === 'event' ? decoded.type : '';
    const context: EventContext = {
      id: eventId(record),
      type,
      topic,
      key,
      time,
      tx,
      traceparent: headers.traceparent,
    };
    const data = decoded.kind === 'event' ? decoded.data : null;
    await traced(context, () => this.options.handlers.handle(data, context));
  }

  private consumed({ record, decoded }: Item): void {
    const type = decoded.kind === 'event' ? decoded.type : '';
    this.options.hooks?.consumed?.(record.topic, type);
    if (decoded.kind === 'event' && type === 'Heartbeat')
      this.heartbeats.set(record.key, record.time.getTime());
  }

  private delay(attempts: number): number {
    return Math.min(this.retry.firstDelayMs * 2 ** (attempts - 1), this.retry.maxDelayMs);
  }
}

function traced(event: EventContext, work: () => Promise<void>): Promise<void> {
  const attributes = {
    'messaging.operation.type': 'process',
    'messaging.destination.name': event.topic,
    'messaging.message.id': event.id,
  };
  const name = `process ${event.type || 'tombstone'}`;
  const options = { kind: SpanKind.CONSUMER, attributes };
  return trace
    .getTracer('gatehouse')
    .startActiveSpan(name, options, contextOf(event.traceparent), async (span) => {
      try {
        await work();
      } catch (error) {
        span.setStatus({
          code: SpanStatusCode.ERROR,
          message: error instanceof Error ? error.message : String(error),
        });
        throw error;
      } finally {
        span.end();
      }
    });
}

/** Waits, in steps short enough to notice a stop. */
async function pause(ms: number, control: Control): Promise<void> {
  const until = Date.now() + ms;
  while (Date.now() < until && !control.stopped()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(50, Math.max(1, until - Date.now()))));
  }
}
