import { ConnectionActivated, ConnectionDisabled, type Caller } from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit, Problem, SETTINGS } from '@gatehouse/service-host';
import { Inject, Injectable } from '@nestjs/common';
import { lockAccount } from '../account-lock.js';
import type { SsoConfigSettings } from '../settings.js';
import { completeLinks } from '../setup-links/link-completion.js';
import { updateConnection, viewOf, type Connection } from './connection-rows.js';
import { connectionOrNotFound, refuseSharedDomains } from './connection-scope.js';
import type { ConnectionView } from './connection-views.js';
import { publishConnection } from './connections.events.js';

/** Decides when members sign in through a connection, and with which configuration. */
@Injectable()
export class ActivationService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    @Inject(SETTINGS) private readonly settings: SsoConfigSettings,
  ) {}

  async activate(caller: Caller, accountId: string, id: string): Promise<ConnectionView> {
    if (caller.kind === 'setup' && !caller.mayActivate) {
      throw new Problem(
        'forbidden',
        'This link leaves activation to an admin of the account. Tell them that the test succeeded.',
      );
    }
    return this.database.inTransaction(async (tx) => {
      await lockAccount(tx, accountId);
      const before = await connectionOrNotFound(tx, caller, accountId, id);
      refuseUntested(before);
      await refuseWithoutEnabledDomain(tx, before);
      await refuseSharedDomains(
        tx,
        id,
        before.domains.map((domain) => domain.id),
      );
      if (before.status === 'active' && before.live?.configVersion === before.config?.configVersion)
        return this.view(before);
      const after = await updateConnection(tx, id, "status = 'active', live = config, activated_at = now()");
      publishConnection(tx, this.outbox, ConnectionActivated, after);
      await completeLinks(tx, this.outbox, caller, after);
      this.record(tx, caller, 'connection.activated', after, {
        configVersion: after.configVersion,
        replaced: before.live?.configVersion ?? null,
        domains: after.domains.map(({ name }) => name),
      });
      return this.view(after);
    });
  }

  async disable(caller: Caller, accountId: string, id: string): Promise<ConnectionView> {
    return this.database.inTransaction(async (tx) => {
      await lockAccount(tx, accountId);
      const before = await connectionOrNotFound(tx, caller, accountId, id);
      if (before.status === 'disabled') return this.view(before);
      if (before.status === 'draft' || before.status === 'tested') {
        throw new Problem(
          'connection_inactive',
          'Nobody signs in through this connection, so there is nothing to disable.',
        );
      }
      const after = await updateConnection(tx, id, "status = 'disabled'");
      publishConnection(tx, this.outbox, ConnectionDisabled, after);
      this.record(tx, caller, 'connection.disabled', after, {});
      return this.view(after);
    });
  }

  private view(connection: Connection): ConnectionView {
    return viewOf(connection, this.settings.PUBLIC_URL);
  }

  private record(
    tx: Tx,
    caller: Caller,
    action: string,
    connection: Connection,
    details: Record<string, unknown>,
  ): void {
    const { id, accountId } = connection;
    audit(tx, this.outbox, { accountId, caller, action, target: { type: 'connection', id }, details });
  }
}

function refuseUntested({ config, testedVersion }: Connection): void {
  if (config === null)
    throw new Problem('connection_incomplete', "Give the identity provider's metadata first.");
  if (testedVersion === config.configVersion) return;
  const detail =
    testedVersion === null
      ? 'No test sign-in has succeeded yet. Run one, then activate.'
      : 'The configuration was edited after the last successful test sign-in. Run another, then activate.';
  throw new Problem('connection_untested', detail, { configVersion: config.configVersion, testedVersion });
}

async function refuseWithoutEnabledDomain(tx: Tx, connection: Connection): Promise<void> {
  const [enabled] = await tx.query(
    `select 1 from connection_domains cd join domains d on d.id = cd.domain_id
     where cd.connection_id = $1 and d.status = 'enabled' limit 1`,
    [connection.id],
  );
  if (enabled !== undefined) return;
  const domains = connection.domains.map(({ name }) => name);
  throw new Problem(
    'domain_not_enabled',
    `None of its domains (${domains.join(', ')}) is enabled. Enable one first.`,
    {
      domains,
    },
  );
}
