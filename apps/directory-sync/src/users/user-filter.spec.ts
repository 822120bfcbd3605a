import { type Database, openDatabase, schemaDifferences } from '@gatehouse/database';
import {
  type Document,
  ENTERPRISE_SCHEMA,
  fold,
  matches,
  parseFilter,
  presentResource,
  readResource,
  userResourceType,
} from '@gatehouse/scim';
import { testDatabase, type TestDatabase } from '@gatehouse/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entities } from '../entities.js';
import { migrations } from '../migrations/index.js';
import type { StoredUser } from './provisioning.js';
import { userCondition } from './user-filter.js';
import { insertUserParameters, insertUserSql, userColumns } from './users.store.js';

const BASE_URL = 'https://gate.test/scim/v2/dir_1';
const definition = { schema: 'directory_sync', entities, migrations };

let testDb: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDb = await testDatabase(definition);
  database = await openDatabase({ ...definition, url: testDb.url, poolSize: 2 });
});

afterAll(async () => {
  await database.close();
  await testDb.drop();
});

describe('filters in SQL and in memory', () => {
  // Few and small values, so that comparisons are true about as often as they are false.
  const word = fc.constantFrom('a', 'A', 'b', 'ab', 'B%', 'a_', "a'", 'work', '\u{1f600}', '\uffee', '');
  const email = fc.record(
    {
      value: fc.constantFrom('a@x.test', 'A@x.test', 'b@x.test'),
      type: fc.constantFrom('work', 'home', 'Work'),
      primary: fc.boolean(),
      display: word,
    },
    { requiredKeys: [] },
  );
  const user = fc.record(
    {
      userName: fc.constantFrom('a', 'b', 'Ab', 'ab', 'ba', 'Ü', 'ü'),
      externalId: fc.constantFrom('a', 'A', 'b'),
      active: fc.boolean(),
      title: word,
      name: fc.record({ givenName: word, familyName: word }, { requiredKeys: [] }),
      emails: fc.array(email, { maxLength: 3 }),
      [ENTERPRISE_SCHEMA]: fc.record(
        { department: word, manager: fc.record({ value: word }, { requiredKeys: [] }) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['userName', 'active'] },
  );

  const textPath = fc.constantFrom(
    'userName',
    'externalId',
    'title',
    'name.givenName',
    'emails',
    'emails.value',
    'emails.type',
    'emails.display',
    `${ENTERPRISE_SCHEMA}:department`,
    `${ENTERPRISE_SCHEMA}:manager`,
    `${ENTERPRISE_SCHEMA}:manager.value`,
    'meta.resourceType',
    'meta.location',
    'id',
  );
  const textOperator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
  const literal = fc
    .oneof(word, fc.constantFrom('a@x.test', 'ü', 'User', 'duser_'))
    .map((text) => JSON.stringify(text));
  const join = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(' '));
  const simple = fc.oneof(
    join(textPath, textOperator, literal),
    join(textPath, fc.constantFrom('pr', 'eq null', 'ne null')),
    join(
      fc.constantFrom('name', 'emails', 'active', 'photos', ENTERPRISE_SCHEMA + ':manager'),
      fc.constant('pr'),
    ),
    join(
      fc.constantFrom('active', 'emails.primary'),
      fc.constantFrom('eq', 'ne'),
      fc.constantFrom('true', 'false'),
    ),
    join(
      fc.constant('meta.lastModified'),
      fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'),
      fc.constantFrom(
        '"2026-01-01T00:00:00Z"',
        '"2026-01-02T03:04:05.678Z"',
        '"2026-01-02T04:04:05.678+01:00"',
      ),
    ),
  );
  const inner = fc.oneof(
    join(fc.constantFrom('value', 'type', 'display'), textOperator, literal),
    join(fc.constant('primary'), fc.constantFrom('eq', 'ne'), fc.constantFrom('true', 'false')),
    join(fc.constantFrom('value', 'type', 'display', 'primary'), fc.constant('pr')),
  );
  const { filter } = fc.letrec<{ filter: string; element: string }>((tie) => ({
    element: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      inner,
      join(tie('element'), fc.constantFrom('and', 'or'), tie('element')),
      tie('element').map((text) => `not (${text})`),
    ),
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      simple,
      tie('element').map((text) => `emails[${text}]`),
      join(tie('filter'), fc.constantFrom('and', 'or'), tie('filter')),
      tie('filter').map((text) => `not (${text})`),
    ),
  }));

  it('agree on every filter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(user, { minLength: 1, maxLength: 5 }),
        fc.array(filter, { minLength: 8, maxLength: 8 }),
        async (bodies, filters) => {
          const unique = [...new Map(bodies.map((body) => [fold(body.userName), body])).values()];
          const stored = await store(unique);
          for (const text of filters) {
            const parsed = parseFilter(userResourceType, text, 'strict');
            const inMemory = stored
              .filter((one) => matches(parsed, presentResource(userResourceType, one, BASE_URL)))
              .map((one) => one.id);
            expect({ text, found: await found(parsed) }).toEqual({ text, found: inMemory.sort() });
          }
        },
      ),
      { numRuns: 100 },
    );
  }, 120_000);

  async function store(bodies: unknown[]): Promise<StoredUser[]> {
    await database.query('delete from scim_user');
    for (const [index, body] of bodies.entries()) {
      const document: Document = readResource(userResourceType, body, 'lenient');
      const id = `duser_${index}`;
      const active = document['active'] === true;
      const user = {
        directoryId: 'dir_1',
        id,
        version: 5,
        document,
        email: 'a@x.test',
        active,
        reason: null,
      };
      await database.query(`with ${insertUserSql('')} select * from written`, insertUserParameters(user));
    }
    await database.query(
      `update scim_user set updated_at = '2026-01-02T03:04:05.6784Z' where id <> 'duser_0'`,
    );
    return database.query<StoredUser>(`select ${userColumns} from scim_user u order by id`);
  }

  async function found(parsed: ReturnType<typeof parseFilter>): Promise<string[]> {
    const condition = userCondition(parsed);
    const rows = await database.query<{ id: string }>(
      `select u.id from scim_user u where u.directory_id = $1 and $2::text is not null and ${condition.sql} order by u.id`,
      ['dir_1', BASE_URL, ...condition.parameters],
    );
    return rows.map(({ id }) => id);
  }

  it('finds by userName and by email through an index', async () => {
    await database.query(
      `insert into scim_user (directory_id, id, version, user_name_key, external_id, email, active, document)
       select 'dir_2', 'u' || n, 1, 'user' || n, 'ext' || n, '', true, '{}' from generate_series(1, 3000) n`,
    );
    await database.query(
      `insert into scim_user_email select 'dir_2', 'user' || n || '@x.test', 'u' || n from generate_series(1, 3000) n`,
    );
    await database.query('analyze scim_user');
    await database.query('analyze scim_user_email');
    for (const text of [
      'userName eq "user7"',
      'emails.value eq "USER7@x.test"',
      'emails eq "user7@x.test"',
    ]) {
      const condition = userCondition(parseFilter(userResourceType, text, 'strict'));
      const sql = `select u.id from scim_user u where u.directory_id = $1 and $2::text is not null and ${condition.sql}`;
      const parameters = ['dir_2', '', ...condition.parameters];
      expect(await database.query(sql, parameters)).toEqual([{ id: 'u7' }]);
      const plan = await database.query<Record<string, string>>(`explain ${sql}`, parameters);
      const lines = plan.map((line) => Object.values(line).join()).join('\n');
      expect(lines).not.toContain('Seq Scan');
    }
  });
});

describe('the schema', () => {
  it('is what the entities say', async () => {
    expect(await schemaDifferences(database)).toEqual([]);
  });
});
