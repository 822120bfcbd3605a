import type pg from 'pg';
import type { EntityManager } from 'typeorm';

/**
 * One transaction. Everything that belongs to it takes it as an argument; nothing finds it by magic.
 * `query` goes straight to the connection, `manager` is TypeORM's for the same connection.
 */
export class Tx {
  private readonly beforeCommits: (() => Promise<void>)[] = [];
  private readonly afterCommits: (() => void)[] = [];

  constructor(
    readonly manager: EntityManager,
    private readonly client: pg.ClientBase,
  ) {}

  /** The statement's rows; those of RETURNING for writes. */
  async query<T = Record<string, unknown>>(sql: string, params: unknown[] = []): Promise<T[]> {
    const result = await this.client.query(sql, params);
    return result.rows as T[];
  }

  /** Runs as the transaction's last work, in the order of registration; a failure rolls everything back. */
  beforeCommit(work: () => Promise<void>): void {
    this.beforeCommits.push(work);
  }

  /** Runs once the commit succeeded. */
  afterCommit(work: () => void): void {
    this.afterCommits.push(work);
  }

  /** For `Database.inTransaction` alone. Work registered meanwhile is run too. */
  async runBeforeCommits(): Promise<void> {
    for (let work = this.beforeCommits.shift(); work; work = this.beforeCommits.shift()) await work();
  }

  /** For `Database.inTransaction` alone. */
  runAfterCommits(): void {
    for (const work of this.afterCommits) work();
  }
}
