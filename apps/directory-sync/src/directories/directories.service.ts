import { Inject, Injectable } from '@nestjs/common';
import {
  type Caller,
  DirectoryCreated,
  DirectoryDisabled,
  DirectoryRemoved,
  DirectoryUpdated,
  newId,
  nextVersion,
} from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit, Problem, SETTINGS } from '@gatehouse/service-host';
import type { Settings } from '../settings.js';
import type { DirectoryView } from './directories.operations.js';
import {
  directoryColumns,
  type DirectoryRow,
  directoryState,
  lockDirectory,
  saveDirectory,
} from './directory.row.js';
import { directoryBaseUrl } from './base-url.js';

const MAX_DIRECTORIES = 20;

type Counted = DirectoryRow & { users: number; active: number };

const countedDirectories = `
  select ${directoryColumns},
    coalesce((select sum(users) from directory_counter c where c.directory_id = directory.id), 0)::float8 as users,
    coalesce((select sum(active) from directory_counter c where c.directory_id = directory.id), 0)::float8 as active
  from directory where account_id = $1 and status <> 'removed'`;

/** What admins, and set-up sessions with the purpose directory, do with an account's directories. */
@Injectable()
export class DirectoriesService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async list(accountId: string): Promise<DirectoryView[]> {
    const rows = await this.database.query<Counted>(`${countedDirectories} order by created_at, id`, [
      accountId,
    ]);
    return rows.map((row) => this.view(row));
  }

  async get(accountId: string, directoryId: string): Promise<DirectoryView> {
    const [row] = await this.database.query<Counted>(`${countedDirectories} and id = $2`, [
      accountId,
      directoryId,
    ]);
    if (!row) throw new Problem('not_found', 'There is no such directory in this account.');
    return this.view(row);
  }

  async create(
    caller: Caller,
    accountId: string,
    { name, dialect }: { name: string; dialect: 'lenient' | 'strict' },
  ): Promise<DirectoryView> {
    const id = newId('dir');
    await this.database.inTransaction(async (tx) => {
      await refuseOneTooMany(tx, accountId);
      const [row] = await tx.query<DirectoryRow>(
        `insert into directory (id, account_id, name, dialect, status, version) values ($1, $2, $3, $4, 'pending', $5)
         returning ${directoryColumns}`,
        [id, accountId, name, dialect, nextVersion(null)],
      );
      if (!row) throw new Error('insert returned no row');
      this.outbox.append(tx, DirectoryCreated, directoryState(row));
      this.audit(tx, caller, accountId, 'directory.created', id, { name, dialect });
    });
    return this.get(accountId, id);
  }

  async update(
    caller: Caller,
    accountId: string,
    directoryId: string,
    change: { name?: string; dialect?: 'lenient' | 'strict'; status?: 'disabled' },
  ): Promise<DirectoryView> {
    await this.database.inTransaction(async (tx) => {
      const row = await lockDirectory(tx, accountId, directoryId);
      const isSame = Object.entries(change).every(
        ([key, value]) => row[key as keyof typeof change] === value,
      );
      if (isSame) return;
      const next = await saveDirectory(tx, row, change);
      const isDisabled = next.status === 'disabled' && row.status !== 'disabled';
      this.outbox.append(tx, isDisabled ? DirectoryDisabled : DirectoryUpdated, directoryState(next));
      this.audit(
        tx,
        caller,
        accountId,
        isDisabled ? 'directory.disabled' : 'directory.updated',
        directoryId,
        change,
      );
    });
    return this.get(accountId, directoryId);
  }

  /** The row and its users stay, unreachable: their last published state must not be contradicted. */
  async remove(caller: Caller, accountId: string, directoryId: string): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const row = await lockDirectory(tx, accountId, directoryId);
      const next = await saveDirectory(tx, row, { status: 'removed' });
      await tx.query('delete from directory_token where directory_id = $1', [directoryId]);
      this.outbox.append(tx, DirectoryRemoved, directoryState(next));
      this.audit(tx, caller, accountId, 'directory.removed', directoryId, {});
    });
  }

  private view(row: Counted): DirectoryView {
    const { status } = directoryState(row);
    if (status === 'removed') throw new Error('a removed directory is never shown');
    return {
      id: row.id,
      name: row.name,
      dialect: row.dialect,
      status,
      baseUrl: directoryBaseUrl(this.settings, row.id),
      counts: { users: row.users, active: row.active },
      createdAt: row.createdAt.toISOString(),
      lastRequestAt: row.lastRequestAt?.toISOString() ?? null,
    };
  }

  private audit(
    tx: Tx,
    caller: Caller,
    accountId: string,
    action: string,
    directoryId: string,
    details: Record<string, unknown>,
  ): void {
    audit(tx, this.outbox, {
      accountId,
      caller,
      action,
      target: { type: 'directory', id: directoryId },
      details,
    });
  }
}

async function refuseOneTooMany(tx: Tx, accountId: string): Promise<void> {
  // Two at once for one account wait for each other here.
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('directories:' || $1, 0))`, [accountId]);
  const [row] = await tx.query<{ count: number }>(
    `select count(*)::int as count from directory where account_id = $1 and status <> 'removed'`,
    [accountId],
  );
  if (row && row.count >= MAX_DIRECTORIES) {
    throw new Problem(
      'conflict',
      `An account has at most ${MAX_DIRECTORIES} directories. Delete one that is not used.`,
    );
  }
}
