import {
  migrate,
  openDatabase,
  prepareSchemas,
  type DatabaseOptions,
  type SchemaOwner,
} from '@gatehouse/database';
import pg from 'pg';
import { randomBytes } from 'node:crypto';
import { sha256 } from '../run/cache.js';
import { askFor } from '../run/control-client.js';

export type SchemaDefinition = Pick<DatabaseOptions, 'schema' | 'entities' | 'migrations'> & {
  /** A service's name. Its migrated schema is kept as a template for the whole run. */
  name?: string;
};

export interface TestDatabase {
  /** As the role of the (first) schema. */
  url: string;
  /** One a schema. */
  urls: Record<string, string>;
  /** The same database as superuser: what standalone is given. */
  superuserUrl: string;
  drop(): Promise<void>;
}

/**
 * A database of its own in the run's one cluster, with the schemas and roles of the given services or definitions, migrated.
 * Without any, it is empty.
 */
export async function testDatabase(...definitions: SchemaDefinition[]): Promise<TestDatabase> {
  const { superuserUrl } = await askFor<{ superuserUrl: string }>('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const own = databaseIn(superuserUrl, name);
  const urls = await asSuperuser(superuserUrl, async (client) => {
    // Roles belong to the whole cluster, and advisory locks to one database: here is the one place to queue.
    await client.query('select pg_advisory_lock(hashtext($1))', ['gatehouse_test_database']);
    const reusable =
      definitions.length > 0 && definitions.every((definition) => definition.name !== undefined);
    const template = reusable ? await templateOf(client, superuserUrl, definitions) : 'template0';
    await client.query(`create database ${name} template ${template}`);
    if (!reusable) return fill(own, definitions);
    // A copy has the schemas, and not what belongs to the database itself: grants and each role's search path.
    return prepareSchemas(own, definitions.map(ownerOf));
  });
  return {
    url: Object.values(urls)[0] ?? own,
    urls,
    superuserUrl: own,
    drop: () =>
      asSuperuser(
        superuserUrl,
        async (client) => void (await client.query(`drop database ${name} with (force)`)),
      ),
  };
}

/** A cluster of the test's own, which it may stop and restart. */
export async function ownPostgres(): Promise<{
  superuserUrl: string;
  stop(): Promise<void>;
  restart(): Promise<void>;
  remove(): Promise<void>;
}> {
  const id = randomBytes(6).toString('hex');
  const { superuserUrl } = await askFor<{ superuserUrl: string }>('postgres', id);
  const command = (action: string) => async () => void (await askFor('postgres', id, action));
  return { superuserUrl, stop: command('stop'), restart: command('restart'), remove: command('remove') };
}

async function templateOf(
  client: pg.Client,
  superuserUrl: string,
  definitions: SchemaDefinition[],
): Promise<string> {
  const name = `template_${sha256(JSON.stringify(definitions.map(fingerprint))).slice(0, 16)}`;
  const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
  if (rowCount) return name;
  const partial = `${name}_partial`;
  await client.query(`drop database if exists ${partial} with (force)`);
  await client.query(`create database ${partial} template template0`);
  await fill(databaseIn(superuserUrl, partial), definitions);
  await client.query(`alter database ${partial} rename to ${name}`);
  return name;
}

function fingerprint({ name, schema, migrations }: SchemaDefinition): unknown {
  return [name, schema, ...migrations.map((Migration) => new Migration().name ?? Migration.name)];
}

async function fill(superuserUrl: string, definitions: SchemaDefinition[]): Promise<Record<string, string>> {
  const urls = await prepareSchemas(superuserUrl, definitions.map(ownerOf));
  for (const definition of definitions) {
    const database = await openDatabase({
      ...definition,
      url: urls[definition.schema] as string,
      poolSize: 2,
    });
    try {
      await migrate(database);
    } finally {
      await database.dataSource.destroy();
    }
  }
  return urls;
}

async function asSuperuser<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function ownerOf({ schema }: SchemaDefinition): SchemaOwner {
  return { schema, role: `gatehouse_${schema}`, password: `gatehouse_${schema}` };
}

function databaseIn(superuserUrl: string, name: string): string {
  const url = new URL(superuserUrl);
  url.pathname = `/${name}`;
  return url.href;
}
