import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MembershipChanged, newId } from '@gatehouse/contracts';
import { Browser, Gateway, memberOf, OPERATOR_TOKEN } from '../gateway.fixture.js';
import { admin, callerOf, forget, gateway, seen, startEdge, stopEdge } from './edge.fixture.js';

const operator = { authorization: `Bearer ${OPERATOR_TOKEN}` };

beforeAll(startEdge);
afterAll(stopEdge);
beforeEach(forget);

describe('the edge', () => {
  it('tells each service who is asking, and passes on nothing else that could', async () => {
    const { account, browser, userId } = await admin();
    for (const [resource, service] of [
      ['members', 'account'],
      ['domains', 'sso-config'],
      ['directories', 'directory-sync'],
    ]) {
      forget();
      const answer = await browser.fetch(`/api/v1/accounts/${account.id}/${resource}?limit=2`, {
        headers: {
          'x-gatehouse-user': 'user_forged',
          'x-forwarded-for': '203.0.113.1',
          'x-gatehouse-caller': '{"kind":"operator"}',
        },
      });
      expect([answer.status, answer.headers.get('x-answer')]).toEqual([200, service]);
      expect(answer.headers.get('set-cookie')).toBeNull();
      const [request] = seen;
      expect(request).toMatchObject({ service, url: `/api/v1/accounts/${account.id}/${resource}?limit=2` });
      expect(await callerOf(request!)).toMatchObject({
        kind: 'user',
        userId,
        accountId: account.id,
        role: 'admin',
        plan: 'enterprise',
      });
      for (const name of ['cookie', 'x-gatehouse-user', 'x-gatehouse-caller', 'x-csrf-token'])
        expect(request!.headers).not.toHaveProperty(name);
      expect(request!.headers['x-forwarded-for']).toBe('127.0.0.1');
    }
  });

  it('passes bodies, statuses and methods on as they are', async () => {
    const { account, browser } = await admin();
    const body = { name: 'acme.test', nested: { text: 'ü'.repeat(2_000) } };
    expect(
      (await browser.fetch(`/api/v1/accounts/${account.id}/domains`, { method: 'POST', body })).status,
    ).toBe(200);
    expect(JSON.parse(seen[0]!.body)).toEqual(body);
    expect(
      (await browser.fetch(`/api/v1/accounts/${account.id}/domains/missing`, { method: 'DELETE' })).status,
    ).toBe(404);
  });

  it('refuses a body above 1 MiB before a service sees it', async () => {
    const { account, browser } = await admin();
    const answer = await browser.fetch(`/api/v1/accounts/${account.id}/domains`, {
      method: 'POST',
      body: { name: 'a'.repeat(1_100_000) },
    });
    expect(answer.code).toBe('body_too_large');
    expect(seen).toEqual([]);
  });

  it.each([
    ['no token', { 'x-csrf-token': '' }],
    ["another session's token", { 'x-csrf-token': 'x'.repeat(43) }],
    ['another origin', { origin: 'https://evil.example' }],
    ['a sandboxed page', { origin: 'null' }],
  ])('refuses a write by cookie with %s', async (_, headers) => {
    const { account, browser } = await admin();
    const path = `/api/v1/accounts/${account.id}/sso/policy`;
    expect((await browser.fetch(path, { method: 'PUT', body: {}, headers })).code).toBe('csrf_invalid');
    expect(seen).toEqual([]);
    expect((await browser.fetch(path, { method: 'PUT', body: {} })).status).toBe(200);
  });

  it('shows nobody the account of another: it looks as if it did not exist', async () => {
    const [first, second] = [await admin(), await admin()];
    const key = await first.browser.fetch(`/api/v1/accounts/${first.account.id}/api-keys`, {
      method: 'POST',
      body: { name: 'ci', role: 'admin' },
    });
    const bearer = { authorization: `Bearer ${key.body.key}` };
    for (const resource of [
      '',
      '/members',
      '/domains',
      '/connections',
      '/setup-links',
      '/directories',
      '/audit',
      '/api-keys',
      '/sessions',
    ]) {
      const own = `/api/v1/accounts/${first.account.id}${resource}`;
      const foreign = `/api/v1/accounts/${second.account.id}${resource}`;
      expect((await first.browser.fetch(own)).status, own).toBe(200);
      expect((await fetch(gateway.url + own, { headers: bearer })).status, own).toBe(200);
      expect((await first.browser.fetch(foreign)).code, foreign).toBe('not_found');
      expect((await new Browser(gateway.url).fetch(foreign, { headers: bearer })).code, foreign).toBe(
        'not_found',
      );
      const unknown = await first.browser.fetch(`/api/v1/accounts/${newId('acct')}${resource}`);
      expect(unknown.code).toBe('not_found');
    }
    expect((await first.browser.fetch(`/api/v1/accounts/${first.account.slug}/members`)).code).toBe(
      'not_found',
    );
  });

  it('stands behind the same decision as /authorize', async () => {
    const { account, domain } = await admin();
    const member = memberOf(account, `mia@${domain}`);
    await gateway.publish(MembershipChanged, member);
    const browser = await gateway.signIn(member);
    expect((await browser.fetch(`/api/v1/accounts/${account.id}`)).code).toBe('sso_required');
    expect((await new Browser(gateway.url).fetch(`/api/v1/accounts/${account.id}`)).status).toBe(200);
    expect(await callerOf(seen[0]!)).toEqual({ kind: 'anonymous' });
  });

  it('lets the operator pass with the plan of the account that is named, and no one with a token that is nearly theirs', async () => {
    const { account } = await admin();
    const browser = new Browser(gateway.url);
    expect((await browser.fetch('/api/v1/accounts', { headers: operator })).status).toBe(200);
    expect(
      (
        await browser.fetch(`/api/v1/accounts/${account.id}/domains`, {
          method: 'POST',
          body: {},
          headers: operator,
        })
      ).status,
    ).toBe(200);
    expect(await callerOf(seen[0]!)).toEqual({ kind: 'operator', accountId: null, plan: null });
    expect(await callerOf(seen[1]!)).toEqual({ kind: 'operator', accountId: account.id, plan: 'enterprise' });
    for (const token of [`${OPERATOR_TOKEN}x`, OPERATOR_TOKEN.slice(0, -1), '']) {
      expect(
        (await browser.fetch('/api/v1/accounts', { headers: { authorization: `Bearer ${token}` } })).code,
      ).toBe('token_invalid');
    }
  });

  it('keeps the list of accounts for the operator', async () => {
    const { browser } = await admin();
    expect((await browser.fetch('/api/v1/accounts')).code).toBe('forbidden');
  });

  it('answers HEAD like GET without a body, and OPTIONS without asking who it is', async () => {
    const { account, browser } = await admin();
    const path = `/api/v1/accounts/${account.id}/members`;
    const head = await fetch(gateway.url + path, { method: 'HEAD', headers: { cookie: browser.cookie } });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(seen[0]).toMatchObject({ method: 'HEAD' });
    const options = await fetch(gateway.url + path, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example' },
    });
    expect([options.status, options.headers.get('access-control-allow-origin')]).toEqual([204, null]);
  });

  it('believes X-Forwarded-For from a trusted proxy only', async () => {
    const trusting = await Gateway.start({
      ACCOUNT_URL: gateway.setting('ACCOUNT_URL'),
      TRUSTED_PROXIES: '127.0.0.1',
    });
    try {
      const forwarded = { ...operator, 'x-forwarded-for': '198.51.100.9, 203.0.113.1' };
      for (const url of [gateway.url, trusting.url])
        await fetch(`${url}/api/v1/accounts`, { headers: forwarded });
      expect(seen.map(({ headers }) => headers['x-forwarded-for'])).toEqual(['127.0.0.1', '203.0.113.1']);
    } finally {
      await trusting.close();
    }
  });

  it('answers 503 where a service is away', async () => {
    const away = await Gateway.start({ ACCOUNT_URL: 'http://127.0.0.1:1' });
    try {
      const { status, code, headers } = await new Browser(away.url).fetch('/api/v1/accounts', {
        headers: operator,
      });
      expect([status, code, headers.get('retry-after')]).toEqual([503, 'unavailable', '2']);
    } finally {
      await away.close();
    }
  });
});

