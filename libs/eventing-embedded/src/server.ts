import type pg from 'pg';
import { EventServer, type BusOptions, type Control } from '@gatehouse/eventing';
import type { BusLog } from './log.js';
import { onAppend } from './wake.js';

const pollMs = 500;
const readLimit = 200;
/** Longer than any one round of reading and handling takes while the database answers. */
const silenceMs = 60_000;

/** Consumes the embedded log in process: one cursor a group and topic, woken by appends, with a poll as fallback. */
export class EmbeddedServer extends EventServer {
  private closing = false;
  private running: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;
  private awake = false;
  private ends: ReadonlyMap<string, number> | undefined;
  private readonly behind = new Set<string>();
  private lastRound = Date.now();
  private started = false;

  constructor(
    private readonly options: BusOptions,
    private readonly log: BusLog,
    private readonly url: string,
  ) {
    super(options);
  }

  protected override async begin(): Promise<void> {
    const topics = this.topicNames();
    this.started = true;
    this.lastRound = Date.now();
    await this.log.prepare(this.handlers.topics);
    await this.log.subscribe(this.options.service, topics);
    this.ends = await this.log.unreachedEnds(this.options.service, topics);
    for (const topic of this.ends.keys()) this.behind.add(topic);
    this.running = topics.length > 0 ? this.run(topics) : Promise.resolve();
  }

  caughtUp(): boolean {
    return this.ends !== undefined && this.behind.size === 0;
  }

  async live(): Promise<boolean> {
    const silent =
      this.started &&
      !this.closing &&
      this.topicNames().length > 0 &&
      Date.now() - this.lastRound > silenceMs;
    if (!silent) return true;
    return this.log.ping().then(
      () => false,
      () => true,
    );
  }

  override async close(): Promise<void> {
    this.closing = true;
    this.wake();
    await this.running;
  }

  override unwrap<T>(): T {
    return this.log as T;
  }

  private topicNames(): string[] {
    return this.handlers.topics.map(({ name }) => name);
  }

  private async run(topics: string[]): Promise<void> {
    const forget = onAppend(this.url, () => {
      this.awake = true;
      this.wake();
    });
    while (!this.closing) {
      try {
        await this.consumeAsOnly(topics);
      } catch (error) {
        this.options.hooks?.trouble?.('bus', error);
        this.awake = false;
        await this.sleep(pollMs);
      }
    }
    forget();
  }

  private async consumeAsOnly(topics: string[]): Promise<void> {
    this.awake = false;
    const lock = await this.log.lockGroup(this.options.service);
    if (!lock) return this.standBy();
    let lost: Error | undefined;
    lock.on('error', (error) => (lost = error));
    try {
      while (!this.closing) {
        if (lost) throw lost;
        this.awake = false;
        if (!(await this.round(topics))) await this.sleep(pollMs);
      }
    } finally {
      release(lock);
    }
  }

  /** Another process consumes for the group, and what it has handled, we need not. */
  private async standBy(): Promise<void> {
    this.reached(await this.log.positions(this.options.service));
    this.lastRound = Date.now();
    await this.sleep(pollMs);
  }

  private reached(positions: ReadonlyMap<string, number>): void {
    for (const [topic, position] of positions) {
      if (position >= (this.ends?.get(topic) ?? 0)) this.behind.delete(topic);
    }
  }

  /** Reads and handles what there is. False where there was nothing. */
  private async round(topics: string[]): Promise<boolean> {
    const records = await this.log.read(this.options.service, topics, readLimit);
    this.lastRound = Date.now();
    if (records.length === 0) {
      this.behind.clear();
      return false;
    }
    const done = await this.processor.process(records, this.control());
    const positions = new Map<string, number>();
    for (const { topic, position } of records.slice(0, done)) positions.set(topic, Number(position));
    if (positions.size > 0) await this.log.commit(this.options.service, positions);
    this.reached(positions);
    return true;
  }

  private control(): Control {
    return {
      heartbeat: async () => {
        this.lastRound = Date.now();
      },
      stopped: () => this.closing,
    };
  }

  private sleep(ms: number): Promise<void> {
    if (this.awake || this.closing) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Closing the connection gives the group's lock up, also where the connection is broken. */
function release(lock: pg.PoolClient): void {
  lock.removeAllListeners('error');
  lock.on('error', () => undefined);
  lock.release(true);
}
