import type { Topic } from '@gatehouse/contracts';
import type { Bus } from '@gatehouse/eventing';
import { createClient, hastyRetry, KafkaUnreachable, type KafkaBusOptions } from './client.js';
import { createPublisher } from './publisher.js';
import { KafkaServer } from './server.js';
import { ensureTopics } from './topics.js';

/**
 * The event bus of grown deployments. Makes the topics that are missing.
 * @throws KafkaUnreachable
 */
export async function createKafkaBus(options: KafkaBusOptions): Promise<Bus> {
  const admin = createClient(options, hastyRetry).admin();
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

async function isEmpty(options: KafkaBusOptions, topic: Topic): Promise<boolean> {
  const admin = createClient(options, hastyRetry).admin();
  await admin.connect();
  try {
    return (await admin.fetchTopicOffsets(topic.name)).every(({ high }) => high === '0');
  } finally {
    await admin.disconnect();
  }
}
