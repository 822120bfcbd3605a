import type { Tx } from '@gatehouse/database';
import type { Outbox } from '@gatehouse/eventing';
import { audit } from '@gatehouse/service-host';
import { type DirectoryUser, directoryUserColumns } from './directory-user.js';
import { governanceOf, governs } from './governance.js';
import { placeDirectoryUser } from './placement.js';
import { releaseMembers } from './release.js';

/**
 * A directory's status changed. Where it governs no more, its members become locally managed and keep their access.
 * Then the people of whichever directory of the account governs now get their places: another one may have been freed
 * to, or this one has come back.
 */
export async function directoryChanged(
  tx: Tx,
  outbox: Outbox,
  directory: { id: string; accountId: string },
): Promise<void> {
  const governance = await governanceOf(tx, directory.accountId, directory.id);
  const isPending = governance.status === 'pending';
  if (!governs(governance) && !isPending) await releaseAll(tx, outbox, directory);
  await placeEverybody(tx, outbox, directory.accountId);
}

async function releaseAll(
  tx: Tx,
  outbox: Outbox,
  directory: { id: string; accountId: string },
): Promise<void> {
  const members = await releaseMembers(tx, outbox, directory.id);
  if (members === 0) return;
  audit(tx, outbox, {
    accountId: directory.accountId,
    actor: { kind: 'directory', id: directory.id },
    action: 'directory.members_released',
    target: { type: 'directory', id: directory.id },
    details: { members },
  });
}

/** Directory users without a place, and those whose member was released, of all directories that govern now. */
export async function placeEverybody(tx: Tx, outbox: Outbox, accountId: string): Promise<void> {
  const directories = await tx.query<{ id: string }>(
    `SELECT id FROM directories WHERE account_id = $1 AND status IN ('live', 'pending')`,
    [accountId],
  );
  for (const { id } of directories) {
    if (!governs(await governanceOf(tx, accountId, id))) continue;
    for (const user of await unplacedUsers(tx, id)) await placeDirectoryUser(tx, outbox, user);
  }
}

async function unplacedUsers(tx: Tx, directoryId: string): Promise<DirectoryUser[]> {
  return tx.query<DirectoryUser>(
    `SELECT ${directoryUserColumns} FROM directory_users du
     LEFT JOIN memberships m ON m.directory_user_id = du.id
     WHERE du.directory_id = $1 AND (m.managed_by <> 'directory' OR (m.id IS NULL AND du.active))
     ORDER BY du.id`,
    [directoryId],
  );
}
