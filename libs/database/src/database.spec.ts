import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, testDatabase, type TestDatabase } from '@gatehouse/testing';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  DatabaseUnreachable,
  isDatabaseAway,
  leaderJob,
  migrate,
  openDatabase,
  prepareSchemas,
  schemaDifferences,
  sqlMigration,
  type Database,
} from './index.js';

@Entity({ name: 'notes' })
class Note {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ type: 'bigint' }) lastVersion!: number;
}
const migrations = [
  sqlMigration('0001-notes', 'create table notes (id text primary key, last_version bigint not null)'),
];
const owners = ['first', 'second'].map((schema) => ({
  schema,
  role: `gatehouse_test_${schema}`,
  password: 'p@ss/word',
}));

describe('a service and its schema', () => {
  let test: TestDatabase;
  let urls: Record<string, string>;
  const opened: Database[] = [];
  const open = async (schema: string): Promise<Database> => {
    const database = await openDatabase({ url: urls[schema] ?? '', schema, entities: [Note], migrations });
    opened.push(database);
    return database;
  };
  beforeAll(async () => {
    test = await testDatabase();
    urls = await prepareSchemas(test.superuserUrl, owners);
    await prepareSchemas(test.superuserUrl, owners);
  });
  afterAll(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await test.drop();
  });

  it('migrates once, though several replicas start at once', async () => {
    const replicas = await Promise.all([open('first'), open('first'), open('first')]);
    await Promise.all(replicas.map(migrate));
    expect(await replicas[0]?.query('select name from migrations')).toEqual([
      { name: '0001-notes-1000000000001' },
    ]);
  });

  it('sees its own schema, and not another', async () => {
    const [first, second] = [await open('first'), await open('second')];
    await migrate(second);
    await second.query(`insert into notes values ('theirs', 1)`);
    expect(await first.query('select * from notes')).toEqual([]);
    await expect(first.query('select * from second.notes')).rejects.toThrow(
      'permission denied for schema second',
    );
    await expect(first.query('create table public.mine (id int)')).rejects.toThrow('permission denied');
  });

  it('says where the schema differs from the entities', async () => {
    const database = await open('first');
    await migrate(database);
    expect(await schemaDifferences(database)).toEqual([]);
    await database.query('alter table notes add column more text');
    await database.query('create table strays (id int)');
    expect(await schemaDifferences(database)).toEqual([
      expect.stringContaining('DROP COLUMN "more"'),
      'table strays has no entity',
    ]);
    await database.query('alter table notes drop column more');
    await database.query('drop table strays');
  });

  it('commits with the last writes, or rolls everything back', async () => {
    const database = await open('first');
    await migrate(database);
    const calls: string[] = [];
    const work = (id: string, fail: boolean) =>
      database.inTransaction(async (tx) => {
        tx.afterCommit(() => void calls.push(`after ${id}`));
        tx.beforeCommit(async () => {
          calls.push(`before ${id}`);
          if (fail) throw new Error('last write failed');
        });
        await tx.query('insert into notes values ($1, $2)', [id, 5]);
      });
    await expect(work('lost', true)).rejects.toThrow('last write failed');
    await work('kept', false);
    expect(calls).toEqual(['before lost', 'before kept', 'after kept']);
    expect(await database.query('select id, last_version from notes')).toEqual([
      { id: 'kept', last_version: 5 },
    ]);
    expect(await database.dataSource.getRepository(Note).find()).toEqual([{ id: 'kept', lastVersion: 5 }]);
  });

  it('gives rows of writes with RETURNING', async () => {
    const database = await open('second');
    await migrate(database);
    await database.inTransaction(async (tx) => {
      expect(await tx.query(`insert into notes values ('r', 1) returning id`)).toEqual([{ id: 'r' }]);
      expect(await tx.query(`delete from notes where id = 'r' returning id`)).toEqual([{ id: 'r' }]);
      expect(await tx.query(`delete from notes where id = 'r' returning id`)).toEqual([]);
    });
  });

  it('runs a leader job on one replica at a time', async () => {
    const replicas = await Promise.all([open('first'), open('first')]);
    let [running, most, runs] = [0, 0, 0];
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await replicas[0]?.query('select pg_sleep(0.02)');
      running -= 1;
      runs += 1;
    };
    const jobs = replicas.map((database) => leaderJob(database, 'spec', 5, work));
    await eventually(() => expect(runs).toBeGreaterThan(5));
    await Promise.all(jobs.map((job) => job.stop()));
    expect(most).toBe(1);
  });

  it('says where an unreachable database was looked for, without its password', async () => {
    const failure = await openDatabase({
      url: 'postgres://me:secret@127.0.0.1:1/gatehouse',
      schema: 'first',
      entities: [],
      migrations: [],
    }).catch((error: unknown) => error as Error);
    expect(failure).toBeInstanceOf(DatabaseUnreachable);
    expect((failure as Error).message).toMatch(/127\.0\.0\.1:1\/gatehouse can't be used: .*ECONNREFUSED/);
    expect((failure as Error).message).not.toContain('secret');
  });

  it('tells a database that is away from a statement that is wrong', async () => {
    const database = await open('first');
    expect(isDatabaseAway(await database.query('select nothing').catch((error: unknown) => error))).toBe(
      false,
    );
    const client = await database.connectDirect();
    const ended = client
      .query('select pg_terminate_backend(pg_backend_pid())')
      .catch((error: unknown) => error);
    expect(isDatabaseAway(await ended)).toBe(true);
    expect(isDatabaseAway(await client.query('select 1').catch((error: unknown) => error))).toBe(true);
  });
});
