import type { Topic } from '@gatehouse/contracts';
import { DatabaseUnreachable, isDatabaseAway, leaderJob } from '@gatehouse/database';
import type { Bus, BusOptions, Publisher, PublishSession } from '@gatehouse/eventing';
import { BusLog } from './log.js';
import { EmbeddedServer } from './server.js';
import { announceAppend } from './wake.js';

export interface EmbeddedBusOptions extends BusOptions {
  /** Of the role that owns the schema `bus`. */
  databaseUrl: string;
}

const minute = 60_000;

/**
 * The event bus of `npm start`: durable in PostgreSQL, handed over in process. One process consumes for a group.
 * @throws DatabaseUnreachable
 */
export async function createEmbeddedBus(options: EmbeddedBusOptions): Promise<Bus> {
  const { service, databaseUrl, topics, database, hooks } = options;
  // One connection holds the group's lock; the others read, commit positions and append.
  const log = new BusLog(databaseUrl, 3);
  try {
    await log.prepare(topics);
  } catch (error) {
    await log.close();
    throw isDatabaseAway(error) ? new DatabaseUnreachable(databaseUrl, error) : error;
  }
  const server = new EmbeddedServer(options, log, databaseUrl);
  const compaction = leaderJob(
    database,
    'bus-compaction',
    minute,
    () => log.compact(),
    (error) => hooks?.trouble?.('bus', error),
  );
  return {
    server,
    publisher: publisherOf(log, databaseUrl, service),
    caughtUp: () => server.caughtUp(),
    live: () => server.live(),
    staleness: () => server.processor.staleness(),
    isEmpty: (topic: Topic) => log.isEmpty(topic.name),
    close: async () => {
      await compaction.stop();
      await server.close();
      await log.close();
    },
  };
}

function publisherOf(log: BusLog, url: string, producer: string): Publisher {
  return {
    open: async (): Promise<PublishSession> => {
      const epoch = await log.beginEpoch(producer);
      return {
        send: async (records) => {
          await log.append(producer, epoch, records);
          announceAppend(url);
        },
        close: async () => undefined,
      };
    },
  };
}
