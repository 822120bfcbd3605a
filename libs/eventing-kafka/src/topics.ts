import type { Admin } from 'kafkajs';
import type { Topic } from '@gatehouse/contracts';
import { whenReady } from './administration.js';

const readyWithinMs = 30_000;

/**
 * Makes the topics that are missing: explicit partitions, compaction or retention; nothing relies on auto-creation.
 * `waitForLeaders` can throw on KRaft, so the leaders are waited for here.
 */
export async function ensureTopics(
  admin: Admin,
  topics: readonly Topic[],
  replicationFactor?: number,
): Promise<void> {
  if (topics.length === 0) return;
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !existing.has(name));
  if (missing.length > 0) {
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map((topic) => ({
        topic: topic.name,
        numPartitions: topic.partitions,
        // -1: the broker's default.replication.factor.
        replicationFactor: replicationFactor ?? -1,
        configEntries: topic.compacted
          ? [
              { name: 'cleanup.policy', value: 'compact' },
              { name: 'min.compaction.lag.ms', value: '60000' },
            ]
          : [
              { name: 'cleanup.policy', value: 'delete' },
              { name: 'retention.ms', value: String((topic.retentionHours ?? 24 * 7) * 3_600_000) },
            ],
      })),
    });
  }
  await leadersOf(admin, topics);
}

async function leadersOf(admin: Admin, topics: readonly Topic[]): Promise<void> {
  const until = Date.now() + readyWithinMs;
  for (;;) {
    const metadata = await whenReady(() =>
      admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) }),
    );
    if (
      metadata.topics.every(
        ({ partitions }) => partitions.length > 0 && partitions.every((p) => p.leader >= 0),
      )
    ) {
      return comparePartitions(topics, new Map(metadata.topics.map((t) => [t.name, t.partitions.length])));
    }
    if (Date.now() > until) throw new Error('Kafka made the topics, but they have no leaders after 30 s.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Another partition count would put a key's next event elsewhere, and its order would be lost. */
function comparePartitions(topics: readonly Topic[], actual: ReadonlyMap<string, number>): void {
  for (const { name, partitions } of topics) {
    const found = actual.get(name);
    if (found === partitions) continue;
    throw new Error(
      `The topic ${name} has ${found} partitions where ${partitions} are expected. Its partition count must never change: ` +
        'make it again with the right count, and its events are republished by the services.',
    );
  }
}
