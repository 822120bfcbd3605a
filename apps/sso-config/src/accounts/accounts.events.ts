import {
  AccountClosed,
  AccountCreated,
  accountsTopic,
  AccountUpdated,
  DomainLost,
  PlanChanged,
  PolicyChanged,
  type AccountState,
} from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import {
  Consumes,
  ConsumesTombstones,
  Outbox,
  upsertVersioned,
  type EventContext,
} from '@gatehouse/eventing';
import { audit } from '@gatehouse/service-host';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { lockAccount } from '../account-lock.js';
import { SuspensionService } from '../connections/suspension.service.js';
import { findDomains, updateDomain } from '../domains/domain-rows.js';
import { publishDomain } from '../domains/domains.events.js';
import { SetupLinksService } from '../setup-links/setup-links.service.js';

@Controller()
export class AccountsEvents {
  constructor(
    private readonly outbox: Outbox,
    private readonly suspension: SuspensionService,
    private readonly links: SetupLinksService,
  ) {}

  @Consumes(AccountCreated, AccountUpdated, PlanChanged, PolicyChanged, AccountClosed)
  async changed(@Payload() account: AccountState, @Ctx() { tx }: EventContext): Promise<void> {
    const advanced = await upsertVersioned(tx, 'accounts', ['id'], {
      id: account.id,
      version: account.version,
      name: account.name,
      plan: account.plan,
      enterprise_ended_at: account.enterpriseEndedAt,
      status: account.status,
    });
    if (!advanced) return;
    await lockAccount(tx, account.id);
    if (account.status === 'closed') await this.close(tx, account.id);
    else if (account.plan === 'enterprise') await this.suspension.restore(tx, account.id);
  }

  @ConsumesTombstones(accountsTopic)
  async gone(@Payload() _: null, @Ctx() { tx, key }: EventContext): Promise<void> {
    await lockAccount(tx, key);
    await this.close(tx, key);
    await tx.query('delete from accounts where id = $1', [key]);
  }

  /** A closed account lets nobody in and owns nothing: its names are free for whoever proves them next. */
  private async close(tx: Tx, accountId: string): Promise<void> {
    await this.suspension.suspend(tx, accountId, 'account_closed');
    await this.links.revokeAll(tx, accountId);
    for (const { id } of await findDomains(tx, "account_id = $1 and status in ('verified', 'enabled')", [
      accountId,
    ])) {
      const domain = await updateDomain(tx, id, "status = 'lost', enabled_at = null, next_check_at = null");
      await publishDomain(tx, this.outbox, DomainLost, domain, 'lost');
      audit(tx, this.outbox, {
        accountId,
        actor: { kind: 'system', id: null },
        action: 'domain.lost',
        target: { type: 'domain', id },
        details: { name: domain.name, reason: 'account_closed' },
      });
    }
  }
}
