import { eventually, testDatabase } from '@gatehouse/testing';
import { openDatabase } from '@gatehouse/database';
import { defineEvents, defineTopic } from '@gatehouse/contracts';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { eventingEntities } from './entities.js';
import { eventingMigrations } from './migrations.js';
import { Outbox } from './outbox/outbox.js';
import { registerRepublisher, republish } from './republish.js';

const topic = defineTopic({
  name: 'test.republish',
  partitions: 1,
  compacted: true,
  publisher: 'all',
  description: 'Of a test.',
});
const { Changed } = defineEvents(
  topic,
  z.object({ id: z.string(), version: z.number() }),
  ({ id }) => id,
  ['Changed'],
  { Changed: 'Changed.' },
);

it('goes on while every other connection of the pool waits for the outbox', async () => {
  const poolSize = 3;
  const definition = { schema: 'gamma', entities: eventingEntities, migrations: eventingMigrations };
  const own = await testDatabase(definition);
  const database = await openDatabase({ ...definition, url: own.url, poolSize });
  const watcher = await database.connectDirect();
  const outbox = new Outbox(database);
  const publish = (id: string): Promise<void> =>
    database.inTransaction(async (tx) => outbox.append(tx, Changed, { id, version: 1 }));
  const writers: Promise<void>[] = [];
  registerRepublisher(topic, async function* (reader) {
    writers.push(...Array.from({ length: poolSize }, (_, index) => publish(`writer-${index}`)));
    await eventually(async () => {
      const { rowCount } = await watcher.query(
        `select 1 from pg_locks where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())`,
      );
      expect(rowCount).toBe(poolSize - 1);
    });
    const rows = await reader.query<{ id: string }>(`select 'one' as id`);
    yield rows.map(({ id }) => ({ event: Changed, data: { id, version: 2 } }));
  });
  try {
    expect(await republish(topic.name, { database, outbox, pauseMs: 0 })).toBe(1);
    await Promise.all(writers);
  } finally {
    await Promise.allSettled(writers);
    await watcher.end();
    await database.close();
    await own.drop();
  }
});
