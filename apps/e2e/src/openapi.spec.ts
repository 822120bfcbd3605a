import { eventually, hasKafka } from '@gatehouse/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from './deployment/deployment.js';
import { type Answer, send } from './examples.fixture.js';
import { claimedDomain, demoDns, expectStatus } from './support/account-of.js';
import { activate, demoProvider, succeededTest, testedConnection } from './support/connection.js';
import { furnishedAccount, type FurnishedAccount } from './support/furnished-account.js';
import { type Mailbox, mailbox } from './support/mailbox.js';
import { document, type Operation, operations, pathOf } from './support/operations.js';
import { inSetup, withToken } from './support/person.js';
import { startFor } from './support/start-for.js';

interface World {
  deployment: Deployment;
  url: string;
  account: FurnishedAccount;
  base: string;
  mail: Mailbox;
  person: { email: string; password: string };
  /** Of the account's own active connection, and a test that succeeded. */
  connectionId: string;
  testId: string;
}

let world: World;

const unique = () => randomBytes(4).toString('hex');
const key = (method: string, path: string, body?: unknown) =>
  world.account.byKey(method, `${world.base}${path}`, body);
const operator = (method: string, path: string, body?: unknown) =>
  world.account.byOperator(method, `/api/v1${path}`, body);
const anybody = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  send(`${world.url}${path}`, { method, body, headers: { origin: world.url, ...headers } });
const made = async (pending: Promise<Answer>) => String((await expectStatus(pending, 201))['id']);

const newAccount = () => {
  const slug = `oa-${unique()}`;
  const owner = { email: `owner@${slug}.test`, name: 'Olga' };
  return operator('POST', '/accounts', { name: 'OpenAPI', slug, plan: 'enterprise', owner });
};
const newDomain = () => claimedDomain({ call: key }, `${unique()}.${world.account.slug}.test`);
const newKey = () => key('POST', '/api-keys', { name: 'Another', role: 'member' });
const newLink = () => key('POST', '/setup-links', { domainIds: [world.account.domain.id] });
const newDirectory = () => key('POST', '/directories', { name: 'Another' });
const newConnection = () =>
  key('POST', '/connections', {
    ...{ protocol: 'oidc', provider: 'oidc', name: 'Another', domainIds: [world.account.domain.id] },
  });
const invite = () => key('POST', '/members', { email: `${unique()}@elsewhere.test`, role: 'member' });
const connection = () => `/connections/${world.connectionId}`;

async function provedDomain(): Promise<string> {
  const { id, proof } = await newDomain();
  await demoDns(world.deployment.demo.idp.url)(proof);
  return id;
}

/** Accepts an invitation; answers it with its token, and what is needed to come back. */
async function accept(): Promise<{ answer: Answer; email: string; password: string }> {
  const email = `${unique()}@elsewhere.test`;
  const invited = await expectStatus(key('POST', '/members', { email, role: 'member' }), 201);
  const token = new URL(String(invited['invitationUrl'])).hash.slice(1);
  const password = 'four words of mine';
  const answer = await eventually(async () => {
    const tried = await anybody('POST', '/auth/invitations/accept', { token, name: 'Ina', password });
    expect(tried.status, JSON.stringify(tried.body)).not.toBe(404);
    return tried;
  });
  return { answer, email, password };
}

const cookieOf = ({ headers }: Answer) =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

/** A set-up session of its own. */
async function setup(method: string, path: string, body?: unknown): Promise<Answer> {
  const link = await expectStatus(newLink(), 201);
  const { call } = await inSetup(world.url, String(link['url']));
  return call(method, `/api/v1/setup${path}`, body);
}

