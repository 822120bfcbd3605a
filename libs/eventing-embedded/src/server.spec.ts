import { defineEvents, defineTopic } from '@gatehouse/contracts';
import { openDatabase, prepareSchemas } from '@gatehouse/database';
import { eventingEntities, eventingMigrations } from '@gatehouse/eventing';
import { eventually, testDatabase } from '@gatehouse/testing';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { BusLog } from './log.js';
import { EmbeddedServer } from './server.js';
import { announceAppend } from './wake.js';

const topic = defineTopic({
  name: 'test.standby',
  partitions: 1,
  compacted: true,
  publisher: 'all',
  description: 'Of a test.',
});
const { Changed } = defineEvents(topic, z.object({ id: z.string() }), ({ id }) => id, ['Changed'], {
  Changed: 'Changed.',
});

class CountingLog extends BusLog {
  attempts = 0;

  override lockGroup(group: string): ReturnType<BusLog['lockGroup']> {
    this.attempts += 1;
    return super.lockGroup(group);
  }
}

it('of a group that another process consumes stands by, without haste, and is ready once that one has caught up', async () => {
  const definition = { schema: 'gamma', entities: eventingEntities, migrations: eventingMigrations };
  const own = await testDatabase(definition);
  const owner = { schema: 'bus', role: 'gatehouse_bus', password: 'bus-password' };
  const { bus: url = '' } = await prepareSchemas(own.superuserUrl, [owner]);
  const database = await openDatabase({ ...definition, url: own.url });
  const [first, log] = [new BusLog(url, 3), new CountingLog(url, 3)];
  await first.prepare([topic]);
  await first.append('alpha', await first.beginEpoch('alpha'), [
    { topic: topic.name, key: 'a', value: '{"id":"a"}', headers: { ce_type: 'Changed' } },
  ]);
  const held = await first.lockGroup('gamma');
  const server = new EmbeddedServer({ service: 'gamma', database, topics: [topic] }, log, url);
  try {
    const handler = () => Promise.reject(new Error('Nothing is handled here.'));
    server.addHandler(`${topic.name} Changed`, handler, true, { events: [Changed] });
    await new Promise<void>((resolve, reject) =>
      server.listen((error) => (error instanceof Error ? reject(error) : resolve())),
    );
    expect(server.caughtUp()).toBe(false);

    await eventually(() => expect(log.attempts).toBeGreaterThan(0));
    announceAppend(url);
    const [attempts, since] = [log.attempts, performance.now()];
    await eventually(() => expect(log.attempts).toBeGreaterThanOrEqual(attempts + 3));
    expect(performance.now() - since).toBeGreaterThan(800);

    expect(server.caughtUp()).toBe(false);
    await first.commit('gamma', new Map([[topic.name, 1]]));
    await eventually(() => expect(server.caughtUp()).toBe(true));
  } finally {
    await server.close();
    held?.release(true);
    await Promise.all([first.close(), log.close(), database.close()]);
    await own.drop();
  }
});
