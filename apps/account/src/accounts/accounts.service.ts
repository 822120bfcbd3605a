import { Inject, Injectable } from '@nestjs/common';
import {
  AccountClosed,
  AccountCreated,
  type AccountState,
  AccountUpdated,
  type Caller,
  type EventDefinition,
  newId,
  nextVersion,
  type Plan,
  PlanChanged,
  PolicyChanged,
  type SsoPolicy,
} from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit, Problem, SETTINGS } from '@gatehouse/service-host';
import { issueInvitation } from '../invitations/invitation.js';
import { invitationUrl } from '../invitations/links.js';
import { joinPerson } from '../members/membership.js';
import { findOrMintPerson } from '../members/user.js';
import { pageAfter, type Page } from '../paging.js';
import type { AccountSettings } from '../settings.js';
import {
  type Account,
  accountColumns,
  getAccount,
  lockOpenAccount,
  toAccount,
  toAccountState,
} from './account.js';

export interface NewAccount {
  name: string;
  slug: string;
  plan: Plan;
  owner: { email: string; name: string };
}

@Injectable()
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    @Inject(SETTINGS) private readonly settings: AccountSettings,
  ) {}

  /** @throws Problem `slug_taken` */
  async create(
    caller: Caller,
    wanted: NewAccount,
  ): Promise<Account & { ownerId: string; invitationUrl: string }> {
    return this.database.inTransaction(async (tx) => {
      const account = await this.insert(tx, wanted);
      const person = await findOrMintPerson(tx, wanted.owner.email, wanted.owner.name);
      const owner = await joinPerson(tx, this.outbox, person, {
        accountId: account.id,
        role: 'owner',
        status: 'invited',
        managedBy: 'local',
      });
      if (!owner) throw new Error(`The new account ${account.id} has members already.`);
      const { token } = await issueInvitation(tx, this.outbox, 'invitation', owner);
      this.record(tx, caller, account, 'account.created', { plan: account.plan, ownerId: owner.id });
      return { ...account, ownerId: owner.id, invitationUrl: invitationUrl(this.settings.PUBLIC_URL, token) };
    });
  }

  async get(id: string): Promise<Account> {
    return getAccount(this.database, id);
  }

  async list(query: { limit: number; cursor?: string | undefined }): Promise<Page<Account>> {
    return pageAfter(query, async (after, limit) => {
      const rows = await this.database.query<Parameters<typeof toAccount>[0]>(
        `SELECT ${accountColumns} FROM accounts WHERE id > $1 ORDER BY id LIMIT $2`,
        [after, limit],
      );
      return rows.map(toAccount);
    });
  }

  async update(caller: Caller, id: string, change: { plan?: Plan; name?: string }): Promise<Account> {
    return this.database.inTransaction(async (tx) => {
      let account = await lockOpenAccount(tx, id);
      if (change.name !== undefined && change.name !== account.name) {
        account = await this.save(tx, AccountUpdated, { ...account, name: change.name });
        this.record(tx, caller, account, 'account.renamed', {});
      }
      if (change.plan !== undefined && change.plan !== account.plan) {
        const old = account.plan;
        account = await this.save(tx, PlanChanged, await withPlan(tx, account, change.plan));
        this.record(tx, caller, account, 'account.plan_changed', { old, new: account.plan });
      }
      return account;
    });
  }

  async changePolicy(caller: Caller, id: string, policy: SsoPolicy): Promise<SsoPolicy> {
    return this.database.inTransaction(async (tx) => {
      const account = await lockOpenAccount(tx, id);
      const old = account.policy;
      const isSame =
        old.enforcement === policy.enforcement &&
        old.exempt === policy.exempt &&
        old.jitProvisioning === policy.jitProvisioning;
      if (isSame) return old;
      const after = await this.save(tx, PolicyChanged, { ...account, policy });
      this.record(tx, caller, after, 'policy.changed', { old, new: policy });
      return after.policy;
    });
  }

  /** Closing what is closed does nothing. */
  async close(caller: Caller, id: string): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const { status } = await getAccount(tx, id);
      if (status === 'closed') return;
      const account = await this.save(tx, AccountClosed, {
        ...(await lockOpenAccount(tx, id)),
        status: 'closed',
      });
      this.record(tx, caller, account, 'account.closed', {});
    });
  }

  private async insert(tx: Tx, wanted: NewAccount): Promise<Account> {
    const rows = await tx.query<Parameters<typeof toAccount>[0]>(
      `INSERT INTO accounts (id, version, name, slug, plan) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (slug) DO NOTHING RETURNING ${accountColumns}`,
      [newId('acct'), nextVersion(null), wanted.name, wanted.slug, wanted.plan],
    );
    if (!rows[0]) {
      throw new Problem(
        'slug_taken',
        `The slug "${wanted.slug}" is or was another account's. Choose another.`,
      );
    }
    const account = toAccount(rows[0]);
    this.outbox.append(tx, AccountCreated, toAccountState(account));
    return account;
  }

  private async save(tx: Tx, event: EventDefinition<AccountState>, changed: Account): Promise<Account> {
    const account = { ...changed, version: nextVersion(changed.version) };
    await tx.query(
      `UPDATE accounts SET version = $2, name = $3, plan = $4, enterprise_ended_at = $5, enforcement = $6, exempt = $7,
         jit_provisioning = $8, status = $9 WHERE id = $1`,
      [
        account.id,
        account.version,
        account.name,
        account.plan,
        account.enterpriseEndedAt,
        account.policy.enforcement,
        account.policy.exempt,
        account.policy.jitProvisioning,
        account.status,
      ],
    );
    this.outbox.append(tx, event, toAccountState(account));
    return account;
  }

  private record(
    tx: Tx,
    caller: Caller,
    account: Account,
    action: string,
    details: Record<string, unknown>,
  ): void {
    const target = { type: 'account', id: account.id };
    audit(tx, this.outbox, { accountId: account.id, caller, action, target, details });
  }
}

/** The grace of the Enterprise plan runs from the moment it ended, by the database's clock; an upgrade ends it. */
async function withPlan(tx: Tx, account: Account, plan: Plan): Promise<Account> {
  if (plan === 'enterprise') return { ...account, plan, enterpriseEndedAt: null };
  if (account.plan !== 'enterprise') return { ...account, plan };
  const rows = await tx.query<{ now: Date }>('SELECT now()');
  return { ...account, plan, enterpriseEndedAt: rows[0]!.now.toISOString() };
}
