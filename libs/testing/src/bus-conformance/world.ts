import { databaseProxy, type TcpProxy } from '../network/tcp-proxy.js';
import { testDatabase, type TestDatabase } from '../postgres/test-database.js';
import { topicSuffix } from '../kafka/kafka.js';
import { testEvents, type TestEvents, type Thing } from './events.js';
import {
  conformanceSchema,
  startParticipant,
  type BusConfig,
  type Participant,
  type ParticipantOptions,
} from './participant.js';

/** What a test of a bus needs of it. */
export interface BusUnderTest {
  config: BusConfig;
  /** Takes the bus away from all: its broker, or its database. */
  away(): Promise<void>;
  back(): Promise<void>;
  close(): Promise<void>;
}

type Overrides = Partial<ParticipantOptions>;

/** One test's publisher and consumer, their databases, and topics that no other test knows. */
export interface World {
  events: TestEvents;
  suffix: string;
  /** Of the service `alpha`, as the tests' publisher. */
  publisher: (overrides?: Overrides) => Promise<Participant>;
  /** Of the service `beta`. */
  consumer: (overrides?: Overrides) => Promise<Participant>;
  /** Options of either, for another process. */
  options: (schema: 'alpha' | 'beta') => Omit<ParticipantOptions, 'on' | 'hooks'>;
  /** The consumer's database behind a connection that can be cut. */
  cuttable: () => Promise<TcpProxy & { url: string }>;
  end: () => Promise<void>;
}

export async function makeWorld(bus: BusUnderTest): Promise<World> {
  const database: TestDatabase = await testDatabase(conformanceSchema('alpha'), conformanceSchema('beta'));
  const suffix = topicSuffix();
  const events = testEvents(suffix);
  const closers: (() => Promise<void>)[] = [];
  const options: World['options'] = (schema) => ({
    service: `${schema}-${suffix}`,
    schema,
    url: database.urls[schema] ?? '',
    bus: bus.config,
    events,
  });
  const start = async (all: ParticipantOptions): Promise<Participant> => {
    const participant = await startParticipant(all);
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopped ??= participant.stop());
    closers.push(stop);
    return { ...participant, stop };
  };
  return {
    events,
    suffix,
    options,
    publisher: (overrides) => start({ ...options('alpha'), consume: false, ...overrides }),
    consumer: (overrides) => start({ ...options('beta'), ...overrides }),
    cuttable: async () => {
      const proxy = await databaseProxy(database.urls.beta ?? '');
      closers.push(() => proxy.close());
      return proxy;
    },
    end: async () => {
      for (const close of closers.splice(0)) await close().catch(() => undefined);
      await database.drop();
    },
  };
}

export const thing = (id: string, version: number, value = 'v'): Thing => ({ id, version, value });
