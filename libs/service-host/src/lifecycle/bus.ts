import { allTopics } from '@gatehouse/contracts';
import type { Database } from '@gatehouse/database';
import { type Bus, type BusOptions, type EventingHooks } from '@gatehouse/eventing';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { ServiceDefinition } from './definition.js';
import type { CommonSettings } from './settings.js';

/** Opens the event bus that the settings name: Kafka where there are brokers, else the embedded one. */
export async function openBus(
  definition: ServiceDefinition,
  settings: CommonSettings,
  database: Database,
  hooks: EventingHooks,
): Promise<Bus> {
  const options: BusOptions = { service: definition.name, database, topics: allTopics, hooks };
  if (settings.KAFKA_BROKERS === undefined) {
    const { createEmbeddedBus } = await import('@gatehouse/eventing-embedded');
    return createEmbeddedBus({ ...options, databaseUrl: settings.BUS_DATABASE_URL ?? settings.DATABASE_URL });
  }
  const { createKafkaBus } = await import('@gatehouse/eventing-kafka');
  const {
    KAFKA_BROKERS: brokers,
    KAFKA_SSL: ssl,
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username = '',
    KAFKA_SASL_PASSWORD: password = '',
  } = settings;
  return createKafkaBus({
    ...options,
    brokers,
    ssl,
    ...(mechanism ? { sasl: saslOf(mechanism, username, password) } : {}),
  });
}

/** kafkajs types each mechanism apart. */
function saslOf(
  mechanism: NonNullable<CommonSettings['KAFKA_SASL_MECHANISM']>,
  username: string,
  password: string,
) {
  if (mechanism === 'plain') return { mechanism, username, password };
  return mechanism === 'scram-sha-256'
    ? { mechanism, username, password }
    : { mechanism, username, password };
}

/** Where eventing tells metrics and log what it does. */
export function eventingHooks(logger: Logger, metrics: Metrics): EventingHooks {
  return {
    relayed: (topic, count) => metrics.relayed.inc({ topic }, count),
    consumed: (topic, type) => metrics.consumed.inc({ topic, type }),
    retried: (topic, key, error) => {
      metrics.retried.inc({ topic });
      logger.warn({ topic, eventKey: key, err: error }, 'an event failed and is tried again');
    },
    parked: (topic, key, error) => {
      metrics.parked.inc({ topic });
      logger.error(
        { topic, eventKey: key, err: error },
        'an event is parked; see "npm run events -- parked"',
      );
    },
    lag: (topic, partition, records) => metrics.lag.set({ topic, partition }, records),
    trouble: (what, error) => logger.warn({ what, err: error }, 'eventing waits for something that is away'),
  };
}
