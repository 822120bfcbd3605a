import { Injectable } from '@nestjs/common';
import { newId, type EventDefinition, type Topic } from '@gatehouse/contracts';
import { type Database, lockKey, type Tx } from '@gatehouse/database';
import { currentTraceparent } from '../envelope.js';

interface OutboxRow {
  id: string;
  topic: string;
  key: string;
  type: string | null;
  payload: string | null;
  traceparent: string | null;
}

/** An event that its own schema refuses was about to be published: an error of ours, and the transaction ends. */
export class InvalidEvent extends Error {
  override readonly name = 'InvalidEvent';
}

/**
 * A service's outbox. `append` only buffers: the rows are the transaction's last writes, under an advisory lock that is
 * held until the commit, so that their `seq` has the order of the commits and a reader never passes one that is late.
 * An earlier lock would deadlock with row locks. See docs/adr/0003.
 */
@Injectable()
export class Outbox {
  private readonly buffers = new WeakMap<Tx, OutboxRow[]>();
  private readonly listeners = new Set<() => void>();
  /** True while the relay in this process leads: it needs no NOTIFY. */
  private relayIsLocal = false;
  private notifying = false;
  private notifyAgain = false;

  constructor(private readonly database: Database) {}

  /** The service that publishes: schemas are named after their service. */
  get service(): string {
    return this.database.schema.replaceAll('_', '-');
  }

  /**
   * Publishes an event with the transaction: both happen or neither does.
   * @throws InvalidEvent where the data don't fit the event's schema
   */
  append<T>(tx: Tx, event: EventDefinition<T>, data: T): void {
    this.buffer(tx, rowOf(event, data));
  }

  /**
   * The same for a statement that is a transaction of its own: common table expressions that take the lock and insert
   * the event, for each row of `after`. That must depend on every other write of the statement, so that the lock comes
   * last. Call `wake` once the statement has returned.
   * @throws InvalidEvent
   */
  lastWrite<T>(
    event: EventDefinition<T>,
    data: T,
    { after, firstParameter }: { after: string; firstParameter: number },
  ): { sql: string; parameters: unknown[] } {
    const { topic, key, type, payload } = rowOf(event, data);
    const at = (offset: number): string => `$${firstParameter + offset}`;
    return {
      sql: `
    outbox_lock as materialized (select pg_advisory_xact_lock(${at(0)}::bigint) from ${after}),
    outbox_row as (
      insert into outbox (id, topic, key, type, payload, traceparent, time)
      select ${at(1)}, ${at(2)}, ${at(3)}, ${at(4)}, ${at(5)}, ${at(6)}, clock_timestamp() from outbox_lock)`,
      parameters: [
        outboxLock(this.database.schema),
        newId('evt'),
        topic,
        key,
        type,
        payload,
        currentTraceparent() ?? null,
      ],
    };
  }

  /** Removes a key from a compacted topic. Publish an explicit state before it: late consumers may see either. */
  tombstone(tx: Tx, topic: Topic, key: string): void {
    if (!topic.compacted)
      throw new InvalidEvent(`${topic.name} is not compacted: a tombstone means nothing there.`);
    this.buffer(tx, { topic: topic.name, key, type: null, payload: null });
  }

  private buffer(tx: Tx, row: Omit<OutboxRow, 'id' | 'traceparent'>): void {
    const full = { ...row, id: newId('evt'), traceparent: currentTraceparent() ?? null };
    const rows = this.buffers.get(tx);
    if (rows) return void rows.push(full);
    const fresh = [full];
    this.buffers.set(tx, fresh);
    tx.beforeCommit(() => this.insert(tx, fresh));
    tx.afterCommit(() => this.wake());
  }

  private async insert(tx: Tx, rows: OutboxRow[]): Promise<void> {
    this.buffers.delete(tx);
    await tx.query(insertSql, [
      outboxLock(this.database.schema),
      rows.map((row) => row.id),
      rows.map((row) => row.topic),
      rows.map((row) => row.key),
      rows.map((row) => row.type),
      rows.map((row) => row.payload),
      rows.map((row) => row.traceparent),
    ]);
  }

  /** Tells relays that there is something to send: the one in this process at once, others by NOTIFY. */
  wake(): void {
    for (const listener of this.listeners) listener();
    if (!this.relayIsLocal) void this.notify();
  }

  /** Outside of transactions, since NOTIFY inside one serialises all commits of the server; one at a time for any number of commits. */
  private async notify(): Promise<void> {
    this.notifyAgain = true;
    if (this.notifying) return;
    this.notifying = true;
    try {
      while (this.notifyAgain) {
        this.notifyAgain = false;
        await this.database.query('select pg_notify($1, $2)', [outboxChannel(this.database.schema), '']);
      }
    } catch {
      // The relay's own poll finds the rows within half a second.
    } finally {
      this.notifying = false;
    }
  }

  /** For the relay of this process. Returns the way to stop listening. */
  onAppended(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** For the relay of this process. */
  leadershipChanged(leads: boolean): void {
    this.relayIsLocal = leads;
  }
}

/** Half of what a broker takes in one batch by default: one larger event would hold up the whole outbox, for ever. */
const maxPayloadBytes = 512 * 1024;

function rowOf<T>(event: EventDefinition<T>, data: T): Omit<OutboxRow, 'id' | 'traceparent'> {
  const parsed = event.schema.safeParse(data);
  if (!parsed.success)
    throw new InvalidEvent(`${event.type} on ${event.topic.name}: ${parsed.error.message}`);
  const payload = JSON.stringify(parsed.data);
  const bytes = Buffer.byteLength(payload);
  if (bytes > maxPayloadBytes) {
    throw new InvalidEvent(
      `${event.type} on ${event.topic.name} has ${bytes} bytes; at most ${maxPayloadBytes} can be published.`,
    );
  }
  return { topic: event.topic.name, key: event.key(parsed.data), type: event.type, payload };
}

export const outboxLock = (schema: string): string => lockKey(`outbox:${schema}`);
export const outboxChannel = (schema: string): string => `outbox_${schema}`;

// The lock's row must exist before any row of the join does, so every seq is drawn under the lock.
const insertSql = `
  with lock as materialized (select pg_advisory_xact_lock($1))
  insert into outbox (id, topic, key, type, payload, traceparent, time)
  select e.id, e.topic, e.key, e.type, e.payload, e.traceparent, clock_timestamp()
    from lock, unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
         with ordinality as e (id, topic, key, type, payload, traceparent, n)
   order by e.n`;
