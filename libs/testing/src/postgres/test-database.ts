import { migrate, openDatabase, prepareSchemas } from '@gatehouse/database';
import pg from 'pg';
import { randomBytes } from 'node:crypto';
import { sha256 } from '../run/cache.js';
import { askFor } from '../run/control-client.js';

export type SchemaDefinition = Pick<Parameters<typeof openDatabase>[0], 'schema' | 'entities' | 'migrations'>;

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
 * A database of its own in the run's one cluster. With definitions, their schemas and roles are there and migrated: that is done
 * once a run in a template, which is copied. Without, it is empty.
 */
export async function testDatabase(...definitions: SchemaDefinition[]): Promise<TestDatabase> {
  const { superuserUrl } = await askFor<{ superuserUrl: string }>('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = definitions.length > 0 ? await templateOf(superuserUrl, definitions) : 'template0';
  await asSuperuser(superuserUrl, (client) => client.query(`create database ${name} template ${template}`));

  const own = databaseIn(superuserUrl, name);
  const urls = Object.fromEntries(definitions.map(({ schema }) => [schema, roleUrl(own, schema)]));
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

async function templateOf(superuserUrl: string, definitions: SchemaDefinition[]): Promise<string> {
  const name = `template_${sha256(JSON.stringify(definitions.map(fingerprint))).slice(0, 16)}`;
  // Roles belong to the whole cluster, so even different templates are made one after the other.
  await asSuperuser(superuserUrl, async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', ['gatehouse_test_template']);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount) return;
    const partial = `${name}_partial`;
    await client.query(`drop database if exists ${partial} with (force)`);
    await client.query(`create database ${partial} template template0`);
    await fill(databaseIn(superuserUrl, partial), definitions);
    await client.query(`alter database ${partial} rename to ${name}`);
  });
  return name;
}

function fingerprint({ schema, migrations }: SchemaDefinition): unknown {
  return [
    schema,
    Array.isArray(migrations) ? migrations.map(String) : Object.values(migrations ?? {}).map(String),
  ];
}

async function fill(superuserUrl: string, definitions: SchemaDefinition[]): Promise<void> {
  const schemas = definitions.map(({ schema }) => ({
    schema,
    role: roleOf(schema),
    password: roleOf(schema),
  }));
  const urls = await prepareSchemas(superuserUrl, schemas);
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

const roleOf = (schema: string) => `gatehouse_${schema}`;

function roleUrl(superuserUrl: string, schema: string): string {
  const url = new URL(superuserUrl);
  url.username = roleOf(schema);
  url.password = roleOf(schema);
  return url.href;
}

function databaseIn(superuserUrl: string, name: string): string {
  const url = new URL(superuserUrl);
  url.pathname = `/${name}`;
  return url.href;
}
