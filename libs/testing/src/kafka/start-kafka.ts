import type { Availability } from '../run/availability.js';
import type { KafkaBroker } from './broker.js';
import { startContainerBroker } from './container-broker.js';
import { startJarBroker } from './jar-broker.js';

/** Starts, or takes, the broker that this machine can have; all kinds behave the same. */
export async function startKafka(found: Availability): Promise<KafkaBroker> {
  switch (found.how) {
    case 'given':
      return givenBroker((found.where ?? '').split(','));
    case 'docker':
      return startContainerBroker();
    case 'jars':
    case 'installed':
      return startJarBroker();
    case 'missing':
      throw new Error(`Kafka is needed and is not there: ${found.reason}.`);
  }
}

function givenBroker(brokers: string[]): KafkaBroker {
  const refuse = async () => {
    throw new Error(
      'The broker of KAFKA_BROKERS is not ours to stop. Unset it, so that the test starts one of its own.',
    );
  };
  return { brokers, pause: refuse, resume: refuse, kill: refuse, restart: refuse, stop: async () => {} };
}
