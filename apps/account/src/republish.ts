import {
  AccountClosed,
  accountsTopic,
  AccountUpdated,
  InvitationIssued,
  InvitationSettled,
  invitationsTopic,
  MembershipChanged,
  membershipsTopic,
} from '@gatehouse/contracts';
import { type Reader, registerRepublisher } from '@gatehouse/eventing';
import { accountColumns, toAccount, toAccountState } from './accounts/account.js';
import { invitationColumns, toInvitationState } from './invitations/invitation.js';
import { type Membership, membershipColumns, toMembershipState } from './members/membership.js';

const batchSize = 500;

registerRepublisher(accountsTopic, async function* (database: Reader) {
  const sql = `SELECT ${accountColumns} FROM accounts WHERE id > $1 ORDER BY id LIMIT $2`;
  for await (const rows of pages<Parameters<typeof toAccount>[0]>(database, sql)) {
    yield rows.map((row) => ({
      event: row.status === 'closed' ? AccountClosed : AccountUpdated,
      data: toAccountState(toAccount(row)),
    }));
  }
});

registerRepublisher(membershipsTopic, async function* (database: Reader) {
  const sql = `SELECT ${membershipColumns} FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE m.id > $1 ORDER BY m.id LIMIT $2`;
  for await (const rows of pages<Membership>(database, sql)) {
    yield rows.map((row) => ({ event: MembershipChanged, data: toMembershipState(row) }));
  }
});

registerRepublisher(invitationsTopic, async function* (database: Reader) {
  const sql = `SELECT ${invitationColumns} FROM invitations WHERE id > $1 ORDER BY id LIMIT $2`;
  for await (const rows of pages<Parameters<typeof toInvitationState>[0]>(database, sql)) {
    yield rows.map((row) => ({
      event: row.status === 'pending' ? InvitationIssued : InvitationSettled,
      data: toInvitationState(row),
    }));
  }
});

/** All rows of a statement in the order of ids, a batch at a time. */
async function* pages<T extends { id: string }>(database: Reader, sql: string): AsyncGenerator<T[]> {
  for (let after = ''; ;) {
    const rows = await database.query<T>(sql, [after, batchSize]);
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1)!.id;
  }
}
