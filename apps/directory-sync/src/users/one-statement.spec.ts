import { newId } from '@gatehouse/contracts';
import { type Database, lockKey, openDatabase } from '@gatehouse/database';
import { eventingEntities, eventingMigrations, Outbox } from '@gatehouse/eventing';
import { eventually, testDatabase, type TestDatabase } from '@gatehouse/testing';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COUNTER_SHARDS } from '../directories/directory-counter.entity.js';
import type { DirectoryContext } from '../directories/directory-contexts.js';
import { entities } from '../entities.js';
import { migrations } from '../migrations/index.js';
import { StaleContext } from './stale-context.js';
import { UsersService } from './users.service.js';

const schema = 'directory_sync';
const definition = {
  schema,
  entities: [...entities, ...eventingEntities],
  migrations: [...eventingMigrations, ...migrations],
};

const context: DirectoryContext = {
  id: newId('dir'),
  accountId: newId('acct'),
  dialect: 'lenient',
  status: 'live',
  suspended: false,
  revision: '1',
  tokens: [],
  account: { plan: 'enterprise', enterpriseEndedAt: null, status: 'active' },
  enabledDomains: new Set(['acme.test']),
};

let testDb: TestDatabase;
let database: Database;
let users: UsersService;
let other: pg.Client;
let third: pg.Client;

beforeAll(async () => {
  testDb = await testDatabase(definition);
  database = await openDatabase({ ...definition, url: testDb.url, poolSize: 4 });
  users = new UsersService(database, new Outbox(database), {
    PUBLIC_URL: 'https://gate.test',
    PLAN_GRACE_DAYS: 30,
    SCIM_RATE_LIMIT: 200,
  });
  other = await database.connectDirect();
  third = await database.connectDirect();
  await database.query(
    `insert into directory (id, account_id, name, dialect, status, version) values ($1, $2, 'd', 'lenient', 'live', 1)`,
    [context.id, context.accountId],
  );
  await database.query(
    'insert into directory_counter select $1, shard, 0, 0 from generate_series(0, $2::int - 1) as shard',
    [context.id, COUNTER_SHARDS],
  );
});

afterAll(async () => {
  await other.end();
  await third.end();
  await database.close();
  await testDb.drop();
});

const create = (userName: string, of: DirectoryContext = context) =>
  users.create(of, { userName, emails: [{ value: userName }] }, new Date());

describe('creating a user in one statement', () => {
  it('writes the user, its addresses, the counter and the event', async () => {
    const user = await create('one@acme.test');
    expect(await database.query('select topic, key, type, seq from outbox')).toEqual([
      { topic: 'directory.users.v1', key: user.id, type: 'UserProvisioned', seq: 1 },
    ]);
    expect(await database.query('select value_key as value from scim_user_email')).toEqual([
      { value: 'one@acme.test' },
    ]);
    expect(
      await database.query(
        'select sum(users)::int as users, sum(active)::int as active from directory_counter',
      ),
    ).toEqual([{ users: 1, active: 1 }]);
  });

  it('writes nothing where the userName is taken, or where the context is stale', async () => {
    const before = await database.query('select count(*) from outbox');
    await expect(create('ONE@acme.test')).rejects.toMatchObject({ status: 409, scimType: 'uniqueness' });
    await expect(create('two@acme.test', { ...context, revision: '0' })).rejects.toBeInstanceOf(StaleContext);
    expect(await database.query('select count(*) from outbox')).toEqual(before);
    expect(await database.query('select sum(users)::int as users from directory_counter')).toEqual([
      { users: 1 },
    ]);
  });

  it("takes the outbox's lock after all its other writes", async () => {
    await other.query('begin');
    await other.query('select pg_advisory_xact_lock($1)', [lockKey(`outbox:${schema}`)]);
    const creating = create('late@acme.test');
    await eventually(async () => {
      const { rows } = await third.query(
        `select 1 from pg_locks where locktype = 'advisory' and not granted`,
      );
      expect(rows).toHaveLength(1);
    });
    // Its user is written (another of that name has to wait for it), and so is its counter.
    await third.query(`set lock_timeout = '100ms'`);
    const again = third.query(
      `insert into scim_user (directory_id, id, version, user_name_key, email, active, document)
       values ($1, 'x', 1, 'late@acme.test', '', true, '{}')`,
      [context.id],
    );
    await expect(again).rejects.toMatchObject({ code: '55P03' });
    const { rows: free } = await third.query('select shard from directory_counter for update skip locked');
    expect(free).toHaveLength(COUNTER_SHARDS - 1);
    // An event of a transaction that got the lock earlier comes first, though it began later.
    await other.query(
      `insert into outbox (id, topic, key, type, payload, time) values ('evt', 't', 'earlier', 'T', '{}', now())`,
    );
    await other.query('commit');
    const user = await creating;
    const keys = await database.query<{ key: string }>('select key from outbox order by seq desc limit 2');
    expect(keys.map(({ key }) => key)).toEqual([user.id, 'earlier']);
  });
});
