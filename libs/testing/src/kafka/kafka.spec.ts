import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { hasKafka, kafka, kafkaKind, ownKafka, topicSuffix, type OwnKafkaFixture } from './kafka.js';

function client(brokers: string[]): kafkajs.Kafka {
  return new kafkajs.Kafka({
    brokers,
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: 500,
    requestTimeout: 500,
    retry: { retries: 0 },
  });
}

async function topics(brokers: string[]): Promise<string[]> {
  const admin = client(brokers).admin();
  await admin.connect();
  try {
    return await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}

describe.skipIf(!hasKafka())('kafka', () => {
  // The first start on a machine downloads Kafka.
  beforeAll(() => kafka(), 240_000);

  it('is one broker for all who ask', async () => {
    const [one, two] = await Promise.all([kafka(), kafka()]);
    expect(one.brokers).toEqual(two.brokers);
    await topics(one.brokers);
  });
});

describe.skipIf(!hasKafka() || kafkaKind() === 'given')('ownKafka', () => {
  let broker: OwnKafkaFixture;
  const topic = `kept-${topicSuffix()}`;

  beforeAll(async () => {
    broker = await ownKafka();
    const admin = client(broker.brokers).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: false });
    await admin.disconnect();
  });
  afterAll(() => broker.stop());

  it('has its topics after a kill and a restart on the same port', async () => {
    await broker.kill();
    await expect(topics(broker.brokers)).rejects.toThrow(/ECONNREFUSED/);
    await broker.restart();
    expect(await eventually(() => topics(broker.brokers))).toContain(topic);
  });

  it('does not answer while paused', async () => {
    await broker.pause();
    await expect(topics(broker.brokers)).rejects.toThrow(/timeout|timed out/i);
    await broker.resume();
    expect(await eventually(() => topics(broker.brokers))).toContain(topic);
  });
});
