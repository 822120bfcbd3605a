import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MembershipChanged, type MembershipState, newId, PolicyChanged } from '@gatehouse/contracts';
import { Browser, changed, PUBLIC_URL } from '../gateway.fixture.js';
import {
  gateway,
  hasPassword,
  invited,
  joined,
  next,
  PASSWORD,
  signIn,
  startGateway,
} from './local.fixture.js';

beforeAll(startGateway);
afterAll(() => gateway.close());

describe('signing in by password', () => {
  it('answers unknown addresses, wrong passwords and what is no address alike', async () => {
    const { member } = await joined();
    const right = await signIn(` ${member.email.toUpperCase()}`.trim(), PASSWORD);
    expect(right.status).toBe(200);
    const answers = await Promise.all([
      signIn(member.email, 'not this one, surely'),
      signIn('nobody@nowhere.test', PASSWORD),
      signIn('a..b@nowhere.test', PASSWORD),
    ]);
    const [first, ...rest] = answers.map(({ status, body }) => ({ status, body }));
    expect(first?.body.code).toBe('credentials_invalid');
    for (const answer of rest) expect(answer).toEqual(first);
  });

  it('makes a new session each time and ends the one it replaces', async () => {
    const { account, member, browser } = await joined();
    const before = browser.cookie;
    await browser.fetch('/auth/password', {
      method: 'POST',
      body: { email: member.email, password: PASSWORD },
    });
    expect(browser.cookie).not.toBe(before);
    const old = new Browser(gateway.url);
    old.take(before);
    expect(await old.authorize(account.id)).toBe('401 not_signed_in');
    expect(await browser.authorize(account.id)).toBe('200');
  });

  it('locks an address out after wrong passwords, known or not', async () => {
    const { member } = await joined();
    for (const email of [member.email, `ghost${next()}@nowhere.test`]) {
      const codes: (string | undefined)[] = [];
      for (let attempt = 0; attempt < 7; attempt += 1)
        codes.push((await signIn(email, `wrong one ${attempt}`)).code);
      expect(codes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'credentials_invalid'));
      expect(codes).toContain('rate_limited');
    }
    const locked = await signIn(member.email, PASSWORD);
    expect(locked.status).toBe(429);
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('limits attempts from one address', async () => {
    const { limits, RateLimits } = await import('./rate-limits.service.js');
    const rateLimits = gateway.get(RateLimits);
    const takes = await Promise.allSettled(
      Array.from({ length: 110 }, () => rateLimits.take(limits.passwordByAddress, '192.0.2.1')),
    );
    const refused = takes.filter((take) => take.status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(8);
    expect(refused.length).toBeLessThanOrEqual(10);
    await rateLimits.take(limits.passwordByAddress, '192.0.2.2');
  });

  it('refuses a form on a foreign page', async () => {
    const { member } = await joined();
    expect((await signIn(member.email, PASSWORD, { origin: 'https://evil.example' })).code).toBe(
      'csrf_invalid',
    );
    expect((await signIn(member.email, PASSWORD, { origin: PUBLIC_URL })).status).toBe(200);
  });
});

describe('a password is deleted at the moment its person becomes managed', () => {
  /** A member with a password, in an account whose policy, connection and domain each await the last word. */
  async function almostManaged(steps: {
    enforcement?: 'off' | 'monitor' | 'required';
    connection?: boolean;
    domain?: boolean;
    role?: 'admin' | 'member';
  }) {
    const { account, member, browser } = await joined({ role: steps.role ?? 'member' });
    const domain = member.email.split('@')[1]!;
    const connectionId = newId('conn');
    const policy = { ...account.policy, enforcement: steps.enforcement ?? 'required' } as const;
    const enterprise = changed(account, { plan: 'enterprise', policy });
    await gateway.publish(PolicyChanged, enterprise);
    if (steps.connection !== false) await gateway.connection(connectionId, account.id, 'active');
    if (steps.domain !== false) await gateway.domain(domain, account.id, 'enabled');
    const [active] = await gateway.database.query<{ version: number }>(
      'select version from memberships where id = $1',
      [member.id],
    );
    const current: MembershipState = { ...member, status: 'active', version: active!.version };
    expect(await hasPassword(member.userId)).toBe(true);
    return { account: enterprise, member: current, browser, domain, connectionId };
  }

  async function expectDeleted(
    { userId, email }: MembershipState,
    browser: Browser,
    accountId: string,
  ): Promise<void> {
    expect(await hasPassword(userId)).toBe(false);
    expect(await browser.authorize(accountId)).toBe('401 session_revoked');
    expect((await signIn(email, PASSWORD)).code).toBe('sso_required');
  }

  it.each(['off', 'monitor'] as const)('by the policy, from %s to required', async (enforcement) => {
    const { account, member, browser } = await almostManaged({ enforcement });
    await gateway.publish(
      PolicyChanged,
      changed(account, { policy: { ...account.policy, enforcement: 'required' } }),
    );
    await expectDeleted(member, browser, account.id);
  });

  it('by the connection that becomes active', async () => {
    const { account, member, browser, connectionId } = await almostManaged({ connection: false });
    await gateway.connection(connectionId, account.id, 'active');
    await expectDeleted(member, browser, account.id);
  });

  it('by the domain that is enabled', async () => {
    const { account, member, browser, domain } = await almostManaged({ domain: false });
    await gateway.domain(domain, account.id, 'verified');
    expect(await hasPassword(member.userId)).toBe(true);
    await gateway.domain(domain, account.id, 'enabled');
    await expectDeleted(member, browser, account.id);
  });

  it('by the role that was exempt', async () => {
    const { account, member, browser } = await almostManaged({ role: 'admin' });
    await gateway.publish(MembershipChanged, changed(member, { role: 'member' }));
    await expectDeleted(member, browser, account.id);
  });

  it('by the exemption that is withdrawn', async () => {
    const { account, member, browser } = await almostManaged({ role: 'admin' });
    await gateway.publish(
      PolicyChanged,
      changed(account, { policy: { ...account.policy, exempt: 'owners' } }),
    );
    await expectDeleted(member, browser, account.id);
  });

  it('also when it is stored while the policy changes', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { account, member } = await invited();
      await gateway.domain(member.email.split('@')[1]!, account.id, 'enabled');
      await gateway.connection(newId('conn'), account.id, 'active');
      const off = changed(account, { policy: { ...account.policy, enforcement: 'off' } });
      await gateway.publish(PolicyChanged, off);
      const { token } = await gateway.invite(member);
      const active = changed(member, { status: 'active' });
      await gateway.publish(MembershipChanged, active);
      await Promise.all([
        new Browser(gateway.url).fetch('/auth/invitations/accept', {
          method: 'POST',
          body: { token, name: 'Mia', password: PASSWORD },
        }),
        gateway.publish(PolicyChanged, changed(off, { policy: { ...off.policy, enforcement: 'required' } })),
      ]);
      expect(await hasPassword(member.userId)).toBe(false);
    }
  });

  it('does not come back when the policy is rolled back', async () => {
    const { account, member, browser } = await almostManaged({ enforcement: 'off' });
    const required = changed(account, { policy: { ...account.policy, enforcement: 'required' } });
    await gateway.publish(PolicyChanged, required);
    await expectDeleted(member, browser, account.id);
    await gateway.publish(
      PolicyChanged,
      changed(required, { policy: { ...account.policy, enforcement: 'off' } }),
    );
    expect((await signIn(member.email, PASSWORD)).code).toBe('credentials_invalid');
  });
});
