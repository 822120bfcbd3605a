import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AccountCreated,
  InvitationSettled,
  MembershipChanged,
  type MembershipState,
} from '@gatehouse/contracts';
import { newSecret } from '../browser/tokens.js';
import { accountOf, Browser, changed, memberOf } from '../gateway.fixture.js';
import {
  accept,
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

  it('chooses a password once, though two accounts’ invitations of one person are accepted at once', async () => {
    const { member } = await invited();
    const elsewhere = accountOf(`plain${next()}`, { plan: 'pro' });
    await gateway.publish(AccountCreated, elsewhere);
    const second = memberOf(elsewhere, member.email, { userId: member.userId, status: 'invited' });
    await gateway.publish(MembershipChanged, second);
    const tokens = [(await gateway.invite(member)).token, (await gateway.invite(second)).token];
    const answering = tokens.map((token, index) =>
      new Browser(gateway.url).fetch('/auth/invitations/accept', {
        method: 'POST',
        body: { token, name: 'Mia', password: `words of choice ${index}` },
      }),
    );
    await expect.poll(() => hasPassword(member.userId)).toBe(true);
    for (const one of [member, second])
      await gateway.publish(MembershipChanged, changed(one, { status: 'active' }));
    const codes = (await Promise.all(answering)).map(({ status, code }) => code ?? String(status));
    expect([...codes].sort()).toEqual(['200', 'credentials_invalid']);
    expect((await signIn(member.email, `words of choice ${codes.indexOf('200')}`)).status).toBe(200);
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
    const count = next();
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
    const other = accountOf(`other${next()}`, { plan: 'pro' });
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
