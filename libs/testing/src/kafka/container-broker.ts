import { KafkaContainer } from '@testcontainers/kafka';
import { getContainerRuntimeClient } from 'testcontainers';
import { freePort } from '../network/ports.js';
import type { KafkaBroker } from './broker.js';
import { brokerAnswers } from './readiness.js';

const IMAGE = 'confluentinc/cp-kafka:8.1.0';
const CONTAINER_PORT = 9093;

/** The same broker in a container. Its host port is fixed, because a restarted container would get another one. */
export async function startContainerBroker(): Promise<KafkaBroker> {
  const port = await freePort();
  const started = await new KafkaContainer(IMAGE)
    .withKraft()
    .withExposedPorts({ container: CONTAINER_PORT, host: port })
    .withEnvironment({ KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false', KAFKA_BROKER_SESSION_TIMEOUT_MS: '1500' })
    .start();
  const brokers = [`${started.getHost()}:${port}`];
  const docker = (await getContainerRuntimeClient()).container.getById(started.getId());
  const answers = () => brokerAnswers(brokers, () => undefined);
  await answers();
  return {
    brokers,
    pause: async () => void (await docker.pause()),
    resume: async () => void (await docker.unpause()),
    kill: async () => void (await docker.kill()),
    restart: async () => {
      await docker.restart();
      await answers();
    },
    stop: async () => void (await started.stop()),
  };
}