/** How each operation is called rightly. */
const rows: Record<string, () => Promise<Answer>> = {
  getJwks: () => anybody('GET', '/.well-known/jwks.json'),

  listAccounts: () => operator('GET', '/accounts?limit=1'),
  createAccount: newAccount,
  closeAccount: async () => operator('DELETE', `/accounts/${await made(newAccount())}`),
  getAccount: () => key('GET', ''),
  updateAccount: () => operator('PATCH', `/accounts/${world.account.id}`, { plan: 'enterprise' }),
  createRecoveryLink: () => operator('POST', `/accounts/${world.account.id}/recovery-links`, {}),

  listApiKeys: () => key('GET', '/api-keys?limit=1'),
  createApiKey: newKey,
  deleteApiKey: async () => key('DELETE', `/api-keys/${await made(newKey())}`),
  listAuditEntries: () => key('GET', '/audit?limit=2'),
  verifyAuditLog: () => key('GET', '/audit/verification'),

  listMembers: () => key('GET', '/members?limit=2'),
  inviteMember: invite,
  changeMemberRole: async () => key('PATCH', `/members/${await made(invite())}`, { role: 'admin' }),
  removeMember: async () => key('DELETE', `/members/${await made(invite())}`),
  listSessions: () => key('GET', '/sessions?limit=1'),
  endSession: async () => {
    const { email } = await accept();
    return eventually(async () => {
      const { items } = (await expectStatus(key('GET', '/sessions?limit=200'), 200)) as {
        items: { id: string; email: string }[];
      };
      const session = items.find((each) => each.email === email);
      if (!session) throw new Error(`No session of ${email} in ${JSON.stringify(items)}`);
      return key('DELETE', `/sessions/${session.id}`);
    });
  },
  getSsoPolicy: () => key('GET', '/sso/policy'),
  putSsoPolicy: () =>
    key('PUT', '/sso/policy', {
      enforcement: 'monitor',
      exempt: 'owners',
      jitProvisioning: true,
    }),

  listDomains: () => key('GET', '/domains'),
  claimDomain: () => key('POST', '/domains', { name: `${unique()}.${world.account.slug}.test` }),
  removeDomain: async () => key('DELETE', `/domains/${(await newDomain()).id}`),
  verifyDomain: async () => key('POST', `/domains/${await provedDomain()}/verify`),
  enableDomain: async () => {
    const id = await provedDomain();
    await expectStatus(key('POST', `/domains/${id}/verify`), 200);
    return key('POST', `/domains/${id}/enable`);
  },
  disableDomain: async () => {
    const id = await provedDomain();
    for (const step of ['verify', 'enable']) await expectStatus(key('POST', `/domains/${id}/${step}`), 200);
    return key('POST', `/domains/${id}/disable`);
  },

  listConnections: () => key('GET', '/connections'),
  createConnection: newConnection,
  removeConnection: async () => key('DELETE', `/connections/${await made(newConnection())}`),
  getConnection: () => key('GET', connection()),
  changeConnection: async () =>
    key('PATCH', `/connections/${await made(newConnection())}`, { name: 'Named' }),
  configureSaml: async () => key('PUT', `${connection()}/saml`, await samlSettings()),
  configureOidc: async () => {
    const made = (await expectStatus(newConnection(), 201)) as {
      id: string;
      relyingParty: { redirectUri: string };
    };
    const settings = await demoProvider(world.deployment.demo.idp.url).registerOidc(made.relyingParty);
    return key('PUT', `/connections/${made.id}/oidc`, settings);
  },
  startConnectionTest: () => key('POST', `${connection()}/test`),
  listConnectionTests: () => key('GET', `${connection()}/tests`),
  getConnectionTest: () => key('GET', `${connection()}/tests/${world.testId}`),
  disableConnection: () => key('POST', `${connection()}/disable`),
  activateConnection: async () => {
    await succeededTest(key, connection(), world.person);
    return eventually(async () => {
      const answer = await key('POST', `${connection()}/activate`);
      expect(answer.body['code']).not.toBe('connection_untested');
      return answer;
    });
  },

  listSetupLinks: () => key('GET', '/setup-links'),
  createSetupLink: newLink,
  revokeSetupLink: async () => key('DELETE', `/setup-links/${await made(newLink())}`),
  exchangeSetupLink: async () => {
    const link = await expectStatus(newLink(), 201);
    const token = new URL(String(link['url'])).hash.slice(1);
    return anybody('POST', '/api/v1/setup/exchange', { token });
  },
  readSetup: () => setup('GET', ''),
  saveSetupProgress: () => setup('PUT', '/progress', { step: 'values' }),
  completeSetup: () => setup('POST', '/complete'),

  listDirectories: () => key('GET', '/directories'),
  createDirectory: newDirectory,
  getDirectory: () => key('GET', `/directories/${world.account.directory.id}`),
  updateDirectory: () => key('PATCH', `/directories/${world.account.directory.id}`, { name: 'Named' }),
  deleteDirectory: async () => key('DELETE', `/directories/${await made(newDirectory())}`),
  listDirectoryTokens: () => key('GET', `/directories/${world.account.directory.id}/tokens`),
  createDirectoryToken: async () => key('POST', `/directories/${await made(newDirectory())}/tokens`),
  deleteDirectoryToken: async () => {
    const path = `/directories/${await made(newDirectory())}/tokens`;
    return key('DELETE', `${path}/${await made(key('POST', path))}`);
  },

  discoverSignIn: () => anybody('POST', '/auth/discover', { email: world.account.owner.email }),
  acceptInvitation: async () => (await accept()).answer,
  signInByPassword: async () => {
    const { email, password } = await accept();
    return anybody('POST', '/auth/password', { email, password });
  },
  requestPasswordReset: () =>
    anybody('POST', '/auth/password/reset-request', { email: world.account.owner.email }),
  resetPassword: async () => {
    const { email } = await accept();
    await expectStatus(anybody('POST', '/auth/password/reset-request', { email }), 202);
    const text = await eventually(() => world.mail.to(email, '/reset#'));
    const token = text.split('/reset#')[1]?.split(/\s/)[0];
    return anybody('POST', '/auth/password/reset', { token, password: 'other words of mine' });
  },
  getSession: () => anybody('GET', '/auth/session', undefined, { cookie: world.account.owner.cookie }),
  signOut: async () => {
    const cookie = cookieOf((await accept()).answer);
    const session = await anybody('GET', '/auth/session', undefined, { cookie });
    const token = String(session.body['csrfToken']);
    return anybody('POST', '/auth/sign-out', undefined, { cookie, 'x-csrf-token': token });
  },
};

