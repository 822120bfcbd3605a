import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AccountState,
  AccountCreated,
  InvitationSettled,
  MembershipChanged,
  type MembershipState,
  newId,
  PolicyChanged,
} from '@gatehouse/contracts';
import {
  accountOf,
  type Answer,
  Browser,
  changed,
  Gateway,
  memberOf,
  PUBLIC_URL,
} from '../gateway.fixture.js';
import { digest, newSecret } from '../browser/tokens.js';

const PASSWORD = 'four words of mine';
let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.close());

let count = 0;
/** An account without single sign-on and an invited member. */
async function invited(
  change: Partial<MembershipState> = {},
): Promise<{ account: AccountState; member: MembershipState }> {
  count += 1;
  const account = accountOf(`plain${count}`, { plan: 'pro' });
  await gateway.publish(AccountCreated, account);
  const member = memberOf(account, `mia@plain${count}.test`, { status: 'invited', ...change });
  await gateway.publish(MembershipChanged, member);
  return { account, member };
}

/** Accepts as the account service lets it happen: the membership becomes active. */
async function accept(
  browser: Browser,
  token: string,
  member: MembershipState,
  password: string | undefined = PASSWORD,
): Promise<Answer> {
  const answering = browser.fetch('/auth/invitations/accept', {
    method: 'POST',
    body: { token, name: 'Mia', ...(password === undefined ? {} : { password }) },
  });
  const active = changed(member, { status: 'active' });
  await gateway.publish(MembershipChanged, active);
  return answering;
}

async function joined(
  change: Partial<MembershipState> = {},
): Promise<{ account: AccountState; member: MembershipState; browser: Browser }> {
  const { account, member } = await invited(change);
  const { token } = await gateway.invite(member);
  const browser = new Browser(gateway.url);
  expect((await accept(browser, token, member)).status).toBe(200);
  return { account, member, browser };
}

const signIn = (email: string, password: string, headers = {}): Promise<Answer> =>
  new Browser(gateway.url).fetch('/auth/password', { method: 'POST', body: { email, password }, headers });

async function hasPassword(userId: string): Promise<boolean> {
  return (await gateway.database.query('select from credentials where user_id = $1', [userId])).length > 0;
}

