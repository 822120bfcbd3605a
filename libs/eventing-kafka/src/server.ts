import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { EventServer, type IncomingRecord } from '@gatehouse/eventing';
import { administer } from './administration.js';
import { createClient, patientRetry, type KafkaBusOptions } from './client.js';
import { Positions } from './positions.js';
import { Progress } from './progress.js';
import { ensureTopics } from './topics.js';

/** Consumes Kafka under the group `service`, exactly. Offsets are committed some time after the database's transaction. */
export class KafkaServer extends EventServer {
  private readonly progress = new Progress();
  private readonly positions = new Positions(
    () => this.consumer,
    (error) => this.options.hooks?.trouble?.('positions', error),
  );
  private consumer: Consumer | undefined;
  private lastSign = Date.now();
  private closing = false;

  constructor(private readonly options: KafkaBusOptions) {
    super(options);
  }

  protected override async begin(): Promise<void> {
    const topics = this.handlers.topics;
    const names = topics.map(({ name }) => name);
    await administer(this.options, async (admin) => {
      await ensureTopics(admin, topics, this.options.replicationFactor);
      await this.progress.begin(admin, this.options.service, names);
    });
    if (names.length > 0) await this.consume(names);
  }

  private async consume(topics: string[]): Promise<void> {
    const { service, sessionTimeoutMs = 10_000, fetchWaitMs = 500 } = this.options;
    const consumer = createClient(this.options, patientRetry).consumer({
      groupId: service,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: 30_000,
      heartbeatInterval: Math.min(1000, sessionTimeoutMs / 4),
      maxWaitTimeInMs: fetchWaitMs,
      minBytes: 1,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      retry: { ...patientRetry, restartOnFailure: async () => !this.closing },
    });
    this.consumer = consumer;
    const sign = (): void => void (this.lastSign = Date.now());
    consumer.on(consumer.events.FETCH, sign);
    consumer.on(consumer.events.HEARTBEAT, sign);
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      sign();
      this.progress.keepOnly(payload.memberAssignment);
      this.positions.keepOnly(payload.memberAssignment);
    });
    consumer.on(consumer.events.CRASH, ({ payload }) =>
      this.options.hooks?.trouble?.('consumer', payload.error),
    );
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      this.options.hooks?.lag?.(payload.topic, payload.partition, Number(payload.offsetLag));
    });
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 3,
      eachBatch: (payload) => this.batch(payload),
    });
    // Batches of nothing but transaction markers never reach eachBatch, and still move the consumer on.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) {
        this.progress.reached(payload.topic, payload.partition, BigInt(payload.lastOffset) + 1n);
      }
    });
  }

  private async batch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    const records = messages.map((message) => toRecord(topic, partition, message));
    const stopped = (): boolean => this.closing || !payload.isRunning() || payload.isStale();
    const done = await this.processor.process(records, {
      stopped,
      heartbeat: async () => {
        this.lastSign = Date.now();
        await payload.heartbeat();
      },
    });
    const last = messages[done - 1];
    if (!last) return;
    payload.resolveOffset(last.offset);
    // After the last message come the markers of its transaction; they need not be read again.
    const next = BigInt(done === messages.length ? payload.batch.lastOffset() : last.offset) + 1n;
    this.positions.handled(topic, partition, next);
    if (this.closing) await this.positions.flush();
    this.progress.reached(topic, partition, next);
  }

  caughtUp(): boolean {
    return this.progress.caughtUp();
  }

  /** A consumer that kafkajs has silently stopped while the broker answers is dead; an unreachable broker kills nobody. */
  async live(): Promise<boolean> {
    const { silenceMs = 45_000 } = this.options;
    if (!this.consumer || this.closing || Date.now() - this.lastSign < silenceMs) return true;
    const admin = createClient(this.options, { retries: 0 }).admin();
    try {
      await admin.connect();
      await admin.describeCluster();
      return false;
    } catch {
      return true;
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  override async close(): Promise<void> {
    this.closing = true;
    // A batch that is being handled commits its own position when it ends; disconnect waits for it.
    await this.positions.flush();
    await this.consumer?.disconnect();
  }

  override unwrap<T>(): T {
    return this.consumer as T;
  }
}

function toRecord(topic: string, partition: number, message: KafkaMessage): IncomingRecord {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    if (value !== undefined) headers[name] = String(Array.isArray(value) ? value[0] : value);
  }
  return {
    topic,
    partition,
    position: message.offset,
    key: message.key?.toString() ?? '',
    value: message.value?.toString() ?? null,
    headers,
    time: timeOf(headers.ce_time, message.timestamp),
  };
}

function timeOf(ceTime: string | undefined, timestamp: string): Date {
  const time = new Date(ceTime ?? Number(timestamp));
  return Number.isNaN(time.getTime()) ? new Date(Number(timestamp)) : time;
}
