import { ConnectionActivated, ConnectionDisabled } from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit, SETTINGS } from '@gatehouse/service-host';
import { Inject, Injectable } from '@nestjs/common';
import { lockAccount } from '../account-lock.js';
import type { SsoConfigSettings } from '../settings.js';
import { findConnections, updateConnection, type Connection } from './connection-rows.js';
import { publishConnection } from './connections.events.js';

/** What becomes of connections when an account leaves the Enterprise plan, and when it comes back. */
@Injectable()
export class SuspensionService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    @Inject(SETTINGS) private readonly settings: SsoConfigSettings,
  ) {}

  /** Suspends the active connections of accounts whose grace is over. Run by one replica at a time. */
  async suspendOverdue(): Promise<void> {
    const overdue = `a.status = 'active' and a.plan <> 'enterprise'
      and a.enterprise_ended_at <= now() - make_interval(days => $1)`;
    const accounts = await this.database.query<{ id: string }>(
      `select a.id from accounts a where ${overdue}
       and exists (select from connections c where c.account_id = a.id and c.status = 'active')`,
      [this.settings.PLAN_GRACE_DAYS],
    );
    for (const { id } of accounts) {
      await this.database.inTransaction(async (tx) => {
        await lockAccount(tx, id);
        const [still] = await tx.query(`select 1 from accounts a where ${overdue} and a.id = $2 for update`, [
          this.settings.PLAN_GRACE_DAYS,
          id,
        ]);
        if (still !== undefined) await this.suspend(tx, id, 'plan_ended');
      });
    }
  }

  /** For the caller's transaction, which holds the account's lock. */
  async suspend(tx: Tx, accountId: string, reason: 'plan_ended' | 'account_closed'): Promise<void> {
    for (const { id } of await findConnections(tx, "c.account_id = $1 and c.status = 'active'", [
      accountId,
    ])) {
      const connection = await updateConnection(tx, id, "status = 'suspended'");
      publishConnection(tx, this.outbox, ConnectionDisabled, connection);
      this.record(tx, 'connection.suspended', connection, { reason });
    }
  }

  /** An upgrade restores all. For the caller's transaction, which holds the account's lock. */
  async restore(tx: Tx, accountId: string): Promise<void> {
    for (const { id } of await findConnections(tx, "c.account_id = $1 and c.status = 'suspended'", [
      accountId,
    ])) {
      const connection = await updateConnection(tx, id, "status = 'active'");
      publishConnection(tx, this.outbox, ConnectionActivated, connection);
      this.record(tx, 'connection.restored', connection, {});
    }
  }

  private record(
    tx: Tx,
    action: string,
    { id, accountId }: Connection,
    details: Record<string, unknown>,
  ): void {
    const actor = { kind: 'system', id: null } as const;
    audit(tx, this.outbox, { accountId, actor, action, target: { type: 'connection', id }, details });
  }
}
