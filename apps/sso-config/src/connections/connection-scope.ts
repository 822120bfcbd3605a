import type { Caller } from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import { Problem } from '@gatehouse/service-host';
import { findDomains, type Reader } from '../domains/domain-rows.js';
import { findConnections, type Connection, type ConnectionDomain } from './connection-rows.js';

/**
 * What of an account a caller may see: a set-up session only the connections all of whose domains are its link's.
 * The account itself was compared by the access guard.
 */
export function maySee(caller: Caller, connection: Pick<Connection, 'domains'>): boolean {
  if (caller.kind !== 'setup') return true;
  return connection.domains.length > 0 && connection.domains.every(({ id }) => caller.domainIds.includes(id));
}

/** @throws Problem `not_found`, also where the connection is outside the caller's scope */
export async function connectionOrNotFound(
  reader: Reader,
  caller: Caller,
  accountId: string,
  id: string,
): Promise<Connection> {
  const [connection] = await findConnections(reader, 'c.account_id = $1 and c.id = $2', [accountId, id]);
  if (connection === undefined || !maySee(caller, connection)) {
    throw new Problem('not_found', 'There is no such connection.');
  }
  return connection;
}

/**
 * The domains that a connection is to have: proved ones of this account, and of the link where a link asks.
 * @throws Problem `invalid_request` or `domain_not_verified`
 */
export async function domainsFor(
  tx: Tx,
  caller: Caller,
  accountId: string,
  domainIds: readonly string[],
): Promise<ConnectionDomain[]> {
  const found = await findDomains(tx, 'account_id = $1 and id = any($2) order by name', [
    accountId,
    domainIds,
  ]);
  const known = new Map(found.map((domain) => [domain.id, domain]));
  const errors = domainIds.flatMap((id, index) =>
    known.has(id) && (caller.kind !== 'setup' || caller.domainIds.includes(id))
      ? []
      : [{ pointer: `/domainIds/${index}`, detail: 'is not a domain that you can use here' }],
  );
  if (errors.length > 0)
    throw new Problem('invalid_request', 'A domain is not one that you can use here.', { errors });
  const unproved = found.filter(({ status }) => status !== 'verified' && status !== 'enabled');
  if (unproved.length > 0) {
    const names = unproved.map(({ name }) => name);
    throw new Problem('domain_not_verified', `Verify ${names.join(', ')} first.`, { domains: names });
  }
  return found.map(({ id, name }) => ({ id, name }));
}

/**
 * Members are led to a connection by their domain, so that each domain has one at most.
 * @throws Problem `domain_in_use` where another connection that is active (or suspended) has one of the domains
 */
export async function refuseSharedDomains(
  tx: Tx,
  connectionId: string,
  domainIds: readonly string[],
): Promise<void> {
  const [other] = await tx.query<{ id: string; name: string; domain: string }>(
    `select c.id, c.name, d.name as domain
     from connections c join connection_domains cd on cd.connection_id = c.id join domains d on d.id = cd.domain_id
     where cd.domain_id = any($2) and c.id <> $1 and c.status in ('active', 'suspended') order by d.name limit 1`,
    [connectionId, domainIds],
  );
  if (other === undefined) return;
  throw new Problem(
    'domain_in_use',
    `Members of ${other.domain} sign in through the connection “${other.name}”. Disable that, or take the domain out of it, first.`,
    { connectionId: other.id },
  );
}
