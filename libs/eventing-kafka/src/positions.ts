import type { Consumer, TopicPartitionOffsetAndMetadata } from 'kafkajs';

const COMMIT_EVERY_MS = 100;

/**
 * Commits how far a group has read, ten times a second for all partitions together: a commit a batch would cost the broker
 * more than the batch. What was handled since the last one is delivered again after a crash, which does no harm.
 */
export class Positions {
  private readonly pending = new Map<string, TopicPartitionOffsetAndMetadata>();
  private timer: NodeJS.Timeout | undefined;
  private committing: Promise<void> = Promise.resolve();

  constructor(
    private readonly consumer: () => Pick<Consumer, 'commitOffsets'> | undefined,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  /** All before `next` is handled, and its transactions are committed. */
  handled(topic: string, partition: number, next: bigint): void {
    this.pending.set(`${topic} ${partition}`, { topic, partition, offset: String(next) });
    this.timer ??= setTimeout(() => {
      void this.flush();
    }, COMMIT_EVERY_MS);
  }

  /** After a rebalance: positions of partitions that others read now are theirs to commit. */
  keepOnly(assignment: Record<string, number[]>): void {
    for (const [key, { topic, partition }] of this.pending) {
      if (!assignment[topic]?.includes(partition)) this.pending.delete(key);
    }
  }

  /** Commits what there is, now. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.committing = this.committing.then(() => this.commit());
    return this.committing;
  }

  /** A commit that fails, as in a rebalance, is made up for by the next. */
  private async commit(): Promise<void> {
    const offsets = [...this.pending.values()];
    if (offsets.length === 0) return;
    try {
      await this.consumer()?.commitOffsets(offsets);
    } catch (error) {
      this.onTrouble(error);
      return;
    }
    for (const offset of offsets) {
      const key = `${offset.topic} ${offset.partition}`;
      if (this.pending.get(key) === offset) this.pending.delete(key);
    }
  }
}
