import { expect, it } from 'vitest';
import { Heartbeat, MembershipChanged } from '@gatehouse/contracts';
import { Gateway, memberOf } from '../gateway.fixture.js';

it('decides nothing on a view that is older than ACCESS_MAX_STALENESS', async () => {
  const gateway = await Gateway.start({ ACCESS_MAX_STALENESS: '5' });
  try {
    const { account, connectionId } = await gateway.enterprise('acme', 'acme.test');
    const member = memberOf(account, 'mia@acme.test');
    await gateway.publish(MembershipChanged, member);
    const browser = await gateway.signIn(member, { accountId: account.id, connectionId });
    expect(await browser.authorize(account.id)).toBe('503 access_unknown');
    const beat = async (age: number): Promise<void> => {
      for (const service of ['account', 'sso-config', 'directory-sync']) {
        const at = new Date(Date.now() - age);
        await gateway.publish(Heartbeat, { service, version: Date.now(), at: at.toISOString() });
      }
    };
    await beat(0);
    await expect.poll(() => browser.authorize(account.id), { timeout: 4_000 }).toBe('200');
    await beat(60_000);
    await expect.poll(() => browser.authorize(account.id), { timeout: 4_000 }).toBe('503 access_unknown');
    expect((await browser.fetch(`/api/v1/accounts/${account.id}`)).code).toBe('access_unknown');
  } finally {
    await gateway.close();
  }
});
