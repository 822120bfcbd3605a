import type { ConnectionState, DomainState } from '@gatehouse/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { republishConnections } from './connections/connections.events.js';
import { republishDomains } from './domains/domains.events.js';
import { startFixture, type Fixture } from './sso-config.fixture.js';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

async function all<T>(batches: AsyncIterable<T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const batch of batches) items.push(...batch);
  return items;
}

it('republish tells again exactly what was told last', async () => {
  const accountId = await fixture.account();
  const domain = await fixture.enabledDomain(accountId);
  const lost = await fixture.enabledDomain(accountId);
  await fixture.query("update domains set status = 'lost' where id = $1", [lost.id]);
  await fixture.admin(accountId).post(`/api/v1/accounts/${accountId}/domains`, { name: 'claimed-acme.test' });
  const made = await fixture.admin(accountId).post(`/api/v1/accounts/${accountId}/connections`, {
    protocol: 'saml',
    provider: 'okta',
    name: 'Okta',
    domainIds: [domain.id],
  });

  const domains = await all(republishDomains(fixture.service.database));
  expect(domains.map(({ event, data }) => [event.type, data.name]).sort()).toEqual(
    [
      ['DomainEnabled', domain.name],
      ['DomainLost', lost.name],
    ].sort(),
  );
  const [, enabled] = await fixture.published<DomainState>('sso.domains.v1', domain.name, 2);
  expect(domains.find(({ data }) => data.name === domain.name)?.data).toEqual(enabled?.data);

  const connections = await all(republishConnections(fixture.service.database));
  const [drafted] = await fixture.published<ConnectionState>(
    'sso.connections.v1',
    String(made.body['id']),
    1,
  );
  expect(connections).toEqual([
    { event: expect.objectContaining({ type: 'ConnectionDrafted' }), data: drafted?.data },
  ]);
});
