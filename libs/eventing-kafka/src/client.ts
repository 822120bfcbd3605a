import kafkajs, { type Kafka, type KafkaConfig, type LogEntry } from 'kafkajs';
import type { BusOptions } from '@gatehouse/eventing';

export interface KafkaBusOptions extends BusOptions {
  brokers: string[];
  ssl?: KafkaConfig['ssl'];
  sasl?: KafkaConfig['sasl'];
  clientId?: string;
  /** For brokers behind something that is dialled differently. */
  socketFactory?: KafkaConfig['socketFactory'];
  replicationFactor?: number;
  /** A consumer that is silent for so long loses its partitions. */
  sessionTimeoutMs?: number;
  /** How long the broker holds an empty fetch; records are answered at once. */
  fetchWaitMs?: number;
  /** How long a consumer may be silent before the broker is asked whether that is our fault: 45 s. */
  silenceMs?: number;
}

/** No broker answered while the bus was opened. */
export class KafkaUnreachable extends Error {
  override readonly name = 'KafkaUnreachable';

  constructor(brokers: readonly string[], cause: unknown) {
    super(
      `Kafka can't be used at ${brokers.join(', ')}: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        'Check that it runs, that KAFKA_BROKERS names it, and that its advertised listeners can be reached from here.',
      { cause },
    );
  }
}

/** A 20 s outage then costs no consumer: the defaults give up and wait for the session's end. */
export const patientRetry = { initialRetryTime: 100, maxRetryTime: 1000, retries: Number.MAX_SAFE_INTEGER };
export const hastyRetry = { initialRetryTime: 20, maxRetryTime: 200, retries: 5 };

/** A client each for the consumer, which never gives up, and for what must fail soon so that its caller can decide. */
export function createClient(options: KafkaBusOptions, retry: NonNullable<KafkaConfig['retry']>): Kafka {
  const { brokers, ssl, sasl, socketFactory, service, hooks, clientId = `gatehouse-${service}` } = options;
  return new kafkajs.Kafka({
    brokers,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
    ...(socketFactory === undefined ? {} : { socketFactory }),
    clientId,
    connectionTimeout: 3000,
    requestTimeout: 10_000,
    enforceRequestTimeout: true,
    retry,
    logLevel: kafkajs.logLevel.ERROR,
    logCreator: () => (entry: LogEntry) =>
      hooks?.trouble?.('kafka', new Error(`${entry.namespace}: ${entry.log.message}`)),
  });
}

/** The broker's error name, which kafkajs wraps as often as it retries. */
export function errorType(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const type = (current as { type?: unknown }).type;
    if (typeof type === 'string') return type;
  }
  return undefined;
}
