import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MembershipChanged } from '@gatehouse/contracts';
import type { RunningService } from '@gatehouse/service-host';
import { tcpProxy, type TcpProxy } from '@gatehouse/testing';
import { digest } from '../browser/tokens.js';
import { type Browser, changed, Gateway, memberOf } from '../gateway.fixture.js';
import { Access } from './access.service.js';
import { Invalidations } from './invalidations.js';
import { userKey } from './invalidation-keys.js';

let gateway: Gateway;
let second: RunningService;
let listening: TcpProxy;
beforeAll(async () => {
  gateway = await Gateway.start();
  const direct = new URL(gateway.databaseUrl);
  listening = await tcpProxy({ host: direct.hostname, port: Number(direct.port) });
  direct.hostname = '127.0.0.1';
  direct.port = String(listening.port);
  second = await gateway.replica({ DATABASE_DIRECT_URL: direct.href });
});
afterAll(async () => {
  await second.close();
  await listening.close();
  await gateway.close();
});

let count = 0;
async function signedIn(): Promise<{
  browser: Browser;
  token: string;
  accountId: string;
  member: ReturnType<typeof memberOf>;
}> {
  count += 1;
  const { account, connectionId } = await gateway.enterprise(`acme${count}`, `acme${count}.test`);
  const member = memberOf(account, `mia@acme${count}.test`);
  await gateway.publish(MembershipChanged, member);
  const browser = await gateway.signIn(member, { accountId: account.id, connectionId });
  return { browser, token: browser.cookie.split('=')[1]!, accountId: account.id, member };
}

function isCached(access: Access, token: string, accountId: string): boolean {
  return access.cached(digest(token), accountId, performance.now()) !== undefined;
}

describe('the access cache', () => {
  it('decides from memory once it has read', async () => {
    const { browser, token, accountId } = await signedIn();
    const access = gateway.get(Access);
    await expect
      .poll(async () => (await browser.authorize(accountId)) && isCached(access, token, accountId))
      .toBe(true);
    const before = access.reads;
    expect(await browser.authorize(accountId)).toBe('200');
    expect(access.reads).toBe(before);
  });

  it('does not keep what it read before an invalidation that came during the read', async () => {
    const { browser, token, accountId, member } = await signedIn();
    const access = gateway.get(Access);
    await browser.authorize(accountId);
    const principal = await access.principalOfSession(token);
    if (principal.kind === 'refused') throw new Error('the session is good');
    await gateway.database.inTransaction(async (tx) =>
      gateway.get(Invalidations).add(tx, userKey(member.userId)),
    );
    // The read is under way when the change commits: its answer may be used once, and not be kept.
    const reading = access.principalOfSession(token);
    await gateway.database.inTransaction(async (tx) =>
      gateway.get(Invalidations).add(tx, userKey(member.userId)),
    );
    await reading;
    expect(isCached(access, token, accountId)).toBe(false);
  });

  it('hears on one replica what the other has applied', async () => {
    const { browser, token, accountId, member } = await signedIn();
    const there = second.app.get(Access);
    const browserThere = async (): Promise<number> => {
      const response = await fetch(`${second.url}/authorize`, {
        headers: { cookie: browser.cookie, 'x-gatehouse-account': accountId },
      });
      return response.status;
    };
    await expect
      .poll(async () => (await browserThere()) === 200 && isCached(there, token, accountId))
      .toBe(true);
    await gateway.publish(MembershipChanged, changed(member, { status: 'deprovisioned' }));
    await expect.poll(browserThere, { timeout: 1_000, interval: 5 }).toBe(401);
  });

  it.each([
    ['cut', 'cut'],
    ['half open', 'hang'],
  ] as const)(
    'trusts nothing in memory while its LISTEN connection is %s, and recovers',
    async (_, fault) => {
      const { browser, token, accountId, member } = await signedIn();
      const there = second.app.get(Access);
      const invalidations = second.app.get(Invalidations);
      const statusThere = async (): Promise<number> =>
        (
          await fetch(`${second.url}/authorize`, {
            headers: { cookie: browser.cookie, 'x-gatehouse-account': accountId },
          })
        ).status;
      await expect
        .poll(async () => (await statusThere()) === 200 && isCached(there, token, accountId))
        .toBe(true);

      listening[fault]();
      await expect.poll(() => invalidations.hears(performance.now()), { timeout: 5_000 }).toBe(false);
      expect(await statusThere()).toBe(200);
      // What is changed while nothing is heard is in force nonetheless.
      await gateway.publish(MembershipChanged, changed(member, { status: 'deprovisioned' }));
      expect(await statusThere()).toBe(401);
      listening.restore();
      await expect.poll(() => invalidations.hears(performance.now()), { timeout: 10_000 }).toBe(true);
      expect(await statusThere()).toBe(401);
    },
  );
});
