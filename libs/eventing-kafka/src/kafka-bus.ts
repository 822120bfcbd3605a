import type { Topic } from '@gatehouse/contracts';
import type { Bus } from '@gatehouse/eventing';
import { administer, whenReady } from './administration.js';
import { createClient, hastyRetry, KafkaUnreachable, type KafkaBusOptions } from './client.js';
import { createPublisher } from './publisher.js';
import { KafkaServer } from './server.js';
import { ensureTopics } from './topics.js';

/**
 * The event bus of grown deployments. Makes the topics that are missing.
 * @throws KafkaUnreachable
 */
export async function createKafkaBus(options: KafkaBusOptions): Promise<Bus> {
  // What goes wrong here is thrown, and need not be logged besides.
  const { hooks: _hooks, ...silent } = options;
  const admin = createClient(silent, hastyRetry).admin();
  try {
    await admin.connect();
  } catch (error) {
    throw new KafkaUnreachable(options.brokers, error);
  }
  try {
    await ensureTopics(admin, options.topics, options.replicationFactor);
  } finally {
    await admin.disconnect();
  }
  const server = new KafkaServer(options);
  return {
    server,
    publisher: createPublisher(options),
    caughtUp: () => server.caughtUp(),
    live: () => server.live(),
    staleness: () => server.processor.staleness(),
    isEmpty: (topic) => isEmpty(options, topic),
    close: () => server.close(),
  };
}

function isEmpty(options: KafkaBusOptions, topic: Topic): Promise<boolean> {
  return administer(options, async (admin) => {
    const offsets = await whenReady(() => admin.fetchTopicOffsets(topic.name));
    return offsets.every(({ high }) => high === '0');
  });
}
