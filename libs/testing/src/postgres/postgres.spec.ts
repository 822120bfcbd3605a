import { sqlMigration } from '@gatehouse/database';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { databaseProxy } from '../network/tcp-proxy.js';
import { ownPostgres, testDatabase } from './test-database.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('testDatabase', () => {
  it('gives each caller a database of its own', async () => {
    const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
    await query(one.url, 'create table here (id int)');
    await expect(query(two.url, 'select * from here')).rejects.toThrow('relation "here" does not exist');
    await Promise.all([one.drop(), two.drop()]);
    await expect(query(one.url, 'select 1')).rejects.toThrow('does not exist');
  });

  it.each([{ name: 'shop' }, {}])('migrates each schema as its own role %j', async (named) => {
    const definition = (schema: string) => ({
      ...{ ...named, schema, entities: [] },
      migrations: [sqlMigration('0001-things', `create table things as select '${schema}' as owner`)],
    });
    const copies = [];
    for (let copy = 0; copy < 2; copy += 1)
      copies.push(await testDatabase(definition('shop'), definition('till')));
    for (const { url, urls } of copies) {
      expect(url).toBe(urls.shop);
      expect(await query(urls.shop as string, 'select owner from things')).toEqual([{ owner: 'shop' }]);
      expect(await query(urls.till as string, 'select owner from things')).toEqual([{ owner: 'till' }]);
      await expect(query(urls.till as string, 'select * from shop.things')).rejects.toThrow(
        'permission denied',
      );
    }
    await Promise.all(copies.map((database) => database.drop()));
  });
});

describe('ownPostgres', () => {
  it('keeps what was committed over a restart', async () => {
    const server = await ownPostgres();
    await query(server.superuserUrl, 'create table kept as select 7 as id');
    await server.stop();
    await expect(query(server.superuserUrl, 'select 1')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(await query(server.superuserUrl, 'select id from kept')).toEqual([{ id: 7 }]);
    await server.remove();
  });
});

describe('databaseProxy', () => {
  it('cuts a connection, and lets one hang until it is restored', async () => {
    const database = await testDatabase();
    const proxy = await databaseProxy(database.url);
    const client = new pg.Client({ connectionString: proxy.url });
    let lost = false;
    client.on('error', () => (lost = true));
    await client.connect();

    proxy.hang();
    let answered = false;
    const answer = client.query('select 1').then(() => (answered = true));
    expect(await query(database.url, 'select 2 as id')).toEqual([{ id: 2 }]);
    expect(answered).toBe(false);
    proxy.restore();
    await answer;

    proxy.cut();
    await eventually(() => expect(lost).toBe(true));
    await expect(query(proxy.url, 'select 1')).rejects.toThrow();
    await proxy.close();
    await database.drop();
  });
});
