import { Inject, Injectable } from '@nestjs/common';
import { type Caller, emailDomain, type Role } from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit, Problem, SETTINGS } from '@gatehouse/service-host';
import { getOpenAccount } from '../accounts/account.js';
import { issueInvitation, settleInvitations } from '../invitations/invitation.js';
import { invitationUrl } from '../invitations/links.js';
import { pageAfter, type Page } from '../paging.js';
import type { AccountSettings } from '../settings.js';
import { checkMayAdd, checkMayChangeRole, checkMayRemove, checkNotLastOwner } from './member-rules.js';
import {
  changeMembership,
  joinPerson,
  lockMembership,
  lockMembershipOf,
  type Membership,
  membershipColumns,
} from './membership.js';
import { findOrMintPerson } from './user.js';

@Injectable()
export class MembersService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    @Inject(SETTINGS) private readonly settings: AccountSettings,
  ) {}

  async list(
    accountId: string,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<Page<MemberView>> {
    const hasDirectory = await hasLiveDirectory(this.database, accountId);
    return pageAfter(query, async (after, limit) => {
      const rows = await this.database.query<Membership>(
        `SELECT ${membershipColumns} FROM memberships m JOIN users u ON u.id = m.user_id
         WHERE m.account_id = $1 AND m.id > $2 AND m.status NOT IN ('removed', 'erased') ORDER BY m.id LIMIT $3`,
        [accountId, after, limit],
      );
      return rows.map((row) => view(row, hasDirectory));
    });
  }

  /** @throws Problem `already_a_member`, `directory_managed`, `forbidden` */
  async invite(
    caller: Caller,
    accountId: string,
    wanted: { email: string; role: Role },
  ): Promise<MemberView & { invitationUrl: string }> {
    return this.database.inTransaction(async (tx) => {
      await getOpenAccount(tx, accountId);
      const hasDirectory = await hasLiveDirectory(tx, accountId);
      const isOfDirectory = hasDirectory && (await isEnabledDomain(tx, accountId, emailDomain(wanted.email)));
      checkMayAdd(caller, wanted, isOfDirectory);
      const member = await this.invited(tx, accountId, wanted);
      const { token } = await issueInvitation(tx, this.outbox, 'invitation', member);
      this.record(tx, caller, member, 'member.invited', { role: member.role });
      return { ...view(member, hasDirectory), invitationUrl: invitationUrl(this.settings.PUBLIC_URL, token) };
    });
  }

  /** @throws Problem `last_owner`, `directory_managed`, `forbidden`, `not_found` */
  async changeRole(caller: Caller, accountId: string, memberId: string, role: Role): Promise<MemberView> {
    return this.database.inTransaction(async (tx) => {
      const member = await this.lock(tx, accountId, memberId);
      checkMayChangeRole(caller, member, role);
      if (role !== 'owner') await checkNotLastOwner(tx, member);
      const isStale = role !== 'owner' && (await hasLeftDirectory(tx, member));
      const after = await changeMembership(tx, this.outbox, member, {
        role,
        status: isStale ? 'deprovisioned' : member.status,
      });
      if (after !== member)
        this.record(tx, caller, after, 'member.role_changed', { old: member.role, new: role });
      return view(after, await hasLiveDirectory(tx, accountId));
    });
  }

  /** @throws Problem `last_owner`, `directory_managed`, `forbidden`, `not_found` */
  async remove(caller: Caller, accountId: string, memberId: string): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const member = await this.lock(tx, accountId, memberId);
      checkMayRemove(caller, member);
      await checkNotLastOwner(tx, member);
      await settleInvitations(tx, this.outbox, member.id, 'revoked');
      const after = await changeMembership(tx, this.outbox, member, { status: 'removed' });
      this.record(tx, caller, after, 'member.removed', { role: after.role });
    });
  }

  private async invited(
    tx: Tx,
    accountId: string,
    wanted: { email: string; role: Role },
  ): Promise<Membership> {
    const person = await findOrMintPerson(tx, wanted.email, '');
    const membership = { accountId, role: wanted.role, status: 'invited', managedBy: 'local' } as const;
    const made = await joinPerson(tx, this.outbox, person, membership);
    if (made) return made;
    const existing = await lockMembershipOf(tx, accountId, person.id);
    if (!existing || existing.status === 'invited' || existing.status === 'active') {
      throw new Problem(
        'already_a_member',
        `${wanted.email} is a member or invited already. To send a new link, remove the member and invite again.`,
      );
    }
    if (existing.managedBy === 'directory') {
      throw new Problem(
        'directory_managed',
        `${wanted.email} was deprovisioned by the directory. Assign them there.`,
      );
    }
    return changeMembership(tx, this.outbox, existing, membership);
  }

  private async lock(tx: Tx, accountId: string, memberId: string): Promise<Membership> {
    const member = await lockMembership(tx, memberId);
    const isThere =
      member && member.accountId === accountId && !['removed', 'erased'].includes(member.status);
    if (!isThere) throw new Problem('not_found', 'There is no such member in this account.');
    return member;
  }

  private record(
    tx: Tx,
    caller: Caller,
    member: Membership,
    action: string,
    details: Record<string, unknown>,
  ): void {
    audit(tx, this.outbox, {
      accountId: member.accountId,
      caller,
      action,
      target: { type: 'member', id: member.id },
      details,
      personal: { email: member.email },
    });
  }
}

export interface MemberView {
  id: string;
  userId: string;
  email: string;
  name: string;
  role: Role;
  status: 'invited' | 'active' | 'deprovisioned';
  managedBy: Membership['managedBy'];
  directoryId?: string;
  notInDirectory: boolean;
  emailConflict: boolean;
}

function view(member: Membership, hasDirectory: boolean): MemberView {
  const isGoverned = member.managedBy === 'directory';
  return {
    id: member.id,
    userId: member.userId,
    email: member.email,
    name: member.name,
    role: member.role,
    status: member.status as MemberView['status'],
    managedBy: member.managedBy,
    ...(isGoverned && member.directoryId !== null ? { directoryId: member.directoryId } : {}),
    notInDirectory: hasDirectory && !isGoverned,
    emailConflict: member.emailConflict,
  };
}

async function hasLiveDirectory(db: Database | Tx, accountId: string): Promise<boolean> {
  const rows = await db.query(`SELECT 1 FROM directories WHERE account_id = $1 AND status = 'live' LIMIT 1`, [
    accountId,
  ]);
  return rows.length > 0;
}

async function isEnabledDomain(tx: Tx, accountId: string, name: string): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 FROM domains WHERE name = $1 AND account_id = $2 AND status = 'enabled'`,
    [name, accountId],
  );
  return rows.length > 0;
}

/** Somebody whom the directory let go and who stayed as the last owner: they leave once they are an owner no more. */
async function hasLeftDirectory(tx: Tx, member: Membership): Promise<boolean> {
  if (member.managedBy !== 'directory' || member.status !== 'active') return false;
  const rows = await tx.query<{ active: boolean }>(`SELECT active FROM directory_users WHERE id = $1`, [
    member.directoryUserId,
  ]);
  return rows[0]?.active !== true;
}
