import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  MembershipChanged,
  type MembershipState,
  UserDeprovisioned,
  newId,
  nextVersion,
  DirectoryCreated,
  type DirectoryUserState,
} from '@gatehouse/contracts';
import { type Answer, Browser, changed, Gateway, memberOf } from '../gateway.fixture.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.close());

let count = 0;
async function withKey(role: 'admin' | 'owner' | 'member' = 'admin', change: Partial<MembershipState> = {}) {
  count += 1;
  const { account } = await gateway.enterprise(`keys${count}`, `keys${count}.test`);
  const member = memberOf(account, `ada@keys${count}.test`, { role: 'admin', ...change });
  await gateway.publish(MembershipChanged, member);
  const browser = await gateway.signIn(member);
  const path = `/api/v1/accounts/${account.id}/api-keys`;
  const made = await browser.fetch(path, { method: 'POST', body: { name: 'ci', role } });
  expect(made.status).toBe(201);
  const bearer = { authorization: `Bearer ${made.body.key}` };
  const authorize = async (): Promise<Answer> =>
    new Browser(gateway.url).fetch('/authorize', { headers: bearer });
  return {
    account,
    member,
    browser,
    path,
    id: made.body.id as string,
    key: made.body.key as string,
    bearer,
    authorize,
  };
}

describe('API keys', () => {
  it('are shown once, stored hashed, and answer at /authorize without naming the account', async () => {
    const { account, member, browser, path, id, key, authorize } = await withKey();
    const { status, headers } = await authorize();
    expect([status, headers.get('x-gatehouse-account'), headers.get('x-gatehouse-user')]).toEqual([
      200,
      account.id,
      member.userId,
    ]);
    // RFC 9110 §11.1: the scheme is case-insensitive.
    const lower = await new Browser(gateway.url).fetch('/authorize', {
      headers: { authorization: `bearer ${key}` },
    });
    expect(lower.status).toBe(200);
    const { body } = await browser.fetch(path);
    expect(body.items).toEqual([expect.objectContaining({ id, name: 'ci', role: 'admin', expiresAt: null })]);
    expect(JSON.stringify(body)).not.toContain(key.slice(-43));
    const rows = await gateway.database.query<Record<string, unknown>>(
      'select * from api_keys where id = $1',
      [id],
    );
    expect(JSON.stringify(rows)).not.toContain(key.slice(-43));
  });

  it('have the lower of two roles', async () => {
    const { member, authorize } = await withKey('owner');
    expect((await authorize()).headers.get('x-gatehouse-role')).toBe('admin');
    await gateway.publish(MembershipChanged, changed(member, { role: 'owner' }));
    expect((await authorize()).headers.get('x-gatehouse-role')).toBe('admin');
    const lower = await withKey('member');
    expect((await lower.authorize()).headers.get('x-gatehouse-role')).toBe('member');
    const refused = await new Browser(gateway.url).fetch(lower.path, { headers: lower.bearer });
    expect(refused.code).toBe('forbidden');
  });

  it('need no CSRF token, and make and delete keys themselves', async () => {
    const { path, bearer } = await withKey();
    const made = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { ...bearer, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'second', role: 'member' }),
    });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    expect((await fetch(`${gateway.url}${path}/${id}`, { method: 'DELETE', headers: bearer })).status).toBe(
      204,
    );
    expect((await fetch(`${gateway.url}${path}/${id}`, { method: 'DELETE', headers: bearer })).status).toBe(
      404,
    );
  });

  it('end when they are deleted, at once', async () => {
    const { browser, path, id, authorize } = await withKey();
    expect((await authorize()).status).toBe(200);
    expect((await browser.fetch(`${path}/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await authorize()).code).toBe('api_key_invalid');
  });

  it('end when they expire', async () => {
    const { browser, path, account } = await withKey();
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const { body } = await browser.fetch(path, {
      method: 'POST',
      body: { name: 'short', role: 'member', expiresAt },
    });
    const status = async (): Promise<number> =>
      (
        await fetch(`${gateway.url}/authorize`, {
          headers: { authorization: `Bearer ${body.key}`, 'x-gatehouse-account': account.id },
        })
      ).status;
    expect(await status()).toBe(200);
    await expect.poll(status, { timeout: 5_000 }).toBe(401);
    expect(
      (
        await browser.fetch(path, {
          method: 'POST',
          body: { name: 'past', role: 'member', expiresAt: '2020-01-01T00:00:00Z' },
        })
      ).code,
    ).toBe('invalid_request');
  });

  it.each(['deprovisioned', 'removed', 'erased'] as const)(
    'die with a member who is %s, and stay dead',
    async (status) => {
      const { member, authorize } = await withKey();
      const ended = changed(member, { status });
      await gateway.publish(MembershipChanged, ended);
      expect((await authorize()).code).toBe('api_key_invalid');
      await gateway.publish(MembershipChanged, changed(ended, { status: 'active' }));
      expect((await authorize()).code).toBe('api_key_invalid');
    },
  );

  it("are refused on the directory's word alone", async () => {
    const [directoryId, directoryUserId] = [newId('dir'), newId('duser')];
    const { account, member, authorize } = await withKey('member', {
      managedBy: 'directory',
      directoryId,
      directoryUserId,
      role: 'owner',
    });
    await gateway.publish(DirectoryCreated, {
      id: directoryId,
      version: nextVersion(null),
      accountId: account.id,
      name: 'd',
      dialect: 'lenient',
      status: 'live',
    });
    const user: DirectoryUserState = {
      id: directoryUserId,
      version: nextVersion(null),
      directoryId,
      accountId: account.id,
      externalId: null,
      userName: 'a',
      email: member.email,
      displayName: 'a',
      givenName: null,
      familyName: null,
      active: false,
      status: 'present',
      reason: 'deactivated',
      receivedAt: new Date().toISOString(),
    };
    await gateway.publish(UserDeprovisioned, user);
    expect((await authorize()).status).toBe(200);
    await gateway.publish(MembershipChanged, changed(member, { role: 'admin' }));
    expect((await authorize()).code).toBe('deprovisioned');
  });

  it.each([
    ['another secret', (key: string) => key.slice(0, -4) + (key.endsWith('AAAA') ? 'BBBB' : 'AAAA')],
    ['another id', (key: string) => key.replace(/key_[0-9a-z]{26}/, newId('key'))],
    ['no secret', (key: string) => key.slice(0, 40)],
  ])('are refused with %s', async (_, mutate) => {
    const { key, authorize, account } = await withKey();
    expect((await authorize()).status).toBe(200);
    const answer = await new Browser(gateway.url).fetch('/authorize', {
      headers: { authorization: `Bearer ${mutate(key)}`, 'x-gatehouse-account': account.id },
    });
    expect(answer.code).toBe('api_key_invalid');
  });

  it('open no other account, and are not deleted from one', async () => {
    const [first, second] = [await withKey(), await withKey()];
    const answer = await new Browser(gateway.url).fetch('/authorize', {
      headers: { ...first.bearer, 'x-gatehouse-account': second.account.id },
    });
    expect(answer.code).toBe('not_a_member');
    expect((await second.browser.fetch(`${second.path}/${first.id}`, { method: 'DELETE' })).code).toBe(
      'not_found',
    );
    expect((await first.authorize()).status).toBe(200);
  });
});
