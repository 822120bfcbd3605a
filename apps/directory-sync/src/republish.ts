import {
  directoriesTopic,
  directoryUsersTopic,
  DirectoryRemoved,
  DirectoryUpdated,
  UserDeprovisioned,
  UserUpdated,
} from '@gatehouse/contracts';
import { type Reader, registerRepublisher } from '@gatehouse/eventing';
import { directoryColumns, type DirectoryRow, directoryState } from './directories/directory.row.js';
import { directoryUserState, type StoredUser } from './users/provisioning.js';
import { userColumns } from './users/users.store.js';

const BATCH = 500;

/** Re-emits the state of every directory, removed ones too. */
registerRepublisher(directoriesTopic, async function* (database: Reader) {
  for (let after = ''; ;) {
    const rows = await database.query<DirectoryRow>(
      `select ${directoryColumns} from directory where id > $1 order by id limit ${BATCH}`,
      [after],
    );
    if (rows.length === 0) return;
    after = rows.at(-1)?.id ?? after;
    yield rows.map((row) => ({
      event: row.status === 'removed' ? DirectoryRemoved : DirectoryUpdated,
      data: directoryState(row),
    }));
  }
});

/**
 * Re-emits the state of the users of every directory that is or was live, deleted ones too; those in shadow were never
 * published.
 */
registerRepublisher(directoryUsersTopic, async function* (database: Reader) {
  yield* presentUsers(database);
  yield* removedUsers(database);
});

interface OfDirectory {
  id: string;
  directoryId: string;
  accountId: string;
}

async function* presentUsers(database: Reader) {
  const sql = `select ${userColumns}, u.directory_id as "directoryId", d.account_id as "accountId"
    from scim_user u join directory d on d.id = u.directory_id
   where d.went_live_at is not null and (u.directory_id, u.id) > ($1, $2)
   order by u.directory_id, u.id limit ${BATCH}`;
  for await (const rows of pages<StoredUser & OfDirectory>(database, sql)) {
    yield rows.map((row) => ({
      event: row.active ? UserUpdated : UserDeprovisioned,
      data: directoryUserState({
        ...row,
        context: { id: row.directoryId, accountId: row.accountId },
        status: 'present',
        receivedAt: row.lastModified,
      }),
    }));
  }
}

async function* removedUsers(database: Reader) {
  const sql = `select u.id, u.version::float8 as version, u.removed_at as "removedAt",
         u.directory_id as "directoryId", d.account_id as "accountId"
    from removed_user u join directory d on d.id = u.directory_id
   where d.went_live_at is not null and (u.directory_id, u.id) > ($1, $2)
   order by u.directory_id, u.id limit ${BATCH}`;
  for await (const rows of pages<OfDirectory & { version: number; removedAt: Date }>(database, sql)) {
    yield rows.map((row) => ({
      event: UserDeprovisioned,
      data: directoryUserState({
        ...row,
        context: { id: row.directoryId, accountId: row.accountId },
        document: {},
        email: '',
        active: false,
        reason: 'deleted',
        status: 'removed',
        receivedAt: row.removedAt,
      }),
    }));
  }
}

/** All rows of a statement in the order of directories and ids, a batch at a time. */
async function* pages<T extends OfDirectory>(database: Reader, sql: string): AsyncGenerator<T[]> {
  for (let after = ['', '']; ;) {
    const rows = await database.query<T>(sql, after);
    const last = rows.at(-1);
    if (!last) return;
    after = [last.directoryId, last.id];
    yield rows;
  }
}
