import {
  DomainEnabled,
  DomainLost,
  DomainRemoved,
  DomainVerified,
  type DomainState,
  type EventDefinition,
} from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import type { Outbox, Reader } from '@gatehouse/eventing';
import type { DomainEntity } from './domain.entity.js';

/**
 * Appends what a domain is now. A claim that does not speak for the name (it was never proved, or another account has
 * proved the name since) publishes no loss and no removal: they would overwrite the owner's state under the same key.
 */
export async function publishDomain(
  tx: Tx,
  outbox: Outbox,
  event: EventDefinition<DomainState>,
  domain: Pick<DomainEntity, 'id' | 'accountId' | 'name'>,
  status: DomainState['status'],
): Promise<void> {
  const speaks =
    status === 'verified' || status === 'enabled' ? '' : 'where domain_names.domain_id = excluded.domain_id';
  const insertable = speaks === '' ? '' : 'where exists (select from domain_names where name = $1)';
  const [row] = await tx.query<{ version: string }>(
    `insert into domain_names as domain_names (name, version, domain_id)
     select $1, (extract(epoch from clock_timestamp()) * 1000)::bigint, $2 ${insertable}
     on conflict (name) do update
       set version = greatest(domain_names.version + 1, excluded.version), domain_id = excluded.domain_id ${speaks}
     returning version`,
    [domain.name, domain.id],
  );
  if (row === undefined) return;
  outbox.append(tx, event, {
    name: domain.name,
    version: Number(row.version),
    domainId: domain.id,
    accountId: domain.accountId,
    status,
  });
}

const eventOf = {
  verified: DomainVerified,
  enabled: DomainEnabled,
  lost: DomainLost,
  removed: DomainRemoved,
} as const;

/** The present state of every name that was ever published, in batches: for `republish`. */
export async function* republishDomains(
  database: Reader,
): AsyncGenerator<{ event: EventDefinition<DomainState>; data: DomainState }[]> {
  for (let after = ''; ;) {
    const rows = await database.query<Omit<DomainState, 'version'> & { version: string }>(
      `select n.name, n.version, n.domain_id as "domainId", d.account_id as "accountId", d.status
       from domain_names n join domains d on d.id = n.domain_id
       where n.name > $1 and d.status <> 'pending' order by n.name limit 500`,
      [after],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.name;
    yield rows.map(({ name, version, domainId, accountId, status }) => ({
      event: eventOf[status],
      data: { name, version: Number(version), domainId, accountId, status },
    }));
  }
}
