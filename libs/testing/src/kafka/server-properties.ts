import { writeFile } from 'node:fs/promises';

export interface BrokerPlace {
  brokerPort: number;
  controllerPort: number;
  logs: string;
}

/**
 * One KRaft node that is broker and controller. The internal topics are small, so that the first use of a group is quick;
 * `broker.session.timeout.ms` is short, so that a killed broker is back in 3 to 5 seconds instead of 11.
 */
export async function writeProperties(path: string, place: BrokerPlace): Promise<void> {
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${place.controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${place.brokerPort},CONTROLLER://127.0.0.1:${place.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${place.brokerPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': place.logs,
    ...singleNode,
    ...small,
    ...quick,
  };
  await writeFile(
    path,
    Object.entries(properties)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
}

/** Nothing may rely on topics that make themselves. */
const singleNode = {
  'auto.create.topics.enable': false,
  'num.partitions': 1,
  'default.replication.factor': 1,
  'min.insync.replicas': 1,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 2,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'share.coordinator.state.topic.num.partitions': 1,
};

const small = {
  'num.network.threads': 2,
  'num.io.threads': 2,
  'background.threads': 2,
  'num.recovery.threads.per.data.dir': 1,
  'log.cleaner.dedupe.buffer.size': 2_097_152,
  'log.cleaner.threads': 1,
  'log.cleaner.backoff.ms': 1_000,
};

const quick = {
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1_000,
  'controlled.shutdown.enable': false,
  'broker.session.timeout.ms': 1_500,
  'broker.heartbeat.interval.ms': 300,
};
