import { Inject, Injectable } from '@nestjs/common';
import type { ConnectionState, DomainState } from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import { lockForGovernance, managedPeople } from '../local/managed.js';
import { type EndReason, Sessions } from '../sessions/sessions.service.js';
import { accountKey, apiKeyKey, userKey } from './invalidation-keys.js';
import { Invalidations } from './invalidations.js';

/**
 * What follows, in the same transaction, when a fact that access rests on has changed: authentications and sessions end,
 * keys die, passwords are deleted, and the caches of all replicas hear of it after commit.
 */
@Injectable()
export class AccessChanges {
  constructor(
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(Invalidations) private readonly invalidations: Invalidations,
  ) {}

  /** To be called before the projections are written. */
  async begin(tx: Tx): Promise<void> {
    await lockForGovernance(tx);
  }

  async accountChanged(tx: Tx, accountId: string, status: 'active' | 'closed'): Promise<void> {
    this.invalidations.add(tx, accountKey(accountId));
    if (status === 'closed') {
      await this.sessions.endAuthentications(tx, { accountId }, 'account_closed');
      await this.deleteApiKeys(tx, 'account_id = $1', accountId);
    }
    await this.deletePasswordsOfManaged(tx, 'd.account_id = $1', accountId);
  }

  async connectionChanged(
    tx: Tx,
    { id, accountId, status }: Pick<ConnectionState, 'id' | 'accountId' | 'status'>,
  ): Promise<void> {
    this.invalidations.add(tx, accountKey(accountId));
    if (status !== 'active')
      await this.sessions.endAuthentications(tx, { connectionId: id }, 'connection_disabled');
    await this.deletePasswordsOfManaged(tx, 'd.account_id = $1', accountId);
  }

  /** `previousAccountId`: who owned the name before, where that was another account. */
  async domainChanged(
    tx: Tx,
    { name, accountId, status }: Pick<DomainState, 'name' | 'accountId' | 'status'>,
    previousAccountId?: string,
  ): Promise<void> {
    this.invalidations.add(tx, accountKey(accountId));
    if (previousAccountId !== undefined) this.invalidations.add(tx, accountKey(previousAccountId));
    const owned = status === 'verified' || status === 'enabled';
    await this.sessions.endAuthentications(
      tx,
      owned ? { domain: name, exceptAccountId: accountId } : { domain: name },
      'domain_lost',
    );
    await this.deletePasswordsOfManaged(tx, 'd.name = $1', name);
  }

  async membershipChanged(
    tx: Tx,
    membership: {
      id: string;
      accountId: string;
      userId: string;
      status: string;
      managedBy: 'local' | 'sso' | 'directory';
      email?: string;
    },
  ): Promise<void> {
    const { id, accountId, userId, status } = membership;
    this.invalidations.add(tx, userKey(userId));
    await this.dropIdentityLinks(tx, membership);
    if (status !== 'active' && status !== 'invited') {
      const reason: EndReason = status === 'deprovisioned' ? 'deprovisioned' : 'removed';
      await this.deleteApiKeys(tx, 'membership_id = $1', id);
      await this.sessions.endAuthentications(tx, { userIds: [userId], accountId }, reason);
      await this.sessions.endOfNonMembers(tx, [userId], reason);
    }
    if (status === 'erased') await this.eraseLocal(tx, userId);
    if (status === 'active' && membership.managedBy !== 'local')
      await this.dropForeignPassword(tx, userId, accountId);
    await this.deletePasswordsOfManaged(tx, 'm.user_id = $1', userId);
  }

  /** A directory's word on a user, which may come before or after the membership that names the user. */
  async directoryUserChanged(
    tx: Tx,
    { id, accountId, active }: { id: string; accountId: string; active: boolean },
  ): Promise<void> {
    const members = await tx.query<{ user_id: string; role: string }>(
      'select user_id, role from memberships where directory_user_id = $1 and account_id = $2',
      [id, accountId],
    );
    for (const member of members) this.invalidations.add(tx, userKey(member.user_id));
    const governed = members.filter((member) => member.role !== 'owner').map((member) => member.user_id);
    if (!active && governed.length > 0) {
      await this.sessions.endAuthentications(tx, { userIds: governed, accountId }, 'deprovisioned');
    }
  }

  private async deleteApiKeys(tx: Tx, where: string, value: string): Promise<void> {
    const deleted = await tx.query<{ id: string }>(`delete from api_keys where ${where} returning id`, [
      value,
    ]);
    for (const key of deleted) this.invalidations.add(tx, apiKeyKey(key.id));
  }

  /**
   * Whoever holds an invitation of another account chose that password, which may be its admin instead of the person.
   * It must not open an account whose own directory or provider has vouched for the person since.
   */
  private async dropForeignPassword(tx: Tx, userId: string, accountId: string): Promise<void> {
    const dropped = await tx.query(
      `delete from credentials c where user_id = $1 and vouched_by <> $2
         and exists (
           select from memberships m join domains d on d.name = m.email_domain and d.status = 'enabled'
           where m.user_id = c.user_id and m.account_id = $2 and d.account_id = $2)
       returning user_id`,
      [userId, accountId],
    );
    if (dropped.length > 0)
      await this.sessions.endAuthentications(
        tx,
        { userIds: [userId], method: 'password' },
        'password_changed',
      );
  }

  /** Addresses pass to other people: a link by address ends when the person is renamed, every link when they are removed. */
  private async dropIdentityLinks(
    tx: Tx,
    {
      accountId,
      userId,
      status,
      email,
    }: { accountId: string; userId: string; status: string; email?: string },
  ): Promise<void> {
    await tx.query(
      `delete from identity_links where user_id = $1
         and ((subject_is_email and subject <> $2::text) or (account_id = $3 and $4))`,
      [userId, email ?? null, accountId, status === 'removed' || status === 'erased'],
    );
  }

  private async eraseLocal(tx: Tx, userId: string): Promise<void> {
    const unless = "not exists (select from memberships m where m.user_id = $1 and m.status <> 'erased')";
    await tx.query(`delete from credentials where user_id = $1 and ${unless}`, [userId]);
    await tx.query(`delete from password_resets where user_id = $1 and ${unless}`, [userId]);
  }

  /** At the moment somebody becomes managed, not at their next sign-in. */
  private async deletePasswordsOfManaged(tx: Tx, scope: string, value: string): Promise<void> {
    const holders = `exists (select from credentials c where c.user_id = m.user_id)
      or exists (select from password_resets r where r.user_id = m.user_id)
      or exists (select from session_authentications t where t.user_id = m.user_id and t.method = 'password')`;
    const people = await tx.query<{ user_id: string }>(
      `select distinct user_id from (${managedPeople(`${scope} and (${holders})`)}) managed`,
      [value],
    );
    if (people.length === 0) return;
    const userIds = people.map((person) => person.user_id);
    await tx.query('delete from credentials where user_id = any($1)', [userIds]);
    await tx.query('delete from password_resets where user_id = any($1)', [userIds]);
    await this.sessions.endAuthentications(tx, { userIds, method: 'password' }, 'policy_changed');
  }
}
