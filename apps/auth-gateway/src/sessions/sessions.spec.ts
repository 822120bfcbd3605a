import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MembershipChanged } from '@gatehouse/contracts';
import { Browser, Gateway, memberOf } from '../gateway.fixture.js';
import { digest } from '../browser/tokens.js';
import { Maintenance } from './maintenance.service.js';
import { Sessions } from './sessions.service.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.close());

let count = 0;
async function people() {
  count += 1;
  const { account, connectionId } = await gateway.enterprise(`sess${count}`, `sess${count}.test`);
  const admin = memberOf(account, `ada@sess${count}.test`, { role: 'admin' });
  const member = memberOf(account, `mia@sess${count}.test`);
  await gateway.publish(MembershipChanged, admin);
  await gateway.publish(MembershipChanged, member);
  return {
    account,
    connectionId,
    admin,
    member,
    adminBrowser: await gateway.signIn(admin),
    browser: await gateway.signIn(member, { accountId: account.id, connectionId }),
    path: `/api/v1/accounts/${account.id}/sessions`,
  };
}

/** Lets time pass for one session, by the database's clock. */
async function age(browser: Browser, sql: string): Promise<void> {
  await gateway.database.query(`update sessions set ${sql} where token_hash = $1`, [
    digest(browser.cookie.split('=')[1]!),
  ]);
}

