import type { Topic } from '@gatehouse/contracts';
import { prepareSchemas } from '@gatehouse/database';
import { eventually, testDatabase, type TestDatabase } from '@gatehouse/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BusLog, Fenced } from './log.js';

let database: TestDatabase;
let url: string;
let log: BusLog;
let client: pg.Client;

const described = { partitions: 1, publisher: 'all', description: 'Of a test.' } as const;
const things: Topic = { ...described, name: 'test.things', compacted: true };
const deltas: Topic = { ...described, name: 'test.deltas', compacted: false, retentionHours: 2 };

beforeAll(async () => {
  database = await testDatabase();
  const owner = { schema: 'bus', role: 'gatehouse_bus', password: 'bus-password' };
  ({ bus: url = '' } = await prepareSchemas(database.superuserUrl, [owner]));
  log = new BusLog(url, 3);
  await log.prepare([things, deltas]);
  client = new pg.Client({ connectionString: url, options: '-c search_path=bus' });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await log.close();
  await database.drop();
});

const record = (key: string, value: string | null, topic = things.name) => ({
  topic,
  key,
  value,
  headers: {},
});

async function kept(topic: string): Promise<string[]> {
  const { rows } = await client.query<{ key: string; value: string | null }>(
    'select key, value from events where topic = $1 order by position',
    [topic],
  );
  return rows.map(({ key, value }) => `${key}=${value ?? 'tombstone'}`);
}

const age = (topic: string, key: string, value: string | null, by: string) =>
  client.query(
    `update events set at = now() - $4::interval where topic = $1 and key = $2 and value is not distinct from $3`,
    [topic, key, value, by],
  );

describe('the embedded log', () => {
  it('refuses what a fenced producer appends, whole, and takes it of the one who fenced it', async () => {
    const old = await log.beginEpoch('alpha');
    await log.append('alpha', old, [record('f', '1')]);
    const young = await log.beginEpoch('alpha');
    const other = await log.beginEpoch('beta');
    await expect(log.append('alpha', old, [record('f', '2'), record('g', '2')])).rejects.toThrow(Fenced);
    await log.append('alpha', young, [record('f', '3')]);
    await log.append('beta', other, [record('g', '1')]);
    expect(await kept(things.name)).toEqual(['f=1', 'f=3', 'g=1']);
    await client.query('delete from events');
  });

  it('keeps the latest of a key, tombstones for a day, and what a topic keeps by time', async () => {
    const epoch = await log.beginEpoch('alpha');
    await log.append('alpha', epoch, [
      record('a', '1'),
      record('a', '2'),
      record('a', '3'),
      record('b', '1'),
      record('b', null),
      record('c', '1'),
      record('c', null),
      record('d', '1'),
      record('d', '2'),
      record('x', '1', deltas.name),
      record('x', '2', deltas.name),
    ]);
    // What is younger than a minute stays, though superseded: a2 and d1.
    await age(things.name, 'a', '1', '2 minutes');
    await age(things.name, 'a', '3', '2 years');
    await age(things.name, 'b', '1', '25 hours');
    await age(things.name, 'b', null, '25 hours');
    await age(things.name, 'c', '1', '23 hours');
    await age(things.name, 'c', null, '23 hours');
    await age(deltas.name, 'x', '1', '121 minutes');
    await age(deltas.name, 'x', '2', '119 minutes');
    await log.compact();
    expect(await kept(things.name)).toEqual(['a=2', 'a=3', 'c=tombstone', 'd=1', 'd=2']);
    expect(await kept(deltas.name)).toEqual(['x=2']);
  });

  it('gives a group to one process at a time, and leaves nothing behind where it is refused', async () => {
    const holder = await log.lockGroup('gamma');
    const waiting = new BusLog(url, 1);
    let released = false;
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', onWarning);
    try {
      for (let attempt = 0; attempt < 20; attempt += 1)
        expect(await waiting.lockGroup('gamma')).toBeUndefined();
      await new Promise((resolve) => setImmediate(resolve));
      expect(warnings).toEqual([]);
      holder?.release(true);
      released = true;
      const next = await eventually(async () => {
        const lock = await waiting.lockGroup('gamma');
        expect(lock).toBeDefined();
        return lock;
      });
      next?.release(true);
    } finally {
      if (!released) holder?.release(true);
      process.off('warning', onWarning);
      await waiting.close();
    }
  });
});
