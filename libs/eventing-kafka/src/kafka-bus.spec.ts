import { hasKafka, kafka, ownKafka } from '@gatehouse/testing';
import { busConformance, kafkaConformance } from '@gatehouse/testing/bus-conformance';
import { describe } from 'vitest';

describe.skipIf(!hasKafka())('on a real broker', () => {
  busConformance('kafka', async () => {
    const broker = await ownKafka();
    return {
      config: { kind: 'kafka', brokers: broker.brokers },
      away: () => broker.kill(),
      back: () => broker.restart(),
      close: () => broker.stop(),
    };
  });

  kafkaConformance(async () => {
    const { brokers } = await kafka();
    const nothing = async (): Promise<void> => undefined;
    return { config: { kind: 'kafka', brokers }, away: nothing, back: nothing, close: nothing };
  });
});
