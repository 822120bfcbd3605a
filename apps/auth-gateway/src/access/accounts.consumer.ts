import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  AccountClosed,
  AccountCreated,
  type AccountState,
  accountsTopic,
  AccountUpdated,
  emailDomain,
  MembershipChanged,
  membershipsTopic,
  type MembershipState,
  PlanChanged,
  PolicyChanged,
} from '@gatehouse/contracts';
import { Consumes, ConsumesTombstones, type EventContext, upsertVersioned } from '@gatehouse/eventing';
import { AccessChanges } from './changes.service.js';

/** Keeps what `account` says of accounts and members. */
@Controller()
export class AccountsConsumer {
  constructor(@Inject(AccessChanges) private readonly changes: AccessChanges) {}

  @Consumes(AccountCreated, AccountUpdated, PlanChanged, PolicyChanged, AccountClosed)
  async account(@Payload() account: AccountState, @Ctx() { tx }: EventContext): Promise<void> {
    await this.changes.begin(tx);
    const { id, version, name, slug, plan, enterpriseEndedAt, policy, status } = account;
    const advanced = await upsertVersioned(tx, 'accounts', ['id'], {
      id,
      version,
      name,
      slug,
      plan,
      enterprise_ended_at: enterpriseEndedAt,
      enforcement: policy.enforcement,
      exempt: policy.exempt,
      jit_provisioning: policy.jitProvisioning,
      status,
    });
    if (advanced) await this.changes.accountChanged(tx, id, status);
  }

  @ConsumesTombstones(accountsTopic)
  async accountGone(@Payload() _: null, @Ctx() { tx, key }: EventContext): Promise<void> {
    await this.changes.begin(tx);
    await tx.query('delete from accounts where id = $1', [key]);
    await this.changes.accountChanged(tx, key, 'closed');
  }

  @Consumes(MembershipChanged)
  async membership(@Payload() member: MembershipState, @Ctx() { tx }: EventContext): Promise<void> {
    await this.changes.begin(tx);
    const {
      id,
      version,
      accountId,
      userId,
      email,
      name,
      role,
      status,
      managedBy,
      directoryId,
      directoryUserId,
    } = member;
    const advanced = await upsertVersioned(tx, 'memberships', ['id'], {
      id,
      version,
      account_id: accountId,
      user_id: userId,
      email,
      email_domain: emailDomain(email),
      name,
      role,
      status,
      managed_by: managedBy,
      directory_id: directoryId,
      directory_user_id: directoryUserId,
    });
    if (advanced) await this.changes.membershipChanged(tx, member);
  }

  @ConsumesTombstones(membershipsTopic)
  async membershipGone(@Payload() _: null, @Ctx() { tx, key }: EventContext): Promise<void> {
    await this.changes.begin(tx);
    const [gone] = await tx.query<{ account_id: string; user_id: string }>(
      'delete from memberships where id = $1 returning account_id, user_id',
      [key],
    );
    if (gone)
      await this.changes.membershipChanged(tx, {
        id: key,
        accountId: gone.account_id,
        userId: gone.user_id,
        status: 'erased',
        managedBy: 'local',
      });
  }
}
