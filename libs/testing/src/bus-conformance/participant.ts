import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EventDefinition } from '@gatehouse/contracts';
import { openDatabase, sqlMigration, type Database } from '@gatehouse/database';
import {
  Consumes,
  ConsumesTombstones,
  eventingEntities,
  eventingMigrations,
  Outbox,
  startEventing,
  upsertVersioned,
  type Bus,
  type BusOptions,
  type EventContext,
  type Eventing,
  type EventingHooks,
} from '@gatehouse/eventing';
import { createEmbeddedBus } from '@gatehouse/eventing-embedded';
import { createKafkaBus } from '@gatehouse/eventing-kafka';
import type { SchemaDefinition } from '../postgres/test-database.js';
import type { TestEvents, Thing } from './events.js';

/** Enough to open the bus, also in another process. */
export type BusConfig = { kind: 'embedded'; databaseUrl: string } | { kind: 'kafka'; brokers: string[] };

export const conformanceMigrations = [
  ...eventingMigrations,
  sqlMigration(
    '0100-conformance',
    `create table seen (
       n bigint generated always as identity primary key,
       event_id text not null, type text not null, key text not null, version bigint, traceparent text);
     create table state (key text primary key, version bigint not null, value text not null);`,
  ),
];
export const conformanceSchema = (schema: string): SchemaDefinition => ({
  schema,
  entities: eventingEntities,
  migrations: conformanceMigrations,
});

export interface ParticipantOptions {
  service: string;
  schema: string;
  url: string;
  bus: BusConfig;
  events: TestEvents;
  /** Runs before a thing is noted and kept; may throw. */
  on?: (thing: Thing | null, context: EventContext) => Promise<void> | void;
  hooks?: EventingHooks;
  retry?: BusOptions['retry'];
  consume?: boolean;
  relay?: boolean;
  leaderSilenceMs?: number;
  /** Kafka's alone. */
  silenceMs?: number;
}

export interface SeenRow {
  event_id: string;
  type: string;
  key: string;
  version: number | null;
  traceparent: string | null;
}

/** A small service: what the real ones do with the bus, and nothing else. */
export interface Participant {
  database: Database;
  outbox: Outbox;
  bus: Bus;
  eventing: Eventing | undefined;
  /** One transaction for all. */
  publish(event: EventDefinition<Thing>, ...things: Thing[]): Promise<void>;
  seen(): Promise<SeenRow[]>;
  state(): Promise<Record<string, number>>;
  parked(): Promise<{ key: string; error: string; attempts: number }[]>;
  stop(): Promise<void>;
}

function openBus(config: BusConfig, options: BusOptions, silenceMs?: number): Promise<Bus> {
  if (config.kind === 'embedded') return createEmbeddedBus({ ...options, databaseUrl: config.databaseUrl });
  return createKafkaBus({
    ...options,
    brokers: config.brokers,
    sessionTimeoutMs: 6000,
    fetchWaitMs: 100,
    silenceMs,
  });
}

export async function startParticipant(options: ParticipantOptions): Promise<Participant> {
  const { service, schema, url, events, hooks, leaderSilenceMs } = options;
  const database = await openDatabase({ ...conformanceSchema(schema), url });
  const outbox = new Outbox(database);
  const retry = { attempts: 3, firstDelayMs: 10, maxDelayMs: 200, ...options.retry };
  const topics = [events.things, events.deltas];
  const bus = await openBus(options.bus, { service, database, topics, hooks, retry }, options.silenceMs);
  let app: INestMicroservice | undefined;
  if (options.consume !== false) {
    app = await NestFactory.createMicroservice(moduleOf(options), { strategy: bus.server, logger: false });
    await app.listen();
  }
  const eventing =
    options.relay === false
      ? undefined
      : startEventing({
          service,
          database,
          outbox,
          bus,
          hooks,
          heartbeatMs: 0,
          requestsMs: 100,
          leaderSilenceMs,
        });
  return {
    database,
    outbox,
    bus,
    eventing,
    publish: (event, ...things) =>
      database.inTransaction(async (tx) => {
        for (const one of things) outbox.append(tx, event, one);
      }),
    seen: () =>
      database.query<SeenRow>('select event_id, type, key, version, traceparent from seen order by n'),
    state: async () => {
      const rows = await database.query<{ key: string; version: number }>(
        'select key, version from state order by key',
      );
      return Object.fromEntries(rows.map(({ key, version }) => [key, version]));
    },
    parked: () => database.query('select key, error, attempts from parked_events order by id'),
    stop: async () => {
      await eventing?.stop();
      await app?.close();
      await bus.close();
      await database.close();
    },
  };
}

function moduleOf({ events, on }: ParticipantOptions): new () => object {
  const { ThingChanged, ThingAdded, things } = events;

  @Controller()
  class Things {
    @Consumes(ThingChanged, ThingAdded)
    async keep(@Payload() data: Thing, @Ctx() context: EventContext): Promise<void> {
      await on?.(data, context);
      await note(context, data.version);
      await upsertVersioned(context.tx, 'state', ['key'], {
        key: data.id,
        version: data.version,
        value: data.value,
      });
    }

    @ConsumesTombstones(things)
    async forget(@Payload() _none: null, @Ctx() context: EventContext): Promise<void> {
      await on?.(null, context);
      await note(context, null);
      await context.tx.query('delete from state where key = $1', [context.key]);
    }
  }

  @Module({ controllers: [Things] })
  class Root {}
  return Root;
}

async function note({ tx, id, type, key, traceparent }: EventContext, version: number | null): Promise<void> {
  await tx.query('insert into seen (event_id, type, key, version, traceparent) values ($1, $2, $3, $4, $5)', [
    id,
    type,
    key,
    version,
    traceparent ?? null,
  ]);
}
