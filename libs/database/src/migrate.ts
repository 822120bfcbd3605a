import type { MigrationInterface, QueryRunner } from 'typeorm';
import { lockKey } from './connection.js';
import type { Database } from './database.js';

/** Runs the migrations that are due. Replicas that start at once queue on an advisory lock; the later ones find nothing to do. */
export async function migrate(database: Database): Promise<void> {
  const client = await database.connectDirect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey(`migrate:${database.schema}`)]);
    await database.dataSource.runMigrations({ transaction: 'each' });
  } finally {
    await client.end();
  }
}

const firstTimestamp = 1_000_000_000_000;

/**
 * A migration written as SQL. `name` begins with its number, which orders it among its own kind: `0001-accounts`.
 * TypeORM takes the order from the last 13 digits of a migration's name, so they are made from the number.
 * Migrations are expand-only and never edited; there is no way down but a restore.
 */
export function sqlMigration(name: string, sql: string): new () => MigrationInterface {
  const number = Number.parseInt(name, 10);
  if (!Number.isInteger(number))
    throw new Error(`Migration "${name}" must begin with its number, as in 0001-accounts.`);
  return class implements MigrationInterface {
    readonly name = `${name}-${firstTimestamp + number}`;

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(sql);
    }

    async down(): Promise<void> {
      throw new Error(`Migration ${name} is expand-only and can't be undone.`);
    }
  };
}

/**
 * What would have to change for the schema to equal the entities: SQL statements, and tables that no entity describes.
 * Empty on a migrated database, or a migration is missing.
 */
export async function schemaDifferences(database: Database): Promise<string[]> {
  const { dataSource, schema } = database;
  const log = await dataSource.driver.createSchemaBuilder().log();
  const described = new Set([...dataSource.entityMetadatas.map((entity) => entity.tableName), 'migrations']);
  const tables = await database.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = $1 order by 1`,
    [schema],
  );
  return [
    ...log.upQueries.map(({ query }) => query),
    ...tables.filter(({ name }) => !described.has(name)).map(({ name }) => `table ${name} has no entity`),
  ];
}
