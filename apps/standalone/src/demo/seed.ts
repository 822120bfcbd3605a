import { StartError } from '../start-error.js';
import { call, untilDone } from './api.js';
import { Browser } from './browser.js';

export interface DemoFile {
  url: string;
  operatorToken: string;
  accounts: { id: string; slug: string; apiKey: string; owner: { email: string; password: string } }[];
  directory: { id: string; baseUrl: string; token: string };
  idp: { url: string; users: { email: string; password: string }[] };
}

/** Public on purpose: the demo refuses to run on anything but localhost. */
export const OWNER = { email: 'owner@acme.test', name: 'Olivia Owner', password: 'demo-owner-passphrase' };
const SLUG = 'acme';
const DOMAIN = 'acme.test';

interface Person {
  id: string;
  email: string;
  password: string;
}

/** Walks the journey of a new account through the public API, as its admin and IT admin would. */
export async function seedDemo(url: string, idpUrl: string, operatorToken: string): Promise<DemoFile> {
  await refuseHalfMade(url, operatorToken);
  const account = await createAccount(url, operatorToken);
  const domainId = await enableDomain(url, idpUrl, account.id, account.apiKey);
  await connect(url, idpUrl, account.id, account.apiKey, domainId);
  const directory = await syncDirectory(url, idpUrl, account.id, account.apiKey);
  const { people } = await call<{ people: Person[] }>(idpUrl, 'GET', '/api/people', undefined);
  return {
    url,
    operatorToken,
    accounts: [{ ...account, owner: { email: OWNER.email, password: OWNER.password } }],
    directory,
    idp: { url: idpUrl, users: people.map(({ email, password }) => ({ email, password })) },
  };
}

/** A first start that was ended while it set the demo up; nothing of it can be missed. */
async function refuseHalfMade(url: string, operatorToken: string): Promise<void> {
  const { items } = await untilDone('accounts', () =>
    call<{ items: { slug: string }[] }>(url, 'GET', '/api/v1/accounts?limit=200', operatorToken),
  );
  if (!items.some(({ slug }) => slug === SLUG)) return;
  throw new StartError(
    `The demo of an earlier start was not finished, or its demo.json is gone. Begin anew by "npm start -- --reset", or start without the demo by DEMO=0.`,
  );
}

async function createAccount(
  url: string,
  operatorToken: string,
): Promise<{ id: string; slug: string; apiKey: string }> {
  const account = await untilDone('account', () =>
    call<{ id: string; invitationUrl: string }>(url, 'POST', '/api/v1/accounts', operatorToken, {
      name: 'Acme',
      slug: SLUG,
      plan: 'enterprise',
      owner: { email: OWNER.email, name: OWNER.name },
    }),
  );
  const token = new URL(account.invitationUrl).hash.slice(1);
  const browser = new Browser();
  await untilDone('invitation', async () => {
    const body = JSON.stringify({ token, name: OWNER.name, password: OWNER.password });
    const page = await browser.open(`${url}/auth/invitations/accept`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', origin: url },
    });
    if (page.status >= 300) throw new Error(page.body);
  });
  const apiKey = await untilDone('API key', async () => {
    const session = JSON.parse((await browser.open(`${url}/auth/session`)).body) as { csrfToken: string };
    const page = await browser.open(`${url}/api/v1/accounts/${account.id}/api-keys`, {
      method: 'POST',
      body: JSON.stringify({ name: 'Demo scripts', role: 'owner' }),
      headers: { 'content-type': 'application/json', origin: url, 'x-csrf-token': session.csrfToken },
    });
    if (page.status !== 201) throw new Error(page.body);
    return (JSON.parse(page.body) as { key: string }).key;
  });
  return { id: account.id, slug: SLUG, apiKey };
}

async function enableDomain(url: string, idpUrl: string, accountId: string, apiKey: string): Promise<string> {
  const domains = `/api/v1/accounts/${accountId}/domains`;
  const domain = await untilDone('domain', () =>
    call<{ id: string; proof: { name: string; value: string } }>(url, 'POST', domains, apiKey, {
      name: DOMAIN,
    }),
  );
  await call(idpUrl, 'POST', '/api/dns', undefined, {
    name: domain.proof.name,
    type: 'TXT',
    value: domain.proof.value,
  });
  await untilDone('domain proof', () => call(url, 'POST', `${domains}/${domain.id}/verify`, apiKey));
  await call(url, 'POST', `${domains}/${domain.id}/enable`, apiKey);
  return domain.id;
}

async function connect(
  url: string,
  idpUrl: string,
  accountId: string,
  apiKey: string,
  domainId: string,
): Promise<void> {
  const connections = `/api/v1/accounts/${accountId}/connections`;
  const connection = await untilDone('connection', () =>
    call<{ id: string; serviceProvider: { entityId: string; acsUrl: string } }>(
      url,
      'POST',
      connections,
      apiKey,
      { protocol: 'saml', provider: 'saml', name: 'Demo identity provider', domainIds: [domainId] },
    ),
  );
  const path = `${connections}/${connection.id}`;
  await call(idpUrl, 'POST', '/api/saml/service-providers', undefined, {
    entityId: connection.serviceProvider.entityId,
    acsUrl: connection.serviceProvider.acsUrl,
  });
  await call(url, 'PUT', `${path}/saml`, apiKey, { metadataUrl: `${idpUrl}/saml/metadata` });
  const { people } = await call<{ people: Person[] }>(idpUrl, 'GET', '/api/people', undefined);
  const person = people[0];
  if (!person) throw new Error('The demo identity provider has no people');
  await testSignIn(url, path, apiKey, person);
  await untilDone('activation', () => call(url, 'POST', `${path}/activate`, apiKey));
}

async function testSignIn(url: string, path: string, apiKey: string, person: Person): Promise<void> {
  const test = await untilDone('test sign-in', () =>
    call<{ id: string; url: string }>(url, 'POST', `${path}/test`, apiKey),
  );
  const browser = new Browser();
  let page = await browser.open(test.url);
  for (let steps = 0; page.form && steps < 5; steps += 1) {
    page = await browser.submit(
      page.form,
      'password' in page.form.fields ? { email: person.email, password: person.password } : {},
    );
  }
  await untilDone('test result', async () => {
    const result = await call<{ status: string; code?: string }>(
      url,
      'GET',
      `${path}/tests/${test.id}`,
      apiKey,
    );
    if (result.status !== 'succeeded') throw new Error(`${result.status} ${result.code ?? ''}`);
  });
}

async function syncDirectory(
  url: string,
  idpUrl: string,
  accountId: string,
  apiKey: string,
): Promise<DemoFile['directory']> {
  const directories = `/api/v1/accounts/${accountId}/directories`;
  const directory = await untilDone('directory', () =>
    call<{ id: string; baseUrl: string }>(url, 'POST', directories, apiKey, {
      name: 'Demo directory',
      dialect: 'lenient',
    }),
  );
  const { token } = await call<{ token: string }>(
    url,
    'POST',
    `${directories}/${directory.id}/tokens`,
    apiKey,
    {},
  );
  await call(idpUrl, 'POST', '/api/scim', undefined, { baseUrl: directory.baseUrl, token });
  const { people } = await call<{ people: Person[] }>(idpUrl, 'GET', '/api/people', undefined);
  for (const person of people)
    await untilDone('assignment', () => call(idpUrl, 'POST', `/api/people/${person.id}/assign`, undefined));
  return { id: directory.id, baseUrl: directory.baseUrl, token };
}
