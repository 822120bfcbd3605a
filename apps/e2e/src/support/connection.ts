import { eventually } from '@gatehouse/testing';
import { expect } from 'vitest';
import { type Answer, send } from '../examples.fixture.js';
import { expectStatus } from './account-of.js';
import { HttpBrowser } from './http-browser.js';

type AccountCall = (method: string, path: string, body?: unknown) => Promise<Answer>;
export type Protocol = 'saml' | 'oidc';

/** What an identity provider is told of us, and what it tells us: the body of `PUT …/saml` or `…/oidc`. */
export interface IdentityProvider {
  registerSaml(serviceProvider: { entityId: string; acsUrl: string }): Promise<unknown>;
  registerOidc(relyingParty: { redirectUri: string }): Promise<unknown>;
}

/** The demo identity provider by its control API. */
export function demoProvider(idpUrl: string): IdentityProvider & {
  hire(email: string): Promise<{ id: string; email: string; password: string }>;
} {
  const post = (path: string, body?: unknown) => send(`${idpUrl}${path}`, { method: 'POST', body });
  return {
    async registerSaml({ entityId, acsUrl }) {
      await expectStatus(post('/api/saml/service-providers', { entityId, acsUrl }), 201);
      return { metadataUrl: `${idpUrl}/saml/metadata` };
    },
    async registerOidc({ redirectUri }) {
      const client = await expectStatus(post('/api/oidc/clients', { redirectUri }), 201);
      return { issuer: `${idpUrl}/oidc`, clientId: client['clientId'], clientSecret: client['clientSecret'] };
    },
    async hire(email) {
      const person = { email, firstName: 'Pat', lastName: 'Person', password: 'pat-the-passphrase' };
      const made = await expectStatus(post('/api/people', person), 201);
      await expectStatus(post(`/api/people/${String(made['id'])}/assign`), 200);
      return { id: String(made['id']), email, password: person.password };
    },
  };
}

/** A connection as an IT admin sets it up: registered, configured, and tested by a real sign-in. Answers its id. */
export async function testedConnection(
  call: AccountCall,
  provider: IdentityProvider,
  {
    protocol,
    domainId,
    person,
  }: {
    protocol: Protocol;
    domainId: string;
    person: { email: string; password: string };
  },
): Promise<string> {
  const made = (await expectStatus(
    call('POST', '/connections', { protocol, provider: protocol, name: protocol, domainIds: [domainId] }),
    201,
  )) as {
    id: string;
    serviceProvider: { entityId: string; acsUrl: string };
    relyingParty: { redirectUri: string };
  };
  const path = `/connections/${made.id}`;
  const settings =
    protocol === 'saml'
      ? await provider.registerSaml(made.serviceProvider)
      : await provider.registerOidc(made.relyingParty);
  await expectStatus(call('PUT', `${path}/${protocol}`, settings), 200);
  await succeededTest(call, path, person);
  return made.id;
}

/** A test sign-in that succeeds. Answers its id. */
export async function succeededTest(
  call: AccountCall,
  path: string,
  person: { email: string; password: string },
): Promise<string> {
  // The gateway hears of the settings a moment later.
  const test = await eventually(() => expectStatus(call('POST', `${path}/test`), 201));
  const page = await new HttpBrowser().signIn(String(test['url']), person);
  await eventually(async () => {
    const result = await expectStatus(call('GET', `${path}/tests/${String(test['id'])}`), 200);
    expect(result['status'], `${JSON.stringify(result)} after ${page.url}`).toBe('succeeded');
  });
  return String(test['id']);
}

/** The connection is active, which a test sign-in allows once it was heard of. */
export async function activate(call: AccountCall, connectionId: string): Promise<void> {
  await eventually(() => expectStatus(call('POST', `/connections/${connectionId}/activate`), 200));
}

/** Enters an address at Gatehouse and signs in where it leads; answers the session's cookie. */
export async function signInByEmail(
  url: string,
  person: { email: string; password: string },
): Promise<{ cookie: string; method: unknown }> {
  const browser = new HttpBrowser();
  const headers = { 'content-type': 'application/json', origin: url };
  const found = await eventually(async () => {
    const body = JSON.stringify({ email: person.email });
    const response = await browser.send(`${url}/auth/discover`, { method: 'POST', body, headers });
    const answer = (await response.json()) as { method: string; url?: string };
    expect(answer).toMatchObject({ method: 'sso' });
    return answer;
  });
  const page = await browser.signIn(new URL(found.url ?? '', url).href, person);
  const cookie = browser.cookieFor(url);
  const session = await eventually(async () => {
    const answer = await send(`${url}/auth/session`, { headers: { cookie } });
    expect(answer.status, `${JSON.stringify(answer.body)} after ${page.status} ${page.url}`).toBe(200);
    return answer.body as { authentications: { method: string }[] };
  });
  return { cookie, method: session.authentications.at(-1)?.method };
}