describe('sessions', () => {
  it('are listed for admins and ended by them at once', async () => {
    const { account, member, adminBrowser, browser, path } = await people();
    expect(await browser.authorize(account.id)).toBe('200');
    const { body } = await adminBrowser.fetch(path);
    expect(body.items).toHaveLength(2);
    const theirs = (body.items as { id: string; userId: string }[]).find(
      (item) => item.userId === member.userId,
    )!;
    expect(theirs).toMatchObject({ email: member.email, authentications: [{ method: 'saml' }] });
    expect((await adminBrowser.fetch(`${path}/${theirs.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await browser.authorize(account.id)).toBe('401 session_revoked');
    expect((await adminBrowser.fetch(path)).body.items).toHaveLength(1);
    expect(
      (await gateway.published('SessionRevoked')).find((data) => data['sessionId'] === theirs.id),
    ).toMatchObject({ reason: 'revoked_by_admin' });
    expect(
      (await gateway.published('AuditRecorded')).some(
        (entry) => (entry['target'] as { id: string }).id === theirs.id,
      ),
    ).toBe(true);
  });

  it('are pages, and nobody else reads or ends them', async () => {
    const { account, adminBrowser, browser, path } = await people();
    const other = await people();
    const first = await adminBrowser.fetch(`${path}?limit=1`);
    const second = await adminBrowser.fetch(`${path}?limit=1&cursor=${first.body.nextCursor}`);
    expect([first.body.items.length, second.body.items.length, second.body.nextCursor]).toEqual([1, 1, null]);
    expect((await browser.fetch(path)).code).toBe('forbidden');
    const id = first.body.items[0].id as string;
    expect((await other.adminBrowser.fetch(`${other.path}/${id}`, { method: 'DELETE' })).code).toBe(
      'not_found',
    );
    expect((await other.adminBrowser.fetch(`${path}/${id}`, { method: 'DELETE' })).code).toBe('not_found');
    expect(await browser.authorize(account.id)).toBe('200');
  });

  it('are listed, and API keys too, where the database sorts as a human language does', async () => {
    for (const table of ['sessions', 'api_keys'])
      await gateway.database.query(`alter table ${table} alter column id type text collate "en-x-icu"`);
    const { account, adminBrowser, path } = await people();
    expect((await adminBrowser.fetch(path)).body.items).toHaveLength(2);
    const keys = `/api/v1/accounts/${account.id}/api-keys`;
    await adminBrowser.fetch(keys, { method: 'POST', body: { name: 'ci', role: 'admin' } });
    expect((await adminBrowser.fetch(keys)).body.items).toHaveLength(1);
  });

  it('end by sign-out, which needs the page’s own token', async () => {
    const { account, browser } = await people();
    expect(
      (await browser.fetch('/auth/sign-out', { method: 'POST', headers: { 'x-csrf-token': 'no' } })).code,
    ).toBe('csrf_invalid');
    expect(await browser.authorize(account.id)).toBe('200');
    const kept = new Browser(gateway.url);
    kept.take(browser.cookie);
    expect((await browser.fetch('/auth/sign-out', { method: 'POST' })).status).toBe(204);
    expect(browser.cookie).toBe('');
    expect(await kept.authorize(account.id)).toBe('401 not_signed_in');
  });

  it.each([
    ['unused for 12 hours', "last_seen_at = clock_timestamp() - interval '12 hours'"],
    ['at their absolute end', 'expires_at = clock_timestamp()'],
  ])('expire %s', async (_, sql) => {
    const { account, browser } = await people();
    await age(browser, sql);
    expect(await browser.authorize(account.id)).toBe('401 session_expired');
    expect((await browser.fetch('/auth/session')).code).toBe('session_expired');
  });

  it('end at the SessionNotOnOrAfter of the assertion', async () => {
    const { account, connectionId, member } = await people();
    const browser = new Browser(gateway.url);
    const session = await gateway.database.inTransaction((tx) =>
      gateway.get(Sessions).create(tx, {
        userId: member.userId,
        authentication: {
          method: 'saml',
          connectionId,
          accountId: account.id,
          email: member.email,
          at: new Date(),
          notOnOrAfter: new Date(Date.now() + 1_500),
        },
        request: { headers: {}, ip: '' },
      }),
    );
    browser.take(session.setCookie);
    expect(await browser.authorize(account.id)).toBe('200');
    await expect.poll(() => browser.authorize(account.id), { timeout: 5_000 }).toBe('401 session_expired');
  });

  it('carry over what they proved when the same person signs in elsewhere too, and nothing of another person', async () => {
    const { account, connectionId, member, admin } = await people();
    const start = (userId: string, email: string, cookie: string, method: 'saml' | 'password') =>
      gateway.database.inTransaction((tx) =>
        gateway.get(Sessions).create(tx, {
          userId,
          authentication: {
            method,
            connectionId: method === 'saml' ? connectionId : null,
            accountId: method === 'saml' ? account.id : null,
            email,
            at: new Date(),
          },
          request: { headers: { cookie }, ip: '' },
        }),
      );
    const browser = new Browser(gateway.url);
    browser.take((await start(admin.userId, admin.email, '', 'saml')).setCookie);
    browser.take((await start(admin.userId, admin.email, browser.cookie, 'password')).setCookie);
    const methods = async (): Promise<string[]> =>
      ((await browser.fetch('/auth/session')).body.authentications as { method: string }[])
        .map((one) => one.method)
        .sort();
    expect(await methods()).toEqual(['password', 'saml']);
    browser.take((await start(member.userId, member.email, browser.cookie, 'saml')).setCookie);
    expect(await methods()).toEqual(['saml']);
  });

  it('carry nothing beyond the absolute end of the session that proved it', async () => {
    const { account, connectionId, admin } = await people();
    const browser = await gateway.signIn(admin, { accountId: account.id, connectionId });
    await age(browser, "expires_at = clock_timestamp() + interval '1 hour'");
    const session = await gateway.database.inTransaction((tx) =>
      gateway.get(Sessions).create(tx, {
        userId: admin.userId,
        authentication: {
          method: 'password',
          connectionId: null,
          accountId: null,
          email: admin.email,
          at: new Date(),
        },
        request: { headers: { cookie: browser.cookie }, ip: '' },
      }),
    );
    const [carried] = await gateway.database.query<{ seconds: number }>(
      `select extract(epoch from not_on_or_after - clock_timestamp())::float8 as seconds
       from session_authentications where session_id = $1 and method = 'saml'`,
      [session.id],
    );
    expect(carried?.seconds).toBeGreaterThan(3_000);
    expect(carried?.seconds).toBeLessThanOrEqual(3_600);
  });

  it('note when they were last seen, at most once a minute', async () => {
    const { account, browser } = await people();
    const seen = async (): Promise<number> =>
      (
        await gateway.database.query<{ age: number }>(
          'select extract(epoch from clock_timestamp() - last_seen_at)::float8 as age from sessions where token_hash = $1',
          [digest(browser.cookie.split('=')[1]!)],
        )
      )[0]!.age;
    await age(browser, "last_seen_at = clock_timestamp() - interval '30 seconds'");
    await browser.authorize(account.id);
    expect(await seen()).toBeGreaterThan(29);
    const later = await people();
    await age(later.browser, "last_seen_at = clock_timestamp() - interval '2 minutes'");
    await later.browser.authorize(later.account.id);
    await expect
      .poll(
        async () =>
          (
            await gateway.database.query<{ age: number }>(
              'select extract(epoch from clock_timestamp() - last_seen_at)::float8 as age from sessions where token_hash = $1',
              [digest(later.browser.cookie.split('=')[1]!)],
            )
          )[0]!.age,
      )
      .toBeLessThan(20);
  });

  it('are forgotten a week after their end', async () => {
    const { account, browser } = await people();
    await age(browser, "expires_at = clock_timestamp() - interval '6 days'");
    await gateway.get(Maintenance).prune();
    expect(await browser.authorize(account.id)).toBe('401 session_expired');
    await age(browser, "expires_at = clock_timestamp() - interval '8 days'");
    await gateway.get(Maintenance).prune();
    expect(await browser.authorize(account.id)).toBe('401 not_signed_in');
  });
});
