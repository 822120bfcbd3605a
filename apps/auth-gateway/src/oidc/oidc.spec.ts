import { parseSealingKeys, seal } from '@gatehouse/contracts';
import { startTestProvider } from '@gatehouse/oidc/testing';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Gateway, PUBLIC_URL } from '../gateway.fixture.js';
import { type Page, Tenant, Visitor } from '../sign-in/sign-in.fixture.js';

let gateway: Gateway;
let provider: Awaited<ReturnType<typeof startTestProvider>>;
const SEALING_KEYS = randomBytes(32).toString('base64url');

beforeAll(async () => {
  provider = await startTestProvider();
  gateway = await Gateway.start({ SEALING_KEYS, ALLOWED_PRIVATE_ORIGINS: provider.issuer });
});
afterAll(async () => {
  await gateway.close();
  await provider.close();
});

async function oidcTenant(): Promise<Tenant> {
  return Tenant.create(gateway, async (_idp, connectionId, accountId) => {
    const {
      issuer,
      clientId,
      tokenAuthMethod,
      secret,
      scopes,
      authorizationEndpoint,
      tokenEndpoint,
      jwksUri,
    } = provider.connection();
    return {
      saml: null,
      oidc: {
        issuer,
        clientId,
        tokenAuthMethod,
        scopes: [...scopes],
        authorizationEndpoint,
        tokenEndpoint,
        jwksUri,
        sealedSecret: await seal(parseSealingKeys(SEALING_KEYS), { accountId, connectionId }, secret),
        userinfoEndpoint: null,
        issParameterSupported: false,
        idTokenSigningAlgs: ['RS256'],
      },
    };
  });
}

/** Starts, and prepares the provider for the code; the parameters that it sends back. */
async function start(
  tenant: Tenant,
  visitor: Visitor,
  email: string,
  address = `/auth/sso/${tenant.connection.id}`,
) {
  const { location } = await visitor.visit(address);
  const sent = new URL(location).searchParams;
  provider.answer(sent.get('nonce')!, (good) => {
    good.claims['sub'] = email.split('@')[0];
    good.claims['email'] = email;
  });
  return { code: 'code', state: sent.get('state')! };
}

const callback = (tenant: Tenant, visitor: Visitor, params: Record<string, string>): Promise<Page> =>
  visitor.visit(`/oidc/${tenant.connection.id}/callback?${new URLSearchParams(params).toString()}`);

it('signs a person in, once for each state', async () => {
  const tenant = await oidcTenant();
  const member = tenant.member('ada');
  const visitor = new Visitor(gateway.url);
  const params = await start(tenant, visitor, member.email);
  const [page, signedIn] = await Promise.all([
    callback(tenant, visitor, params),
    tenant.admit(member.email, { member }),
  ]);
  expect(page).toMatchObject({ status: 303, location: '/' });
  expect(signedIn).toMatchObject({ subject: 'ada', protocol: 'oidc', userId: null });
  expect(await visitor.authorize(tenant.account.id)).toBe('200');
  expect((await callback(tenant, visitor, params)).status).toBe(403);
  expect(await tenant.refusals()).toEqual(['state_unknown']);
});

it('takes the answer by form_post too', async () => {
  const tenant = await oidcTenant();
  const member = tenant.member('ada');
  const visitor = new Visitor(gateway.url);
  const params = await start(tenant, visitor, member.email);
  const path = `/oidc/${tenant.connection.id}/callback`;
  const [page] = await Promise.all([visitor.visit(path, params), tenant.admit(member.email, { member })]);
  expect(page.status).toBe(303);
});

it('refuses another browser, another connection, a repeated parameter and an error', async () => {
  const [tenant, other] = [await oidcTenant(), await oidcTenant()];
  const email = `ada@${tenant.domain}`;
  const visitor = new Visitor(gateway.url);
  expect((await callback(tenant, new Visitor(gateway.url), await start(tenant, visitor, email))).status).toBe(
    403,
  );
  expect((await callback(tenant, visitor, await start(other, visitor, email))).status).toBe(403);
  const { state } = await start(tenant, visitor, email);
  const twice = `/oidc/${tenant.connection.id}/callback?state=${state}&code=a&code=b`;
  expect((await visitor.visit(twice)).status).toBe(403);
  const denied = await callback(tenant, visitor, {
    state: (await start(tenant, visitor, email)).state,
    error: 'access_denied',
  });
  expect(denied.text).toContain('did not let you in');
  expect(await tenant.refusals()).toEqual([
    'browser_mismatch',
    'state_unknown',
    'parameters_malformed',
    'access_denied',
  ]);
  expect(visitor.hasSession).toBe(false);
});

it("refuses an address of another account's domain", async () => {
  const [tenant, victim] = [await oidcTenant(), await oidcTenant()];
  const visitor = new Visitor(gateway.url);
  expect((await callback(tenant, visitor, await start(tenant, visitor, `ada@${victim.domain}`))).status).toBe(
    403,
  );
  expect(await tenant.refusals()).toEqual(['email_domain_not_enabled']);
});

it('refuses a connection that was disabled meanwhile', async () => {
  const tenant = await oidcTenant();
  const visitor = new Visitor(gateway.url);
  const params = await start(tenant, visitor, `ada@${tenant.domain}`);
  await tenant.change({ status: 'disabled' });
  expect((await callback(tenant, visitor, params)).status).toBe(403);
  expect(await tenant.refusals()).toEqual(['connection_inactive']);
});

it('sends one redirect URI', async () => {
  const tenant = await oidcTenant();
  const { location } = await new Visitor(gateway.url).visit(`/auth/sso/${tenant.connection.id}`);
  expect(new URL(location).searchParams.get('redirect_uri')).toBe(
    `${PUBLIC_URL}/oidc/${tenant.connection.id}/callback`,
  );
});
