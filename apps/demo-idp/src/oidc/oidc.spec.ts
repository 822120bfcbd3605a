import { createHash, randomBytes } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formActionOf, post, testIdp, type TestIdp } from '../demo-idp.fixture.js';

const redirectUri = 'http://localhost:8080/oidc/conn_1/callback';
type Client = { clientId: string; clientSecret: string };
type Discovery = Record<'issuer' | 'authorization_endpoint' | 'token_endpoint' | 'jwks_uri', string>;

describe('OpenID Connect sign-in', () => {
  let idp: TestIdp;
  let client: Client;
  let discovery: Discovery;

  beforeAll(async () => {
    idp = await testIdp();
    client = (await idp.call('POST', '/api/oidc/clients', { redirectUri })).body as Client;
    discovery = (await (await fetch(`${idp.url}/oidc/.well-known/openid-configuration`)).json()) as Discovery;
  });
  afterAll(() => idp.remove());

  it('publishes its discovery document under its issuer', () => {
    expect(discovery.issuer).toBe(`${idp.url}/oidc`);
    expect(discovery.token_endpoint).toBe(`${idp.url}/oidc/token`);
  });

  it('signs a person in by the code flow with PKCE, and the ID token carries the claims', async () => {
    const { callback, verifier, nonce } = await signIn('ada@acme.test', 'ada-demo');
    expect(callback.searchParams.get('state')).toBe('state-1');
    const tokens = await exchange(callback.searchParams.get('code') as string, verifier);
    const { payload } = await jwtVerify(tokens.id_token, createRemoteJWKSet(new URL(discovery.jwks_uri)), {
      issuer: discovery.issuer,
      audience: client.clientId,
    });
    expect(payload).toMatchObject({ nonce, email: 'ada@acme.test', email_verified: true, given_name: 'Ada' });
  });

  it('exchanges a code once', async () => {
    const { callback, verifier } = await signIn('grace@acme.test', 'grace-demo');
    const code = callback.searchParams.get('code') as string;
    expect(await exchange(code, verifier)).toHaveProperty('id_token');
    expect(await exchange(code, verifier)).toMatchObject({ error: 'invalid_grant' });
  });

  it('gives no code without PKCE', async () => {
    const url = new URL(discovery.authorization_endpoint);
    url.search = new URLSearchParams({
      client_id: client.clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: redirectUri,
    }).toString();
    const location = new URL((await fetch(url, { redirect: 'manual' })).headers.get('location') as string);
    expect(location.searchParams.get('error')).toBe('invalid_request');
  });

  it('tells the application when somebody is not assigned', async () => {
    const { callback } = await signIn('edsger@acme.test', 'edsger-demo');
    expect(callback.searchParams.get('error')).toBe('access_denied');
    expect(callback.searchParams.get('error_description')).toContain('is not assigned');
  });

  it('asks again after a wrong password', async () => {
    const browser = new Browser();
    const { page } = await begin(browser);
    const answer = await browser.post(idp.url + formActionOf(page), {
      email: 'ada@acme.test',
      password: 'wrong',
    });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('Email or password is wrong.');
  });

  async function begin(browser: Browser) {
    const verifier = randomBytes(32).toString('base64url');
    const nonce = randomBytes(16).toString('hex');
    const url = new URL(discovery.authorization_endpoint);
    url.search = new URLSearchParams({
      ...{
        client_id: client.clientId,
        response_type: 'code',
        scope: 'openid email profile',
        redirect_uri: redirectUri,
      },
      ...{ state: 'state-1', nonce, code_challenge_method: 'S256' },
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    }).toString();
    const interaction = await browser.get(url.href);
    const page = await (
      await browser.get(new URL(interaction.headers.get('location') as string, url).href)
    ).text();
    return { page, verifier, nonce };
  }

  async function signIn(email: string, password: string) {
    const browser = new Browser();
    const { page, verifier, nonce } = await begin(browser);
    let answer = await browser.post(idp.url + formActionOf(page), { email, password });
    let location = new URL(answer.headers.get('location') as string, idp.url);
    while (location.origin === idp.url) {
      answer = await browser.get(location.href);
      location = new URL(answer.headers.get('location') as string, idp.url);
    }
    return { callback: location, verifier, nonce };
  }

  async function exchange(code: string, verifier: string): Promise<{ id_token: string }> {
    const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64');
    const fields = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    };
    const response = await post(discovery.token_endpoint, fields, { authorization: `Basic ${basic}` });
    return (await response.json()) as { id_token: string };
  }
});

/** Keeps cookies and follows nothing by itself. */
class Browser {
  private readonly cookies = new Map<string, string>();

  get(url: string): Promise<Response> {
    return this.send(url, {});
  }

  post(url: string, fields: Record<string, string>): Promise<Response> {
    return this.send(url, { method: 'POST', body: new URLSearchParams(fields) });
  }

  private async send(url: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const header of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (name) this.cookies.set(name, value ?? '');
    }
    return response;
  }
}
