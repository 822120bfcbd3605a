import { hasKafka, kafka, ownKafka } from '@gatehouse/testing';
import { busConformance, kafkaConformance, kafkaLiveness } from '@gatehouse/testing/bus-conformance';
import { describe } from 'vitest';

describe.skipIf(!hasKafka())('on a real broker', () => {
  const own = (away: 'kill' | 'pause') => async () => {
    const broker = await ownKafka();
    return {
      config: { kind: 'kafka' as const, brokers: broker.brokers },
      away: () => broker[away](),
      back: () => (away === 'kill' ? broker.restart() : broker.resume()),
      close: () => broker.stop(),
    };
  };
  busConformance('kafka', own('kill'));
  kafkaLiveness(own('pause'));

  kafkaConformance(async () => {
    const { brokers } = await kafka();
    const nothing = async (): Promise<void> => undefined;
    return { config: { kind: 'kafka', brokers }, away: nothing, back: nothing, close: nothing };
  });
});
