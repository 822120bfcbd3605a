import type { z } from 'zod';

/** A Kafka topic as Gatehouse makes it: never auto-created, and its partition count never changes. */
export interface Topic {
  readonly name: string;
  readonly partitions: number;
  /** True: the latest record of a key is kept for ever and carries the aggregate's whole state. False: kept for `retentionHours`. */
  readonly compacted: boolean;
  readonly retentionHours?: number;
  /** What the topic is about, for the generated documentation. */
  readonly description: string;
  /** The service that publishes it, or `all`. */
  readonly publisher: ServiceName | 'all';
}

export type ServiceName = 'account' | 'sso-config' | 'directory-sync' | 'auth-gateway';

/** One kind of event: what happened (`type`), where it is published, and the shape of its data. */
export interface EventDefinition<T = unknown> {
  readonly type: string;
  readonly topic: Topic;
  readonly schema: z.ZodType<T>;
  readonly description: string;
  /** The record's key: the aggregate's id. Never personal data. */
  key(data: T): string;
}

export type EventData<E> = E extends EventDefinition<infer T> ? T : never;

export function defineTopic(topic: Topic): Topic {
  return Object.freeze(topic);
}

/** Defines several events of one topic that share one state shape: the type says what happened, the data says what is. */
export function defineEvents<T, const N extends readonly string[]>(
  topic: Topic,
  schema: z.ZodType<T>,
  key: (data: T) => string,
  types: N,
  descriptions: Record<N[number], string>,
): { readonly [K in N[number]]: EventDefinition<T> } {
  const entries = types.map((type) => [
    type,
    Object.freeze({ type, topic, schema, key, description: descriptions[type as N[number]] }),
  ]);
  return Object.fromEntries(entries) as { readonly [K in N[number]]: EventDefinition<T> };
}
