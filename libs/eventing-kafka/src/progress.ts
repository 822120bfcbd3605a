import type { Admin } from 'kafkajs';
import { whenReady } from './administration.js';

type Offsets = Map<string, Map<number, bigint>>;

/** How far a consumer has read, against the ends that the topics had when it started. */
export class Progress {
  private readonly behind = new Map<string, bigint>();
  private known = false;

  /** Takes the ends of all topics, less what the group had committed. */
  async begin(admin: Admin, group: string, topics: readonly string[]): Promise<void> {
    const ends = await endsOf(admin, topics);
    const committed =
      topics.length === 0
        ? []
        : await whenReady(() => admin.fetchOffsets({ groupId: group, topics: [...topics] }));
    for (const { topic, partitions } of committed) {
      for (const { partition, offset } of partitions) {
        const end = ends.get(topic)?.get(partition) ?? 0n;
        if (BigInt(offset) < end && end > 0n) this.behind.set(`${topic} ${partition}`, end);
      }
    }
    this.known = true;
  }

  /** Everything before `next` has been dealt with. */
  reached(topic: string, partition: number, next: bigint): void {
    const end = this.behind.get(`${topic} ${partition}`);
    if (end !== undefined && next >= end) this.behind.delete(`${topic} ${partition}`);
  }

  /** Partitions that another member of the group reads are its to be behind with. */
  keepOnly(assigned: Readonly<Record<string, number[]>>): void {
    for (const subject of this.behind.keys()) {
      const [topic = '', partition] = subject.split(' ');
      if (!assigned[topic]?.includes(Number(partition))) this.behind.delete(subject);
    }
  }

  caughtUp(): boolean {
    return this.known && this.behind.size === 0;
  }
}

/** The end offsets, of partitions that hold anything. */
async function endsOf(admin: Admin, topics: readonly string[]): Promise<Offsets> {
  const ends: Offsets = new Map();
  for (const topic of topics) {
    const partitions = await whenReady(() => admin.fetchTopicOffsets(topic));
    ends.set(
      topic,
      new Map(
        partitions.filter(({ low, high }) => low !== high).map((p) => [p.partition, BigInt(p.high)] as const),
      ),
    );
  }
  return ends;
}
