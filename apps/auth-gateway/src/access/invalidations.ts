import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database, type Tx } from '@gatehouse/database';
import { Logger } from '@gatehouse/service-host';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { InvalidationKey } from './invalidation-keys.js';

const BEAT_MS = 1_000;
/** Unheard for this long, our own beats no longer prove that invalidations reach us. */
export const DEAF_AFTER_MS = 2_000;
const RECONNECT_AFTER_MS = 5_000;
/** NOTIFY takes payloads below 8,000 bytes. */
const KEYS_A_MESSAGE = 150;

export interface InvalidationListener {
  invalidate(keys: Iterable<InvalidationKey>): void;
  clear(): void;
  /** Once a second, while the database answers. */
  beat(): Promise<void>;
}

/**
 * Tells all replicas, after commit, what changed. Inside the transaction a NOTIFY would serialise all commits of the
 * server. A replica hears its own beat each second; when it does not, it is deaf, and must not trust its cache.
 */
@Injectable()
export class Invalidations implements OnModuleInit, OnApplicationShutdown {
  private readonly channel: string;
  private readonly replica = randomUUID();
  private readonly pending = new WeakMap<Tx, Set<InvalidationKey>>();
  private readonly unsent = new Set<InvalidationKey>();
  private readonly listeners = new Set<InvalidationListener>();
  private client: pg.Client | undefined;
  private heardAt = Number.NEGATIVE_INFINITY;
  private connectedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private ticking = false;
  private closed = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Logger) private readonly logger: Logger,
  ) {
    this.channel = `${database.schema}_access`;
  }

  async onModuleInit(): Promise<void> {
    await this.connect();
    this.timer = setInterval(() => void this.tick(), BEAT_MS);
    await this.tick();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  subscribe(listener: InvalidationListener): void {
    this.listeners.add(listener);
  }

  /** True while our own beats come back: then invalidations do too. */
  hears(now: number): boolean {
    return now - this.heardAt < DEAF_AFTER_MS;
  }

  add(tx: Tx, key: InvalidationKey): void {
    const known = this.pending.get(tx);
    if (known) {
      known.add(key);
      return;
    }
    const keys = new Set([key]);
    this.pending.set(tx, keys);
    tx.afterCommit(() => this.flush(keys));
  }

  private flush(keys: Set<InvalidationKey>): void {
    this.deliver(keys);
    for (const key of keys) this.unsent.add(key);
    void this.send();
  }

  /** A NOTIFY that fails is kept for the next beat; replicas that missed it are bounded by the life of an entry. */
  private async send(): Promise<void> {
    const keys = [...this.unsent];
    this.unsent.clear();
    for (let at = 0; at < keys.length; at += KEYS_A_MESSAGE) {
      const part = keys.slice(at, at + KEYS_A_MESSAGE);
      try {
        await this.database.query('select pg_notify($1, $2)', [
          this.channel,
          JSON.stringify({ from: this.replica, keys: part }),
        ]);
      } catch (error) {
        for (const key of part) this.unsent.add(key);
        this.logger.warn({ err: error }, 'could not tell other replicas what changed; trying again');
      }
    }
  }

  private async tick(): Promise<void> {
    if (this.closed || this.ticking) return;
    this.ticking = true;
    const now = performance.now();
    const silentFor = now - Math.max(this.heardAt, this.connectedAt);
    try {
      if (!this.client || silentFor > RECONNECT_AFTER_MS) await this.reconnect();
      await this.database.query('select pg_notify($1, $2)', [
        this.channel,
        JSON.stringify({ beat: this.replica, sentAt: now }),
      ]);
      if (this.unsent.size > 0) await this.send();
      for (const listener of this.listeners) await listener.beat();
    } catch (error) {
      if (!this.closed)
        this.logger.warn({ err: error }, 'the database did not take the beat of the access cache');
    } finally {
      this.ticking = false;
    }
  }

  private async reconnect(): Promise<void> {
    const old = this.client;
    this.client = undefined;
    // A half-open connection never answers its own end: do not wait for it.
    void old?.end().catch(() => undefined);
    await this.connect().catch((error: unknown) => {
      this.logger.warn(
        { err: error },
        'cannot listen for access changes; deciding from the database meanwhile',
      );
    });
  }

  private async connect(): Promise<void> {
    const client = await this.database.connectDirect();
    client.on('notification', (message) => this.receive(message.payload ?? ''));
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    await client.query(`listen "${this.channel}"`);
    // Whatever was notified between the old connection and this one is missing.
    for (const listener of this.listeners) listener.clear();
    this.client = client;
    this.connectedAt = performance.now();
  }

  private lost(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.heardAt = Number.NEGATIVE_INFINITY;
    if (!this.closed) void this.tick();
  }

  private receive(payload: string): void {
    const message = JSON.parse(payload) as {
      beat?: string;
      sentAt?: number;
      from?: string;
      keys?: InvalidationKey[];
    };
    // The time at which it was sent, not heard: a stalled connection delivers old beats before newer changes.
    if (message.beat === this.replica && message.sentAt !== undefined) this.heardAt = message.sentAt;
    // Our own changes were applied at commit.
    if (message.keys && message.from !== this.replica) this.deliver(message.keys);
  }

  private deliver(keys: Iterable<InvalidationKey>): void {
    for (const listener of this.listeners) listener.invalidate(keys);
  }
}
