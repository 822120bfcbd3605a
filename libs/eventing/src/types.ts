import type { CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { Database, Tx } from '@gatehouse/database';
import type { Topic } from '@gatehouse/contracts';
import type { EventingHooks } from './hooks.js';

/** What a handler is told besides the data. It runs inside `tx`; a batch may share one. */
export interface EventContext {
  /** `ce_id`: the same for every delivery of this event. */
  id: string;
  /** `ce_type`, or an empty string for a tombstone. */
  type: string;
  topic: string;
  key: string;
  time: Date;
  tx: Tx;
  /** W3C trace context of the transaction that published it; the handler runs below that span. */
  traceparent?: string;
}

/** A record as it goes to the bus: CloudEvents 1.0 in Kafka's binary mode. A null value is a tombstone. */
export interface OutgoingRecord {
  topic: string;
  key: string;
  value: string | null;
  headers: Record<string, string>;
}

/** A record as it comes from the bus. `position` rises within a partition. */
export interface IncomingRecord extends OutgoingRecord {
  partition: number;
  position: string;
  time: Date;
}

/**
 * One leader's right to publish for an outbox. `send` is called by one sender, one batch after the other, and either
 * puts the whole batch on the log in order, or throws: then the session is spent.
 */
export interface PublishSession {
  send(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

export interface Publisher {
  /**
   * Begins a session and fences all earlier ones of the same outbox: once this resolves, no `send` of an earlier
   * session puts anything on the log, however late it arrives.
   */
  open(): Promise<PublishSession>;
}

/** What health checks ask of a bus. */
export interface BusHealth {
  /** Has read every subscribed topic to the end offset seen at start. Never false again once true. */
  caughtUp(): boolean;
  /** False where the consumer stands still although the bus answers; a bus that can't be reached is not our fault. */
  live(): Promise<boolean>;
  /** Milliseconds since the last heartbeat of each service, of those that were heard. */
  staleness(): ReadonlyMap<string, number>;
}

/** One service's connection to the event bus. Both adapters implement it, and pass one conformance suite. */
export interface Bus extends BusHealth {
  readonly server: CustomTransportStrategy & Server;
  readonly publisher: Publisher;
  /** True where nothing was ever published there. */
  isEmpty(topic: Topic): Promise<boolean>;
  close(): Promise<void>;
}

export interface RetryPolicy {
  /** How often a message is tried before it is parked. */
  attempts: number;
  firstDelayMs: number;
  maxDelayMs: number;
}

export interface BusOptions {
  /** The consumer group, exactly, and the source of published events. */
  service: string;
  database: Database;
  /** Topics to make where they are missing: those published and those consumed. */
  topics: readonly Topic[];
  hooks?: EventingHooks;
  retry?: Partial<RetryPolicy>;
}