describe('accepting an invitation', () => {
  it('stores a password, signs in and tells the account service', async () => {
    const { account, member, browser } = await joined();
    expect(await browser.authorize(account.id)).toBe('200');
    const { body } = await browser.fetch('/auth/session');
    expect(body).toMatchObject({
      user: { id: member.userId, email: member.email },
      authentications: [{ method: 'password', connectionId: null, accountId: null }],
      accounts: [{ id: account.id, slug: account.slug, role: 'member', access: { allowed: true } }],
    });
    const [accepted] = (await gateway.published('InvitationAccepted')).filter(
      (data) => data['userId'] === member.userId,
    );
    expect(accepted).toMatchObject({ accountId: account.id, name: 'Mia' });
  });

  it('works once, also for twenty at once', async () => {
    const { member } = await invited();
    const { token } = await gateway.invite(member);
    await gateway.publish(MembershipChanged, changed(member, { status: 'active' }));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        new Browser(gateway.url).fetch('/auth/invitations/accept', {
          method: 'POST',
          body: { token, name: 'Mia', password: PASSWORD },
        }),
      ),
    );
    const codes = answers.map(({ status, code }) => code ?? String(status)).sort();
    expect(codes.filter((code) => code === '200')).toHaveLength(1);
    expect(new Set(codes.filter((code) => code !== '200'))).toEqual(new Set(['link_used']));
  });

  it.each([
    ['an unknown token', async () => newSecret(), 'link_invalid'],
    [
      'a revoked one',
      async (member: MembershipState) => {
        const { token, invitation } = await gateway.invite(member);
        await gateway.publish(InvitationSettled, changed(invitation, { status: 'revoked' }));
        return token;
      },
      'link_revoked',
    ],
    [
      'an expired one',
      async (member: MembershipState) =>
        (await gateway.invite(member, { expiresAt: new Date(Date.now() - 1_000).toISOString() })).token,
      'link_expired',
    ],
  ])('refuses %s', async (_, make, expected) => {
    const { member } = await invited();
    const token = await make(member);
    const { code } = await new Browser(gateway.url).fetch('/auth/invitations/accept', {
      method: 'POST',
      body: { token, name: 'Mia', password: PASSWORD },
    });
    expect(code).toBe(expected);
  });

  it.each([
    ['short', 'a b c d'],
    ['common', 'Password2026!'],
    ['a sequence', 'abcdefghijkl'],
    ['repeating', 'aaaaaaaaaaaaab'],
  ])('refuses a %s password and keeps the link', async (_, password) => {
    const { account, member } = await invited();
    const { token } = await gateway.invite(member);
    const browser = new Browser(gateway.url);
    const { code } = await browser.fetch('/auth/invitations/accept', {
      method: 'POST',
      body: { token, name: 'Mia', password },
    });
    expect(code).toBe('password_unacceptable');
    expect((await accept(browser, token, member)).status).toBe(200);
    expect(await browser.authorize(account.id)).toBe('200');
  });

  it('neither asks nor keeps a password of a person whom an identity provider manages', async () => {
    count += 1;
    const { account } = await gateway.enterprise(`managed${count}`, `managed${count}.test`);
    const member = memberOf(account, `mia@managed${count}.test`, { status: 'invited' });
    await gateway.publish(MembershipChanged, member);
    const { token } = await gateway.invite(member);
    const { body } = await accept(new Browser(gateway.url), token, member);
    expect(body).toEqual({ accountId: account.id, next: 'sso', csrfToken: null });
    expect(await hasPassword(member.userId)).toBe(false);
  });

  it('never replaces the password of somebody who exists: whoever invites an address may see the link', async () => {
    const { member } = await joined();
    const other = accountOf(`other${count}`, { plan: 'pro' });
    await gateway.publish(AccountCreated, other);
    const second = memberOf(other, member.email, { userId: member.userId, status: 'invited' });
    await gateway.publish(MembershipChanged, second);
    const { token } = await gateway.invite(second);
    const thief = await new Browser(gateway.url).fetch('/auth/invitations/accept', {
      method: 'POST',
      body: { token, name: 'Mia', password: 'another choice of words' },
    });
    expect(thief.code).toBe('credentials_invalid');
    expect((await signIn(member.email, PASSWORD)).status).toBe(200);
    expect((await accept(new Browser(gateway.url), token, second)).body).toMatchObject({ next: 'signed_in' });
  });

  it("lets an owner back in by the operator's recovery link, and ends all their sessions", async () => {
    const { account, member, browser } = await joined({ role: 'owner' });
    const { token } = await gateway.invite(member, { kind: 'recovery' });
    const recovered = new Browser(gateway.url);
    expect((await accept(recovered, token, member, 'a new choice of words')).status).toBe(200);
    expect(await recovered.authorize(account.id)).toBe('200');
    expect(await browser.authorize(account.id)).toBe('401 session_revoked');
    expect((await signIn(member.email, PASSWORD)).code).toBe('credentials_invalid');
  });
});

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
    for (const email of [member.email, `ghost${count}@nowhere.test`]) {
      const codes: (string | undefined)[] = [];
      for (let attempt = 0; attempt < 7; attempt += 1)
        codes.push((await signIn(email, `wrong one ${attempt}`)).code);
      expect(codes.slice(0, 5)).toEqual(Array(5).fill('credentials_invalid'));
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

describe('choosing a new password', () => {
  async function resetToken(userId: string, expires = "interval '1 hour'"): Promise<string> {
    const token = newSecret();
    await gateway.database.query(
      `insert into password_resets (token_hash, user_id, expires_at) values ($1, $2, clock_timestamp() + ${expires})`,
      [digest(token), userId],
    );
    return token;
  }
  const reset = (token: string, password: string): Promise<Answer> =>
    new Browser(gateway.url).fetch('/auth/password/reset', { method: 'POST', body: { token, password } });

  it('ends all sessions of the person and works once', async () => {
    const { account, member, browser } = await joined();
    const token = await resetToken(member.userId);
    expect((await reset(token, 'brand new words here')).status).toBe(200);
    expect(await browser.authorize(account.id)).toBe('401 session_revoked');
    expect((await reset(token, 'brand new words here')).code).toBe('link_invalid');
    expect((await signIn(member.email, 'brand new words here')).status).toBe(200);
  });

  it('is refused after an hour, and to people whom an identity provider manages', async () => {
    const { member } = await joined();
    expect(
      (await reset(await resetToken(member.userId, "interval '-1 second'"), 'brand new words here')).code,
    ).toBe('link_expired');
    count += 1;
    const { account } = await gateway.enterprise(`reset${count}`, `reset${count}.test`);
    const managed = memberOf(account, `mia@reset${count}.test`);
    await gateway.publish(MembershipChanged, managed);
    expect((await reset(await resetToken(managed.userId), 'brand new words here')).code).toBe('sso_managed');
    expect(await hasPassword(managed.userId)).toBe(false);
  });

  it('answers every address alike, and limits how often', async () => {
    const { member } = await joined();
    const ask = (email: string): Promise<Answer> =>
      new Browser(gateway.url).fetch('/auth/password/reset-request', { method: 'POST', body: { email } });
    const answers = [await ask(member.email), await ask('nobody@nowhere.test')];
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [202, {}],
      [202, {}],
    ]);
    for (let n = 0; n < 2; n += 1) await ask(member.email);
    expect((await ask(member.email)).code).toBe('rate_limited');
  });
});
