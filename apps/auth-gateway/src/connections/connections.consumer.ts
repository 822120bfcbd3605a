import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  ConnectionActivated,
  ConnectionDisabled,
  ConnectionDrafted,
  ConnectionRemoved,
  type ConnectionState,
  connectionsTopic,
  ConnectionUpdated,
  DomainDisabled,
  DomainEnabled,
  DomainLost,
  DomainRemoved,
  type DomainState,
  domainsTopic,
  DomainVerified,
} from '@gatehouse/contracts';
import { Consumes, ConsumesTombstones, type EventContext, upsertVersioned } from '@gatehouse/eventing';
import { AccessChanges } from '../access/changes.service.js';

/** Keeps what sso-config says of domains and connections; what access rests on changes in the same transaction. */
@Controller()
export class ConnectionsConsumer {
  constructor(@Inject(AccessChanges) private readonly changes: AccessChanges) {}

  @Consumes(DomainVerified, DomainEnabled, DomainDisabled, DomainLost, DomainRemoved)
  async domain(@Payload() domain: DomainState, @Ctx() { tx }: EventContext): Promise<void> {
    await this.changes.begin(tx);
    const { name, version, domainId, accountId, status } = domain;
    const [before] = await tx.query<{ account_id: string }>(
      'select account_id from domains where name = $1',
      [name],
    );
    const advanced = await upsertVersioned(tx, 'domains', ['name'], {
      name,
      version,
      domain_id: domainId,
      account_id: accountId,
      status,
    });
    if (advanced) await this.changes.domainChanged(tx, domain, before?.account_id);
  }

  @ConsumesTombstones(domainsTopic)
  async domainGone(@Payload() _: null, @Ctx() { tx, key }: EventContext): Promise<void> {
    await this.changes.begin(tx);
    const [gone] = await tx.query<{ account_id: string }>(
      'delete from domains where name = $1 returning account_id',
      [key],
    );
    if (gone)
      await this.changes.domainChanged(tx, { name: key, accountId: gone.account_id, status: 'removed' });
  }

  @Consumes(ConnectionDrafted, ConnectionActivated, ConnectionUpdated, ConnectionDisabled, ConnectionRemoved)
  async connection(@Payload() connection: ConnectionState, @Ctx() { tx }: EventContext): Promise<void> {
    await this.changes.begin(tx);
    const { id, version, accountId, protocol, provider, name, status, domains, live, draft, activatedAt } =
      connection;
    const advanced = await upsertVersioned(tx, 'connections', ['id'], {
      id,
      version,
      account_id: accountId,
      protocol,
      provider,
      name,
      status,
      domains: JSON.stringify(domains),
      live: live === null ? null : JSON.stringify(live),
      draft: draft === null ? null : JSON.stringify(draft),
      activated_at: activatedAt,
    });
    if (advanced) await this.changes.connectionChanged(tx, connection);
  }

  @ConsumesTombstones(connectionsTopic)
  async connectionGone(@Payload() _: null, @Ctx() { tx, key }: EventContext): Promise<void> {
    await this.changes.begin(tx);
    const [gone] = await tx.query<{ account_id: string }>(
      'delete from connections where id = $1 returning account_id',
      [key],
    );
    if (gone)
      await this.changes.connectionChanged(tx, { id: key, accountId: gone.account_id, status: 'removed' });
  }
}
