import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AccountClosed,
  AccountCreated,
  DirectoryCreated,
  type DirectoryUserState,
  MembershipChanged,
  newId,
  nextVersion,
  PolicyChanged,
  UserDeprovisioned,
  UserProvisioned,
} from '@gatehouse/contracts';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { accountOf, Browser, changed, Gateway, memberOf, PUBLIC_URL } from '../gateway.fixture.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.close());

let count = 0;
async function enterprise(): Promise<Awaited<ReturnType<Gateway['enterprise']>> & { domain: string }> {
  count += 1;
  const domain = `acme${count}.test`;
  return { ...(await gateway.enterprise(`acme${count}`, domain)), domain };
}

describe('GET /authorize', () => {
  it('tells who it is, by headers and by a token for applications only', async () => {
    const { account, connectionId, domain } = await enterprise();
    const member = memberOf(account, `mia@${domain}`);
    await gateway.publish(MembershipChanged, member);
    const browser = await gateway.signIn(member, { accountId: account.id, connectionId });
    for (const named of [account.id, account.slug]) {
      const { status, headers } = await browser.fetch('/authorize', {
        headers: { 'x-gatehouse-account': named },
      });
      expect(status).toBe(200);
      expect(headers.get('x-gatehouse-user')).toBe(member.userId);
      expect(headers.get('x-gatehouse-email')).toBe(member.email);
      expect(headers.get('x-gatehouse-account')).toBe(account.id);
      expect(headers.get('x-gatehouse-role')).toBe('member');
      const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', gateway.url));
      const { payload } = await jwtVerify(headers.get('x-gatehouse-token')!, keys, {
        issuer: PUBLIC_URL,
        audience: 'gatehouse:application',
        algorithms: ['EdDSA'],
      });
      expect(payload).toMatchObject({
        sub: member.userId,
        account: account.id,
        role: 'member',
        email: member.email,
      });
      expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(60);
    }
  });

  it('sends a browser that is not signed in to the sign-in page, and back to its page afterwards', async () => {
    const { status, code, headers } = await new Browser(gateway.url).fetch('/authorize', {
      headers: { 'x-gatehouse-account': 'any', 'x-forwarded-uri': '/reports?y=1' },
    });
    expect([status, code]).toEqual([401, 'not_signed_in']);
    expect(headers.get('location')).toBe(`${PUBLIC_URL}/sign-in?returnTo=%2Freports%3Fy%3D1`);
    expect(headers.get('www-authenticate')).toContain('Bearer');
  });

  it('never sends it to another origin', async () => {
    const { headers } = await new Browser(gateway.url).fetch('/authorize', {
      headers: { 'x-forwarded-uri': '//evil.example' },
    });
    expect(headers.get('location')).toBe(`${PUBLIC_URL}/sign-in`);
  });

  it('wants an account named', async () => {
    const { account, domain } = await enterprise();
    const member = memberOf(account, `a@${domain}`, { role: 'admin' });
    await gateway.publish(MembershipChanged, member);
    const browser = await gateway.signIn(member);
    expect((await browser.fetch('/authorize')).code).toBe('invalid_request');
    expect(await browser.authorize(account.id)).toBe('200');
  });

  it('answers HEAD without a body, OPTIONS with what is allowed, and refuses other methods', async () => {
    const head = await fetch(`${gateway.url}/authorize`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([401, '']);
    const options = await fetch(`${gateway.url}/authorize`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect((await fetch(`${gateway.url}/authorize`, { method: 'POST' })).status).toBe(405);
  });

  it('refuses a stranger, a made-up cookie and a member of another account', async () => {
    const { account, domain } = await enterprise();
    const other = await enterprise();
    const member = memberOf(account, `o@${domain}`, { role: 'owner' });
    await gateway.publish(MembershipChanged, member);
    const browser = await gateway.signIn(member);
    expect(await browser.authorize(account.id)).toBe('200');
    expect(await browser.authorize(other.account.id)).toBe('403 not_a_member');
    expect(await browser.authorize('no-such-account')).toBe('403 not_a_member');
    const forged = new Browser(gateway.url);
    forged.take('gh_session=made-up');
    expect(await forged.authorize(account.id)).toBe('401 not_signed_in');
  });
});

describe('what ends access', () => {
  async function directoryMember() {
    const { account, connectionId, domain } = await enterprise();
    const directory = {
      id: newId('dir'),
      version: nextVersion(null),
      accountId: account.id,
      name: 'Okta',
      dialect: 'lenient' as const,
      status: 'live' as const,
    };
    const user: DirectoryUserState = {
      id: newId('duser'),
      version: nextVersion(null),
      directoryId: directory.id,
      accountId: account.id,
      externalId: 'x',
      userName: `mia@${domain}`,
      email: `mia@${domain}`,
      displayName: 'Mia',
      givenName: null,
      familyName: null,
      active: true,
      status: 'present',
      reason: null,
      receivedAt: new Date().toISOString(),
    };
    const member = memberOf(account, user.email, {
      managedBy: 'directory',
      directoryId: directory.id,
      directoryUserId: user.id,
    });
    await gateway.publish(DirectoryCreated, directory);
    await gateway.publish(UserProvisioned, user);
    await gateway.publish(MembershipChanged, member);
    const browser = await gateway.signIn(member, { accountId: account.id, connectionId });
    expect(await browser.authorize(account.id)).toBe('200');
    return { account, connectionId, domain, user, member, browser };
  }

  it("the directory's word alone, before the membership has followed; and a late role change does not reopen it", async () => {
    const { account, connectionId, user, member, browser } = await directoryMember();
    await gateway.publish(UserDeprovisioned, changed(user, { active: false, reason: 'deactivated' }));
    expect(await browser.authorize(account.id)).toBe('401 session_revoked');
    const again = await gateway.signIn(member, { accountId: account.id, connectionId });
    expect(await again.authorize(account.id)).toBe('403 deprovisioned');
    await gateway.publish(MembershipChanged, changed(member, { role: 'admin' }));
    expect(await again.authorize(account.id)).toBe('403 deprovisioned');
  });

  it('but an older word of the directory that arrives late changes nothing', async () => {
    const { account, user, browser } = await directoryMember();
    await gateway.publish(UserDeprovisioned, {
      ...user,
      version: user.version - 1,
      active: false,
      reason: 'deactivated',
    });
    expect(await browser.authorize(account.id)).toBe('200');
  });

  it('a directory user that is not known here yet', async () => {
    const { account, member, browser } = await directoryMember();
    await gateway.publish(MembershipChanged, changed(member, { directoryUserId: newId('duser') }));
    expect(await browser.authorize(account.id)).toBe('503 access_unknown');
  });

  it('a deprovisioned membership; the same member comes back when it is active again', async () => {
    const { account, connectionId, member, browser } = await directoryMember();
    const ended = changed(member, { status: 'deprovisioned' });
    await gateway.publish(MembershipChanged, ended);
    expect(await browser.authorize(account.id)).toBe('401 session_revoked');
    await gateway.publish(MembershipChanged, changed(ended, { status: 'active' }));
    expect(await browser.authorize(account.id)).toBe('401 session_revoked');
    const back = await gateway.signIn(member, { accountId: account.id, connectionId });
    expect(await back.authorize(account.id)).toBe('200');
  });

  it('a connection that is disabled', async () => {
    const { account, connectionId, browser } = await directoryMember();
    await gateway.connection(connectionId, account.id, 'disabled');
    expect(await browser.authorize(account.id)).toBe('401 session_revoked');
  });

  it('a domain that is lost', async () => {
    const { account, domain, browser } = await directoryMember();
    await gateway.domain(domain, account.id, 'lost');
    expect(await browser.authorize(account.id)).toBe('401 session_revoked');
  });

  it('a closed account', async () => {
    const { account, browser } = await directoryMember();
    await gateway.publish(AccountClosed, changed(account, { status: 'closed' }));
    expect(await browser.authorize(account.id)).toBe('401 session_revoked');
  });

  it('a policy that begins to require single sign-on', async () => {
    const { account, connectionId, domain } = await enterprise();
    const off = changed(account, { policy: { ...account.policy, enforcement: 'off' } });
    await gateway.publish(PolicyChanged, off);
    const guest = memberOf(account, 'guest@elsewhere.test');
    const member = memberOf(account, `m@${domain}`);
    await gateway.publish(MembershipChanged, guest);
    await gateway.publish(MembershipChanged, member);
    const [guestBrowser, passwordBrowser] = [await gateway.signIn(guest), await gateway.signIn(member)];
    const ssoBrowser = await gateway.signIn(member, { accountId: account.id, connectionId });
    for (const browser of [guestBrowser, passwordBrowser, ssoBrowser])
      expect(await browser.authorize(account.id)).toBe('200');
    await gateway.publish(PolicyChanged, changed(off, { policy: account.policy }));
    expect(await guestBrowser.authorize(account.id)).toBe('403 guest_not_allowed');
    expect(await passwordBrowser.authorize(account.id)).toBe('401 session_revoked');
    expect(await ssoBrowser.authorize(account.id)).toBe('200');
  });

  async function twoAccounts(email: (domain: string) => string) {
    const { account, connectionId, domain } = await enterprise();
    const second = accountOf(`second-${account.slug}`, {
      plan: 'pro',
      policy: { enforcement: 'off', exempt: 'owners', jitProvisioning: false },
    });
    await gateway.publish(AccountCreated, second);
    const admin = memberOf(account, email(domain), { role: 'admin' });
    await gateway.publish(MembershipChanged, admin);
    await gateway.publish(MembershipChanged, memberOf(second, admin.email, { userId: admin.userId }));
    return { account, connectionId, second, admin };
  }

  it('only the one account, where a password admits to another', async () => {
    const { account, second, admin } = await twoAccounts(() => 'consultant@elsewhere.test');
    const browser = await gateway.signIn(admin);
    expect([await browser.authorize(account.id), await browser.authorize(second.id)]).toEqual(['200', '200']);
    await gateway.publish(MembershipChanged, changed(admin, { status: 'deprovisioned' }));
    expect([await browser.authorize(account.id), await browser.authorize(second.id)]).toEqual([
      '403 deprovisioned',
      '200',
    ]);
  });

  it("and all that the one account's provider had opened elsewhere", async () => {
    const { account, connectionId, second, admin } = await twoAccounts((domain) => `both@${domain}`);
    const browser = await gateway.signIn(admin, { accountId: account.id, connectionId });
    expect([await browser.authorize(account.id), await browser.authorize(second.id)]).toEqual(['200', '200']);
    await gateway.publish(MembershipChanged, changed(admin, { status: 'deprovisioned' }));
    expect(await browser.authorize(second.id)).toBe('401 session_revoked');
  });

  it('an event about the member that could not be applied, until it is', async () => {
    const { account, member, browser } = await directoryMember();
    await gateway.database.query(
      `insert into parked_events (event_id, topic, key, partition, position, headers, time, error, attempts, parked_at)
       values ($1, 'account.memberships.v1', $1, 0, 0, '{}', now(), 'poison', 5, now())`,
      [member.id],
    );
    await expect.poll(() => browser.authorize(account.id), { timeout: 5_000 }).toBe('503 access_unknown');
    await gateway.publish(MembershipChanged, changed(member, {}));
    await expect.poll(() => browser.authorize(account.id), { timeout: 5_000 }).toBe('200');
  });

  it('an event of the account about a connection that nothing else is known of', async () => {
    const account = accountOf('unheard');
    await gateway.publish(AccountCreated, account);
    const member = memberOf(account, 'mia@unheard.test');
    await gateway.publish(MembershipChanged, member);
    const browser = await gateway.signIn(member);
    expect(await browser.authorize(account.id)).toBe('200');
    const park = (accountId: string): Promise<unknown> =>
      gateway.database.query(
        `insert into parked_events (event_id, topic, key, partition, position, payload, headers, time, error, attempts, parked_at)
         values ($1, 'sso.connections.v1', $1, 0, 0, $2, '{}', clock_timestamp(), 'poison', 5, clock_timestamp())`,
        [newId('conn'), JSON.stringify({ accountId, status: 'active' })],
      );
    await park(newId('acct'));
    await expect.poll(() => browser.authorize(account.id), { timeout: 5_000 }).toBe('200');
    await park(account.id);
    await expect.poll(() => browser.authorize(account.id), { timeout: 5_000 }).toBe('503 access_unknown');
  });
});
