import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type EventData, InvitationAccepted } from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import { Consumes, type EventContext, Outbox } from '@gatehouse/eventing';
import { audit } from '@gatehouse/service-host';
import { changeMembership, lockMembership, type Membership, republishOthers } from '../members/membership.js';
import { changePerson } from '../members/user.js';
import { settleInvitations } from './invitation.js';

@Controller()
export class InvitationEvents {
  constructor(private readonly outbox: Outbox) {}

  /** The invited person becomes active. A link that was revoked meanwhile, or was accepted already, changes nothing. */
  @Consumes(InvitationAccepted)
  async onAccepted(
    @Payload() accepted: EventData<typeof InvitationAccepted>,
    @Ctx() { tx }: EventContext,
  ): Promise<void> {
    const pending = await pendingInvitation(tx, accepted);
    const membership = pending && (await lockMembership(tx, pending.membershipId));
    if (!membership) return;
    await settleInvitations(tx, this.outbox, membership.id, 'accepted');
    if (membership.status !== 'invited') return;
    const isNamed = await named(tx, membership, accepted.name);
    const change = { status: 'active' as const, ...(isNamed ? { name: accepted.name } : {}) };
    const after = await changeMembership(tx, this.outbox, membership, change);
    if (isNamed) await republishOthers(tx, this.outbox, after.userId, after.id);
    audit(tx, this.outbox, {
      accountId: after.accountId,
      actor: { kind: 'user', id: after.userId },
      action: 'member.joined',
      target: { type: 'member', id: after.id },
      details: { role: after.role, invitationId: accepted.invitationId },
      personal: { email: after.email },
    });
  }
}

async function pendingInvitation(
  tx: Tx,
  { invitationId, accountId, userId }: EventData<typeof InvitationAccepted>,
): Promise<{ membershipId: string } | undefined> {
  const rows = await tx.query<{ membershipId: string }>(
    `SELECT membership_id AS "membershipId" FROM invitations
     WHERE id = $1 AND account_id = $2 AND user_id = $3 AND status = 'pending'`,
    [invitationId, accountId, userId],
  );
  return rows[0];
}

/** People say themselves what they are called, but not from one account into another. */
async function named(tx: Tx, membership: Membership, name: string): Promise<boolean> {
  if (name === '' || name === membership.name) return false;
  const person = { id: membership.userId, email: membership.email, name: membership.name };
  return changePerson(tx, membership.accountId, person, { email: membership.email, name });
}