describe('SCIM', () => {
  it("is passed on with the directory's own authorization and without cookies", async () => {
    const answer = await fetch(`${gateway.url}/scim/v2/dir_1/Users?filter=userName%20eq%20%22a%2Fb%22`, {
      method: 'POST',
      body: '{"userName":"mia"}',
      headers: {
        authorization: 'Bearer gh_scim_1',
        'content-type': 'application/scim+json',
        cookie: 'gh_session=1',
      },
    });
    expect(answer.status).toBe(200);
    expect(seen[0]).toMatchObject({
      service: 'directory-sync',
      url: '/scim/v2/dir_1/Users?filter=userName%20eq%20%22a%2Fb%22',
      body: '{"userName":"mia"}',
      headers: { authorization: 'Bearer gh_scim_1', 'content-type': 'application/scim+json' },
    });
    expect(seen[0]!.headers).not.toHaveProperty('cookie');
  });

  it('reaches nothing else at directory-sync', async () => {
    const { port } = new URL(gateway.url);
    const { request } = await import('node:http');
    for (const path of ['/scim/v2/../../health/live', '/scim/v2/%2e%2e/internal', '/scim/v2/dir_1/..']) {
      const status = await new Promise((resolve) =>
        request({ port, path, host: '127.0.0.1' }, (response) => resolve(response.resume().statusCode)).end(),
      );
      expect(status).toBe(404);
    }
    expect(seen).toEqual([]);
  });
});

describe('pages', () => {
  it('are the console for a browser, under a strict policy, and never for an API path', async () => {
    const page = await fetch(`${gateway.url}/sign-in`);
    expect([200, 404]).toContain(page.status);
    if (page.status === 200) {
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
      expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    }
    for (const path of [
      '/auth/nothing',
      '/api/nothing',
      '/internal/x',
      '/scim',
      '/saml/x/y/z',
      '/assets/..%2f..%2fpackage.json',
    ]) {
      const { status, headers } = await fetch(gateway.url + path);
      expect([status, headers.get('content-type')], path).toEqual([
        404,
        expect.stringContaining('application/problem+json'),
      ]);
    }
  });
});