async function samlSettings(): Promise<unknown> {
  const found = await expectStatus(key('GET', connection()), 200);
  return demoProvider(world.deployment.demo.idp.url).registerSaml(
    found['serviceProvider'] as { entityId: string; acsUrl: string },
  );
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
// @ts-expect-error -- its types describe a CommonJS default export, which Node gives as it is
addFormats(ajv);
ajv.addSchema({ $id: 'openapi', ...document });

function expectValid(schema: unknown, body: unknown, what: string): void {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"openapi#/components/');
  const validate = ajv.compile(JSON.parse(text) as object);
  expect(validate(body), `${what}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`).toBe(true);
}

/** What is wrong about a call, in the order of preference: each has a documented answer. */
function wrongly(operation: Operation): Promise<Answer> | undefined {
  const { method, operationId, credentials, hasBody } = operation;
  const values = { testId: `test_${'0'.repeat(26)}`, ...world.account.ids };
  const path = pathOf(operation, values);
  if (hasBody) return world.account.byOperator(method, path, { unexpected: 'member' });
  if (credentials.length > 0) return withToken(world.url)(method, path);
  if (operationId === 'signOut') return anybody(method, path, undefined, { origin: 'https://evil.example' });
  if (operationId === 'getSession') return anybody(method, path);
  return undefined;
}

/** Nothing can be wrong about these. */
const alwaysRight = ['getJwks'];

describe.skipIf(process.env.DEPLOYMENT === 'separate' && !hasKafka())('the OpenAPI document', () => {
  beforeAll(async () => {
    const mail = await mailbox();
    const deployment = await startFor({ SMTP_URL: mail.url });
    const account = await furnishedAccount(deployment);
    const base = `/api/v1/accounts/${account.id}`;
    const provider = demoProvider(deployment.demo.idp.url);
    const person = await provider.hire(`pat@${account.domain.name}`);
    world = {
      ...{ deployment, url: deployment.url, account, base, mail, person },
      ...{ connectionId: '', testId: '' },
    };
    world.connectionId = await testedConnection(key, provider, {
      protocol: 'saml',
      domainId: account.domain.id,
      person,
    });
    await expectStatus(
      key('PUT', '/sso/policy', { enforcement: 'off', exempt: 'owners', jitProvisioning: true }),
      200,
    );
    await activate(key, world.connectionId);
    world.testId = await succeededTest(key, connection(), person);
  });
  afterAll(async () => {
    await world?.deployment.close();
    await world?.mail.close();
  });

  it('is the one that the deployment serves', async () => {
    expect((await anybody('GET', '/api/openapi.json')).body).toEqual(document);
  });

  it('has a row here for each of its operations, and no others', () => {
    expect(Object.keys(rows).toSorted()).toEqual(operations.map(({ operationId }) => operationId).toSorted());
  });

  it.each(operations.map((operation) => [operation.operationId, operation] as const))(
    '%s, called wrongly, answers with a documented problem',
    async (operationId, operation) => {
      const pending = wrongly(operation);
      if (pending === undefined) return expect(alwaysRight).toContain(operationId);
      const { status, headers, body } = await pending;
      expect(headers.get('content-type')).toContain('application/problem+json');
      expect([...operation.problems.keys()], JSON.stringify(body)).toContain(status);
      expect(operation.problems.get(status)).toContain(body['code']);
      expectValid(document.components.schemas['Problem'], body, operationId);
    },
  );

  it.each(operations.map((operation) => [operation.operationId, operation] as const))(
    '%s, called rightly, answers as documented',
    async (operationId, operation) => {
      const row = rows[operationId] as () => Promise<Answer>;
      const { status, body } = await row();
      expect([...operation.responses.keys()], JSON.stringify(body)).toContain(status);
      const schema = operation.responses.get(status);
      if (schema) expectValid(schema, body, operationId);
      else expect(body).toEqual({ text: '' });
    },
  );
});
