import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser, Gateway, PUBLIC_URL } from '../gateway.fixture.js';
import { escapeHtml } from './pages.js';
import { SignInMaintenance } from './maintenance.service.js';
import { samlConfig, Tenant, Visitor } from './sign-in.fixture.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.close());

const discover = async (email: string) => {
  const { status, body } = await new Browser(gateway.url).fetch('/auth/discover', {
    method: 'POST',
    body: { email },
  });
  return { status, body: body as unknown };
};

describe('discovery by email', () => {
  it('leads to the connection of the domain, whoever it is', async () => {
    const tenant = await Tenant.create(gateway);
    const email = `nobody-knows@${tenant.domain}`;
    const found = {
      status: 200,
      body: { method: 'sso', url: `${PUBLIC_URL}/auth/sso?email=${encodeURIComponent(email)}` },
    };
    expect(await discover(email)).toEqual(found);
    expect(await discover(email.toUpperCase())).toEqual(found);
  });

  it('answers alike for unknown domains, subdomains, lost domains, disabled connections and what is no address', async () => {
    const [tenant, lost, disabled] = [
      await Tenant.create(gateway),
      await Tenant.create(gateway),
      await Tenant.create(gateway),
    ];
    await gateway.domain(lost.domain, lost.account.id, 'lost');
    await disabled.change({ status: 'disabled' });
    const addresses = [
      'a@unknown.test',
      `a@mail.${tenant.domain}`,
      `a@${lost.domain}`,
      `a@${disabled.domain}`,
      `a@${tenant.domain}@x`,
      'hello',
    ];
    for (const email of addresses)
      expect(await discover(email)).toEqual({ status: 200, body: { method: 'password' } });
  });

  it('routes a domain that changed hands to its new owner alone', async () => {
    const [tenant, other] = [await Tenant.create(gateway), await Tenant.create(gateway)];
    await gateway.domain(tenant.domain, other.account.id, 'enabled');
    expect((await discover(`a@${tenant.domain}`)).body).toEqual({ method: 'password' });
  });
});

describe('the start of a sign-in', () => {
  it('is refused without an active connection', async () => {
    const visitor = new Visitor(gateway.url);
    for (const path of [
      '/auth/sso',
      '/auth/sso?email=a@unknown.test',
      '/auth/sso?email=a&email=b',
      '/auth/sso/conn_x',
    ]) {
      expect((await visitor.visit(path)).status).toBe(403);
    }
    expect(visitor.cookie).toBe('');
  });

  it('goes by our own, escaped form where the provider takes requests by post', async () => {
    const tenant = await Tenant.create(gateway, async (idp) => ({
      saml: { ...samlConfig(idp), ssoBinding: 'post', ssoUrl: 'https://idp.example/sso?a="><script>' },
      oidc: null,
    }));
    const page = await new Visitor(gateway.url).visit(`/auth/sso/${tenant.connection.id}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('action="https://idp.example/sso?a=&#34;&#62;&#60;script&#62;"');
    expect(page.text).toMatch(/name="SAMLRequest" value="[\w+/=]+"/);
  });
});

it('what has served is deleted, and what is open stays', async () => {
  const tenant = await Tenant.create(gateway);
  const old = await tenant.start(new Visitor(gateway.url));
  const open = await tenant.start(new Visitor(gateway.url));
  await gateway.database.query(
    "update sign_in_requests set expires_at = clock_timestamp() - interval '1 second' where id = $1",
    [old],
  );
  await gateway.get(SignInMaintenance).prune();
  const rows = await gateway.database.query('select id from sign_in_requests where id = any($1)', [
    [old, open],
  ]);
  expect(rows).toEqual([{ id: open }]);
});

it('escapes what it shows', () => {
  expect(escapeHtml(`<a href="x" title='y'>&`)).toBe('&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;');
});
