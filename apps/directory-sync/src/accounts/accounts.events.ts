import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  AccountClosed,
  AccountCreated,
  accountsTopic,
  type AccountState,
  AccountUpdated,
  DirectoryUpdated,
  DomainDisabled,
  DomainEnabled,
  DomainLost,
  DomainRemoved,
  domainsTopic,
  type DomainState,
  DomainVerified,
  PlanChanged,
  PolicyChanged,
} from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import {
  Consumes,
  ConsumesTombstones,
  type EventContext,
  Outbox,
  upsertVersioned,
} from '@gatehouse/eventing';
import { SETTINGS } from '@gatehouse/service-host';
import {
  directoryColumns,
  type DirectoryRow,
  directoryState,
  saveDirectory,
} from '../directories/directory.row.js';
import type { Settings } from '../settings.js';
import { isEntitled } from './grace.js';

/** Keeps what directories depend on: the account's plan and its enabled domains. */
@Controller()
export class AccountsEvents {
  constructor(
    private readonly outbox: Outbox,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Consumes(AccountCreated, AccountUpdated, PlanChanged, PolicyChanged, AccountClosed)
  async account(@Payload() account: AccountState, @Ctx() { tx }: EventContext): Promise<void> {
    const advanced = await upsertVersioned(tx, 'account', ['id'], {
      id: account.id,
      version: account.version,
      plan: account.plan,
      enterprise_ended_at: account.enterpriseEndedAt,
      status: account.status,
    });
    if (!advanced) return;
    await renewContexts(tx, account.id);
    const endedAt = account.enterpriseEndedAt === null ? null : new Date(account.enterpriseEndedAt);
    if (isEntitled({ plan: account.plan, enterpriseEndedAt: endedAt }, this.settings.PLAN_GRACE_DAYS)) {
      await this.resume(tx, account.id);
    }
  }

  @Consumes(DomainVerified, DomainEnabled, DomainDisabled, DomainLost, DomainRemoved)
  async domain(@Payload() domain: DomainState, @Ctx() { tx }: EventContext): Promise<void> {
    const [before] = await tx.query<{ accountId: string }>(
      'select account_id as "accountId" from domain where name = $1',
      [domain.name],
    );
    const { name, version, accountId, status } = domain;
    const advanced = await upsertVersioned(tx, 'domain', ['name'], {
      name,
      version,
      account_id: accountId,
      status,
    });
    if (!advanced) return;
    await renewContexts(tx, accountId);
    // The domain may have gone from one account to another.
    if (before && before.accountId !== accountId) await renewContexts(tx, before.accountId);
  }

  @ConsumesTombstones(accountsTopic)
  async accountGone(@Payload() _: null, @Ctx() { tx, key }: EventContext): Promise<void> {
    await tx.query('delete from account where id = $1', [key]);
    await renewContexts(tx, key);
  }

  @ConsumesTombstones(domainsTopic)
  async domainGone(@Payload() _: null, @Ctx() { tx, key }: EventContext): Promise<void> {
    const gone = await tx.query<{ accountId: string }>(
      'delete from domain where name = $1 returning account_id as "accountId"',
      [key],
    );
    for (const { accountId } of gone) await renewContexts(tx, accountId);
  }

  /** The plan is back: directories that were suspended go on where they were. */
  private async resume(tx: Tx, accountId: string): Promise<void> {
    const suspended = await tx.query<DirectoryRow>(
      `select ${directoryColumns} from directory where account_id = $1 and suspended order by id for update`,
      [accountId],
    );
    for (const row of suspended) {
      const next = await saveDirectory(tx, row, { suspended: false });
      if (next.status !== 'removed') this.outbox.append(tx, DirectoryUpdated, directoryState(next));
    }
  }
}

/** Makes every cached context of the account's directories stale. */
async function renewContexts(tx: Tx, accountId: string): Promise<void> {
  await tx.query(
    `update directory set revision = revision + 1
      where id in (select id from directory where account_id = $1 order by id for update)`,
    [accountId],
  );
}
