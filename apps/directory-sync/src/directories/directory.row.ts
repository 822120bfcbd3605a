import { type DirectoryState, nextVersion } from '@gatehouse/contracts';
import { Problem } from '@gatehouse/service-host';
import type { Tx } from '@gatehouse/database';

export interface DirectoryRow {
  id: string;
  accountId: string;
  name: string;
  dialect: 'lenient' | 'strict';
  status: 'pending' | 'live' | 'shadow' | 'disabled' | 'removed';
  suspended: boolean;
  version: number;
  createdAt: Date;
  lastRequestAt: Date | null;
}

/** Selected with these names, so that a row is a `DirectoryRow`; bigints fit a JavaScript number. */
export const directoryColumns = `id, account_id as "accountId", name, dialect, status, suspended,
  version::float8 as version, created_at as "createdAt", last_request_at as "lastRequestAt"`;

export function directoryState(row: DirectoryRow): DirectoryState {
  const { id, version, accountId, name, dialect } = row;
  const isHidden = row.suspended && row.status !== 'removed';
  return { id, version, accountId, name, dialect, status: isHidden ? 'suspended' : row.status };
}

/** Locks the directory of the account for a change; a removed one, and one of another account, is not there. */
export async function lockDirectory(tx: Tx, accountId: string, directoryId: string): Promise<DirectoryRow> {
  const [row] = await tx.query<DirectoryRow>(
    `select ${directoryColumns} from directory
      where id = $1 and account_id = $2 and status <> 'removed' for update`,
    [directoryId, accountId],
  );
  if (!row) throw new Problem('not_found', 'There is no such directory in this account.');
  return row;
}

type Change = Partial<Pick<DirectoryRow, 'name' | 'dialect' | 'status' | 'suspended'>>;

/** Writes a change of a locked directory, with a new version; contexts that were cached before are stale by it. */
export async function saveDirectory(tx: Tx, row: DirectoryRow, change: Change): Promise<DirectoryRow> {
  const next = { ...row, ...change, version: nextVersion(row.version) };
  await tx.query(
    `update directory
        set name = $2, dialect = $3, status = $4, suspended = $5, version = $6, revision = revision + 1,
            went_live_at = case when $4 = 'live' then coalesce(went_live_at, now()) else went_live_at end
      where id = $1`,
    [next.id, next.name, next.dialect, next.status, next.suspended, next.version],
  );
  return next;
}
