import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AccountState, type Caller, MembershipChanged, newId } from '@gatehouse/contracts';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Browser, Gateway, memberOf, OPERATOR_TOKEN, PUBLIC_URL } from '../gateway.fixture.js';

interface Seen {
  service: string;
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Stands where the other services would, records what reaches them, and plays sso-config's one internal call. */
let seen: Seen[] = [];
let setupSession: { caller: Caller; csrfToken: string } | undefined;
const servers: Server[] = [];
let gateway: Gateway;

async function listen(service: string): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (request.url === '/internal/setup-sessions/resolve') {
        const known = setupSession
          ? JSON.stringify({ ...setupSession, expiresAt: '2030-01-01T00:00:00Z' })
          : JSON.stringify({ code: 'link_revoked', detail: 'Gone.' });
        return response.writeHead(setupSession ? 200 : 410).end(known);
      }
      seen.push({
        service,
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body,
      });
      return response
        .writeHead(request.url?.includes('missing') === true ? 404 : 200, {
          'content-type': 'application/json',
          'set-cookie': 'gh_setup=new; Path=/',
          'x-answer': service,
        })
        .end(JSON.stringify({ service }));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  gateway = await Gateway.start({
    ACCOUNT_URL: await listen('account'),
    SSO_CONFIG_URL: await listen('sso-config'),
    DIRECTORY_SYNC_URL: await listen('directory-sync'),
  });
});
afterAll(async () => {
  await gateway.close();
  for (const server of servers) server.close();
});
beforeEach(() => {
  seen = [];
  setupSession = undefined;
});

let count = 0;
async function admin(): Promise<{ account: AccountState; browser: Browser; userId: string }> {
  count += 1;
  const { account } = await gateway.enterprise(`edge${count}`, `edge${count}.test`);
  const member = memberOf(account, `ada@edge${count}.test`, { role: 'admin' });
  await gateway.publish(MembershipChanged, member);
  return { account, browser: await gateway.signIn(member), userId: member.userId };
}

/** The caller that the service was told, by a token made for it alone. */
async function callerOf({ service, headers }: Seen): Promise<Caller> {
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', gateway.url));
  const { payload } = await jwtVerify(headers.authorization!.slice(7), keys, {
    issuer: PUBLIC_URL,
    audience: `gatehouse:${service}`,
    algorithms: ['EdDSA'],
  });
  expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(60);
  return payload['caller'] as Caller;
}

const operator = { authorization: `Bearer ${OPERATOR_TOKEN}` };

describe('the edge', () => {
  it('tells each service who is asking, and passes on nothing else that could', async () => {
    const { account, browser, userId } = await admin();
    for (const [resource, service] of [
      ['members', 'account'],
      ['domains', 'sso-config'],
      ['directories', 'directory-sync'],
    ]) {
      seen = [];
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
    const { account } = await admin();
    const member = memberOf(account, `mia@edge${count}.test`);
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

describe('a set-up session', () => {
  async function holder() {
    const { account } = await admin();
    const caller: Caller = {
      kind: 'setup',
      linkId: newId('link'),
      setupSessionId: newId('setup'),
      domainIds: [],
      purposes: ['sso'],
      mayActivate: true,
      accountId: account.id,
      plan: 'enterprise',
    };
    setupSession = { caller, csrfToken: 'csrf-of-the-set-up-session' };
    const browser = new Browser(gateway.url);
    browser.take('gh_setup=gh_setup_secret');
    browser.csrfToken = setupSession.csrfToken;
    return { account, caller, browser };
  }

  it('is told as what sso-config says it is, and its cookie goes to sso-config alone', async () => {
    const { account, caller, browser } = await holder();
    const { headers } = await browser.fetch('/api/v1/setup');
    expect(await callerOf(seen[0]!)).toEqual(caller);
    expect(seen[0]!.headers.cookie).toBe('gh_setup=gh_setup_secret');
    expect(headers.get('set-cookie')).toContain('gh_setup=new');
    browser.take('gh_setup=gh_setup_secret');
    await browser.fetch(`/api/v1/accounts/${account.id}/directories`, {
      method: 'POST',
      body: { name: 'Okta' },
    });
    expect(await callerOf(seen[1]!)).toEqual(caller);
    expect(seen[1]!.headers).not.toHaveProperty('cookie');
  });

  it('needs its own token for writes, and reaches no other account', async () => {
    const { account, browser } = await holder();
    const other = await admin();
    const path = `/api/v1/accounts/${account.id}/connections`;
    expect(
      (await browser.fetch(path, { method: 'POST', body: {}, headers: { 'x-csrf-token': 'no' } })).code,
    ).toBe('csrf_invalid');
    expect((await browser.fetch(path, { method: 'POST', body: {} })).status).toBe(200);
    expect((await browser.fetch(`/api/v1/accounts/${other.account.id}/connections`)).code).toBe('not_found');
  });

  it('ends with its link', async () => {
    const { account, browser } = await holder();
    setupSession = undefined;
    expect((await browser.fetch('/api/v1/setup')).code).toBe('link_revoked');
    expect((await browser.fetch(`/api/v1/accounts/${account.id}/connections`)).code).toBe('link_revoked');
    expect(seen).toEqual([]);
  });

  it('does not stand in the way of opening another link', async () => {
    const { browser } = await holder();
    browser.csrfToken = '';
    expect(
      (await browser.fetch('/api/v1/setup/exchange', { method: 'POST', body: { token: 't' } })).status,
    ).toBe(200);
    expect(await callerOf(seen[0]!)).toEqual({ kind: 'anonymous' });
    expect(
      (
        await browser.fetch('/api/v1/setup/exchange', {
          method: 'POST',
          body: { token: 't' },
          headers: { origin: 'https://evil.example' },
        })
      ).code,
    ).toBe('csrf_invalid');
  });

  it('speaks for a browser in which a mere member is signed in too; an admin goes first', async () => {
    const { account, caller, browser } = await holder();
    const member = memberOf(account, `guest@elsewhere${count}.test`);
    await gateway.publish(MembershipChanged, member);
    browser.take((await gateway.signIn(member)).cookie);
    await browser.fetch(`/api/v1/accounts/${account.id}/connections`);
    expect(await callerOf(seen[0]!)).toEqual(caller);
    const owner = memberOf(account, `owner@edge${count}.test`, { role: 'owner' });
    await gateway.publish(MembershipChanged, owner);
    browser.take((await gateway.signIn(owner)).cookie);
    await browser.fetch(`/api/v1/accounts/${account.id}/connections`);
    expect(await callerOf(seen[1]!)).toMatchObject({ kind: 'user', userId: owner.userId });
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
