import { MembershipChanged, nextVersion } from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import type { Outbox } from '@gatehouse/eventing';
import { type Membership, membershipColumns, toMembershipState } from '../members/membership.js';

/**
 * Members of a directory that governs no more become locally managed and keep the access they have: all of them, or
 * `only` those that one directory user was about. Answers how many they were.
 */
export async function releaseMembers(
  tx: Tx,
  outbox: Outbox,
  directoryId: string,
  only?: { membershipId: string | null; directoryUserId: string },
): Promise<number> {
  const rows = await tx.query<Membership>(
    `UPDATE memberships m SET managed_by = 'local', version = GREATEST(m.version + 1, $2::bigint)
     FROM users u WHERE u.id = m.user_id AND m.directory_id = $1 AND m.managed_by = 'directory'
       ${only ? 'AND (m.id = $3 OR m.directory_user_id = $4)' : ''}
     RETURNING ${membershipColumns}`,
    [directoryId, nextVersion(null), ...(only ? [only.membershipId, only.directoryUserId] : [])],
  );
  for (const row of rows) outbox.append(tx, MembershipChanged, toMembershipState(row));
  return rows.length;
}
