import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { DataSourceOptions, EntitySchema, MigrationInterface } from 'typeorm';
import { connectionOptions, types } from './connection.js';
import { DatabaseUnreachable } from './errors.js';
import { SnakeNamingStrategy } from './naming.js';
import { Tx } from './tx.js';

type Class<T> = new () => T;

export interface DatabaseOptions {
  url: string;
  /** For LISTEN and session locks, where `url` goes through a transaction pooler. */
  directUrl?: string;
  schema: string;
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- TypeORM names entity classes so
  entities: (Function | EntitySchema)[];
  migrations: Class<MigrationInterface>[];
  /** Connections of the pool; about 8 beat 32 on two cores. */
  poolSize?: number;
  applicationName?: string;
}

/** A service's database: one schema, one role, a small pool. */
@Injectable()
export class Database {
  constructor(
    readonly dataSource: DataSource,
    readonly schema: string,
    private readonly direct: pg.ClientConfig,
    /** False behind a pooler, whose server connections change from one transaction to the next. */
    private readonly keepsStatements = false,
  ) {}

  /**
   * Runs work in one READ COMMITTED transaction and commits, or rolls back and throws what the work threw.
   * @throws whatever the work throws, and pg's errors
   */
  async inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    let tx: Tx;
    let result: T;
    try {
      const client = (await runner.connect()) as pg.ClientBase;
      // READ COMMITTED by the connection's options: naming it here would cost every transaction a round trip.
      await runner.startTransaction();
      tx = new Tx(runner.manager, client);
      try {
        result = await work(tx);
        await tx.runBeforeCommits();
        await runner.commitTransaction();
      } catch (error) {
        // A connection that died has nothing left to roll back; the first error is the one that tells.
        await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      }
    } finally {
      await runner.release();
    }
    tx.runAfterCommits();
    return result;
  }

  /** One statement outside a transaction; its rows, or those of RETURNING. */
  async query<T = Record<string, unknown>>(sql: string, params: unknown[] = []): Promise<T[]> {
    return this.run<T>({ text: sql, values: params });
  }

  /**
   * The same for a long statement that is run very often: parsed and planned once a connection. One name, one text.
   * Only for statements whose plan does not depend on how large a table is: it may be kept from when it was empty.
   */
  async prepared<T = Record<string, unknown>>(name: string, sql: string, params: unknown[]): Promise<T[]> {
    return this.run<T>({ text: sql, values: params, ...(this.keepsStatements ? { name } : {}) });
  }

  private async run<T>(statement: pg.QueryConfig): Promise<T[]> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as pg.ClientBase;
      const result = await client.query(statement);
      return result.rows as T[];
    } finally {
      await runner.release();
    }
  }

  /** A connection of one's own, past any pooler: for LISTEN and session locks. The caller ends it. */
  async connectDirect(): Promise<pg.Client> {
    const client = new pg.Client(this.direct);
    // Without a listener a lost connection would end the process; users notice it by their next statement.
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    return client;
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}

/**
 * Opens a service's database; runs no migrations.
 * @throws DatabaseUnreachable
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, directUrl = url, schema, entities, migrations, poolSize = 8 } = options;
  const applicationName = options.applicationName ?? `gatehouse-${schema}`;
  const shared = {
    options: connectionOptions(schema),
    types,
    application_name: applicationName,
    keepAlive: true,
    connectionTimeoutMillis: 5000,
  };
  const dataSourceOptions: DataSourceOptions = {
    type: 'postgres',
    url,
    schema,
    entities,
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    namingStrategy: new SnakeNamingStrategy(),
    synchronize: false,
    installExtensions: false,
    poolSize,
    logging: false,
    // An idle connection that breaks is dropped by the pool; the next statement opens another or says why not.
    poolErrorHandler: () => undefined,
    extra: { ...shared, max: poolSize },
  };
  const dataSource = new DataSource(dataSourceOptions);
  try {
    await dataSource.initialize();
  } catch (error) {
    throw new DatabaseUnreachable(url, error);
  }
  return new Database(dataSource, schema, { connectionString: directUrl, ...shared }, directUrl === url);
}
