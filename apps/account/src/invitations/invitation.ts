import {
  InvitationIssued,
  InvitationSettled,
  type InvitationState,
  newId,
  nextVersion,
} from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import type { Outbox } from '@gatehouse/eventing';
import type { Membership } from '../members/membership.js';
import { newToken } from './token.js';

type InvitationRow = Omit<InvitationState, 'expiresAt'> & { expiresAt: Date };

export const invitationColumns = `id, version, kind, account_id AS "accountId", membership_id AS "membershipId",
  user_id AS "userId", email, token_hash AS "tokenHash", expires_at AS "expiresAt", status`;

export function toInvitationState(row: InvitationRow): InvitationState {
  return { ...row, expiresAt: row.expiresAt.toISOString() };
}

const validHours = { invitation: 7 * 24, recovery: 24 } as const;

/** Makes a one-time link for a member; links made for them before stop working. The token is in the answer only. */
export async function issueInvitation(
  tx: Tx,
  outbox: Outbox,
  kind: InvitationState['kind'],
  member: Pick<Membership, 'id' | 'accountId' | 'userId' | 'email'>,
): Promise<{ id: string; token: string; expiresAt: string }> {
  await settleInvitations(tx, outbox, member.id, 'revoked');
  const { token, tokenHash } = newToken();
  const rows = await tx.query<InvitationRow>(
    `INSERT INTO invitations (id, version, kind, account_id, membership_id, user_id, email, token_hash, expires_at, status)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(hours => $9::int), 'pending')
     RETURNING ${invitationColumns}`,
    [
      newId('inv'),
      nextVersion(null),
      kind,
      member.accountId,
      member.id,
      member.userId,
      member.email,
      tokenHash,
      validHours[kind],
    ],
  );
  const invitation = toInvitationState(rows[0]!);
  outbox.append(tx, InvitationIssued, invitation);
  return { id: invitation.id, token, expiresAt: invitation.expiresAt };
}

/** Settles all open links of a member. */
export async function settleInvitations(
  tx: Tx,
  outbox: Outbox,
  membershipId: string,
  status: 'accepted' | 'revoked',
): Promise<void> {
  const rows = await tx.query<InvitationRow>(
    `UPDATE invitations SET status = $2, version = GREATEST(version + 1, $3)
     WHERE membership_id = $1 AND status = 'pending' RETURNING ${invitationColumns}`,
    [membershipId, status, nextVersion(null)],
  );
  for (const row of rows) outbox.append(tx, InvitationSettled, toInvitationState(row));
}
