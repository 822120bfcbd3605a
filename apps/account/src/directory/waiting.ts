import type { Tx } from '@gatehouse/database';
import { type DirectoryUser, directoryUserColumns } from './directory-user.js';

/** Active people of a directory who govern no membership, by address, the newest first: its bearer is another. */
export async function waitingFor(tx: Tx, directoryId: string, email: string): Promise<DirectoryUser[]> {
  return tx.query<DirectoryUser>(
    `SELECT ${directoryUserColumns} FROM directory_users du
     WHERE du.directory_id = $1 AND du.email = $2 AND du.active
       AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.directory_user_id = du.id)
     ORDER BY du.id DESC`,
    [directoryId, email],
  );
}
