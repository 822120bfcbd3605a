import {
  ConnectionDrafted,
  ConnectionUpdated,
  newId,
  parseSealingKeys,
  type Caller,
  type ConnectionConfig,
  type SealingKey,
} from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit, Problem, SETTINGS } from '@gatehouse/service-host';
import { Inject, Injectable } from '@nestjs/common';
import { lockAccount } from '../account-lock.js';
import { OUTBOUND, type Outbound } from '../outbound.js';
import type { SsoConfigSettings } from '../settings.js';
import { findConnections, updateConnection, viewOf, type Connection } from './connection-rows.js';
import { connectionOrNotFound, domainsFor, refuseSharedDomains } from './connection-scope.js';
import type { ConnectionView } from './connection-views.js';
import { publishConnection, publishRemoval } from './connections.events.js';
import type { OidcInput, SamlInput } from './connections.operations.js';
import { readOidcInput } from './oidc-config.js';
import { readSamlInput } from './saml-config.js';

export interface NewConnection {
  protocol: 'saml' | 'oidc';
  provider: string;
  name: string;
  domainIds: string[];
}

@Injectable()
export class ConnectionsService {
  private readonly sealingKeys: readonly SealingKey[];

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    @Inject(OUTBOUND) private readonly outbound: Outbound,
    @Inject(SETTINGS) private readonly settings: SsoConfigSettings,
  ) {
    this.sealingKeys = parseSealingKeys(settings.SEALING_KEYS);
  }

  async list(
    caller: Caller,
    accountId: string,
    page: { limit: number; cursor?: string },
  ): Promise<{ items: ConnectionView[]; nextCursor: string | null }> {
    const scope = caller.kind === 'setup' ? caller.domainIds : null;
    // A set-up session sees a connection only where all of its domains are the link's; see `maySee`.
    const rows = await findConnections(
      this.database,
      `c.account_id = $1 and c.id > $2 and ($4::text[] is null or
         (select count(*) > 0 and bool_and(cd.domain_id = any($4)) from connection_domains cd where cd.connection_id = c.id))
       order by c.id limit $3`,
      [accountId, page.cursor ?? '', page.limit + 1, scope],
    );
    const items = rows.slice(0, page.limit).map((row) => this.view(row));
    return { items, nextCursor: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
  }

  async get(caller: Caller, accountId: string, id: string): Promise<ConnectionView> {
    return this.view(await connectionOrNotFound(this.database, caller, accountId, id));
  }

  async create(caller: Caller, accountId: string, wanted: NewConnection): Promise<ConnectionView> {
    return this.database.inTransaction(async (tx) => {
      await lockAccount(tx, accountId);
      const domains = await domainsFor(tx, caller, accountId, wanted.domainIds);
      const id = newId('conn');
      await tx.query(
        `insert into connections (id, version, account_id, protocol, provider, name, status, created_at)
         values ($1, (extract(epoch from clock_timestamp()) * 1000)::bigint, $2, $3, $4, $5, 'draft', now())`,
        [id, accountId, wanted.protocol, wanted.provider, wanted.name],
      );
      await setDomains(tx, id, domains);
      const connection = await connectionOrNotFound(tx, caller, accountId, id);
      publishConnection(tx, this.outbox, ConnectionDrafted, connection);
      const { protocol, provider } = wanted;
      this.record(tx, caller, 'connection.created', connection, {
        protocol,
        provider,
        domains: namesOf(connection),
      });
      return this.view(connection);
    });
  }

  async change(
    caller: Caller,
    accountId: string,
    id: string,
    change: Partial<NewConnection>,
  ): Promise<ConnectionView> {
    return this.database.inTransaction(async (tx) => {
      await lockAccount(tx, accountId);
      const before = await connectionOrNotFound(tx, caller, accountId, id);
      if (change.domainIds !== undefined) {
        refuseRouting(caller, before);
        const domains = await domainsFor(tx, caller, accountId, change.domainIds);
        if (routes(before))
          await refuseSharedDomains(
            tx,
            id,
            domains.map((domain) => domain.id),
          );
        await setDomains(tx, id, domains);
      }
      const after = await updateConnection(tx, id, 'name = $2, provider = $3', [
        change.name ?? before.name,
        change.provider ?? before.provider,
      ]);
      publishConnection(tx, this.outbox, ConnectionUpdated, after);
      this.record(tx, caller, 'connection.changed', after, {
        before: { name: before.name, provider: before.provider, domains: namesOf(before) },
        after: { name: after.name, provider: after.provider, domains: namesOf(after) },
      });
      return this.view(after);
    });
  }

  async remove(caller: Caller, accountId: string, id: string): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      await lockAccount(tx, accountId);
      const connection = await connectionOrNotFound(tx, caller, accountId, id);
      if (caller.kind === 'setup' && connection.live !== null) {
        throw new Problem(
          'forbidden',
          'Members sign in through this connection, so only an admin of the account may remove it.',
        );
      }
      await tx.query('delete from connection_domains where connection_id = $1', [id]);
      await tx.query('delete from connections where id = $1', [id]);
      publishRemoval(tx, this.outbox, connection);
      this.record(tx, caller, 'connection.removed', connection, { status: connection.status });
    });
  }

  async configureSaml(
    caller: Caller,
    accountId: string,
    id: string,
    input: SamlInput,
  ): Promise<ConnectionView> {
    const before = await connectionOrNotFound(this.database, caller, accountId, id);
    refuseOther(before, 'saml');
    const saml = await readSamlInput(input, this.outbound);
    return this.configure(caller, before, input.metadataUrl ?? null, { saml, oidc: null });
  }

  async configureOidc(
    caller: Caller,
    accountId: string,
    id: string,
    input: OidcInput,
  ): Promise<ConnectionView> {
    const before = await connectionOrNotFound(this.database, caller, accountId, id);
    refuseOther(before, 'oidc');
    const binding = { accountId, connectionId: id };
    const oidc = await readOidcInput(
      input,
      before.config?.oidc ?? null,
      this.outbound,
      this.sealingKeys,
      binding,
    );
    return this.configure(caller, before, null, { saml: null, oidc });
  }

  /**
   * Stores a configuration beside the live one: members go on signing in with what was activated, tests use the new
   * one, and only another activation, after a successful test of exactly this version, puts it live.
   */
  private async configure(
    caller: Caller,
    read: Connection,
    metadataUrl: string | null,
    config: Omit<ConnectionConfig, 'configVersion'>,
  ): Promise<ConnectionView> {
    return this.database.inTransaction(async (tx) => {
      await lockAccount(tx, read.accountId);
      const before = await connectionOrNotFound(tx, caller, read.accountId, read.id);
      if (before.configVersion !== read.configVersion) {
        throw new Problem(
          'conflict',
          'Somebody else edited this connection meanwhile. Read it again, then repeat your change.',
        );
      }
      const configVersion = before.configVersion + 1;
      const status = before.status === 'tested' ? 'draft' : before.status;
      const after = await updateConnection(
        tx,
        before.id,
        'config = $2, config_version = $3, status = $4, metadata_url = $5',
        [JSON.stringify({ ...config, configVersion }), configVersion, status, metadataUrl],
      );
      publishConnection(tx, this.outbox, status === 'draft' ? ConnectionDrafted : ConnectionUpdated, after);
      this.record(tx, caller, 'connection.configured', after, {
        configVersion,
        ...summaryOf(config),
        metadataUrl,
      });
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

async function setDomains(tx: Tx, connectionId: string, domains: readonly { id: string }[]): Promise<void> {
  await tx.query('delete from connection_domains where connection_id = $1', [connectionId]);
  await tx.query('insert into connection_domains (connection_id, domain_id) select $1, unnest($2::text[])', [
    connectionId,
    domains.map(({ id }) => id),
  ]);
}

function namesOf(connection: Connection): string[] {
  return connection.domains.map(({ name }) => name);
}

/** True where the connection's domains decide where members are sent. */
function routes(connection: Connection): boolean {
  return connection.status === 'active' || connection.status === 'suspended';
}

function refuseRouting(caller: Caller, connection: Connection): void {
  if (caller.kind !== 'setup' || caller.mayActivate || !routes(connection)) return;
  throw new Problem(
    'forbidden',
    'This link leaves it to an admin of the account to decide whom the connection serves.',
  );
}

function refuseOther(connection: Connection, protocol: 'saml' | 'oidc'): void {
  if (connection.protocol === protocol) return;
  const names = { saml: 'SAML', oidc: 'OpenID Connect' };
  throw new Problem(
    'conflict',
    `This is a connection by ${names[connection.protocol]}. Begin another for ${names[protocol]}.`,
  );
}

/** What the audit log keeps of a configuration: no secret, and no certificate as a whole. */
function summaryOf({ saml, oidc }: Omit<ConnectionConfig, 'configVersion'>): Record<string, unknown> {
  if (saml !== null) {
    const { idpEntityId, ssoUrl, sloUrl, wantResponseSigned, allowUnsolicited } = saml;
    return {
      idpEntityId,
      ssoUrl,
      sloUrl,
      certificates: saml.certificates.length,
      wantResponseSigned,
      allowUnsolicited,
    };
  }
  return { issuer: oidc?.issuer, clientId: oidc?.clientId, tokenAuthMethod: oidc?.tokenAuthMethod };
}
