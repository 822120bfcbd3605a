import { Controller, Inject } from '@nestjs/common';
import type { Caller } from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit, Handles, Input, type InputOf, Problem, SETTINGS } from '@gatehouse/service-host';
import { getOpenAccount } from '../accounts/account.js';
import { lockMembership, type Membership } from '../members/membership.js';
import type { AccountSettings } from '../settings.js';
import { issueInvitation } from './invitation.js';
import { createRecoveryLink } from './invitations.operations.js';
import { invitationUrl } from './links.js';

@Controller()
export class InvitationsController {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    @Inject(SETTINGS) private readonly settings: AccountSettings,
  ) {}

  @Handles(createRecoveryLink)
  recover(@Input() { caller, params, body }: InputOf<typeof createRecoveryLink>) {
    return this.database.inTransaction(async (tx) => {
      await getOpenAccount(tx, params.accountId);
      const owner = await lockOwner(tx, params.accountId, body?.memberId);
      const kind = owner.status === 'invited' ? 'invitation' : 'recovery';
      const { id, token, expiresAt } = await issueInvitation(tx, this.outbox, kind, owner);
      this.record(tx, caller, owner, id);
      const url = invitationUrl(this.settings.PUBLIC_URL, token);
      return { id, memberId: owner.id, email: owner.email, url, expiresAt };
    });
  }

  private record(tx: Tx, caller: Caller, owner: Membership, invitationId: string): void {
    audit(tx, this.outbox, {
      accountId: owner.accountId,
      caller,
      action: 'account.recovery_link_made',
      target: { type: 'member', id: owner.id },
      details: { invitationId },
      personal: { email: owner.email },
    });
  }
}

/** @throws Problem `not_found` */
async function lockOwner(tx: Tx, accountId: string, memberId: string | undefined): Promise<Membership> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM memberships WHERE account_id = $1 AND role = 'owner' AND status IN ('active', 'invited')
       AND ($2::text IS NULL OR id = $2) ORDER BY status, id LIMIT 1`,
    [accountId, memberId ?? null],
  );
  const owner = rows[0] && (await lockMembership(tx, rows[0].id));
  if (!owner) throw new Problem('not_found', 'There is no such owner in this account.');
  return owner;
}
