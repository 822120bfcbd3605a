import type { Tx } from '@gatehouse/database';
import type { Membership } from './membership.js';

/**
 * Whether the account would be without an owner if this locked membership stopped being one. Takes the account's row
 * lock, so that of two owners who go at once one stays. Order of locks everywhere: membership, then account.
 */
export async function isLastOwner(tx: Tx, membership: Membership): Promise<boolean> {
  if (membership.role !== 'owner' || !countsAsOwner(membership.status)) return false;
  await tx.query(`SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE`, [membership.accountId]);
  // An owner who has not accepted yet cannot stand in for one who is there.
  const successors = membership.status === 'active' ? ['active'] : ['active', 'invited'];
  const others = await tx.query(
    `SELECT 1 FROM memberships WHERE account_id = $1 AND role = 'owner' AND id <> $2 AND status = ANY($3) LIMIT 1`,
    [membership.accountId, membership.id, successors],
  );
  return others.length === 0;
}

function countsAsOwner(status: Membership['status']): boolean {
  return status === 'active' || status === 'invited';
}
