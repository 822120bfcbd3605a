import { eventually, hasKafka } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from './deployment/deployment.js';
import { startDeployment } from './deployment/start.js';
import { type Answer, send } from './examples.fixture.js';
import { furnishedAccount, type FurnishedAccount } from './support/furnished-account.js';
import { expectStatus, membersOf } from './support/account-of.js';
import { operations, pathOf } from './support/operations.js';
import { authorize, type Call, inBrowser, withToken } from './support/person.js';

/** A valid body for each operation that takes one: what refuses is the account, not the form. */
const bodies: Record<string, (other: FurnishedAccount) => unknown> = {
  updateAccount: () => ({ name: 'Taken over' }),
  createApiKey: () => ({ name: 'Mine', role: 'owner' }),
  createConnection: ({ domain }) => ({
    ...{ protocol: 'oidc', provider: 'oidc', name: 'Mine', domainIds: [domain.id] },
  }),
  changeConnection: () => ({ name: 'Mine' }),
  configureOidc: () => ({ issuer: 'https://idp.example', clientId: 'mine', clientSecret: 'mine' }),
  configureSaml: () => ({ metadataXml: '<EntityDescriptor/>' }),
  createDirectory: () => ({ name: 'Mine' }),
  updateDirectory: () => ({ name: 'Mine' }),
  claimDomain: () => ({ name: 'mine.test' }),
  inviteMember: () => ({ email: 'mine@mine.test', role: 'owner' }),
  changeMemberRole: () => ({ role: 'owner' }),
  createRecoveryLink: () => ({}),
  createSetupLink: ({ domain }) => ({ domainIds: [domain.id] }),
  putSsoPolicy: () => ({ enforcement: 'off', exempt: 'nobody', jitProvisioning: true }),
};

const ofAccounts = operations.filter(({ parameters }) => parameters.includes('accountId'));
const ofObjects = ofAccounts.filter(({ parameters }) => parameters.length > 1);
const nobodys = `01h${'0'.repeat(23)}`;
/** Well formed, and no object has them: what is another account's must look the same. */
const unknownIds = {
  ...{ accountId: `acct_${nobodys}`, domainId: `dom_${nobodys}`, memberId: `mem_${nobodys}` },
  ...{ connectionId: `conn_${nobodys}`, testId: `test_${nobodys}`, linkId: `link_${nobodys}` },
  ...{ directoryId: `dir_${nobodys}`, tokenId: `dtok_${nobodys}`, keyId: `key_${nobodys}` },
  sessionId: `sess_${nobodys}`,
};

describe.skipIf(process.env.DEPLOYMENT === 'separate' && !hasKafka())('two accounts side by side', () => {
  let deployment: Deployment;
  let ours: FurnishedAccount;
  let theirs: FurnishedAccount;
  let before: unknown;
  let callers: Record<string, Call>;

  beforeAll(async () => {
    deployment = await startDeployment();
    ours = await furnishedAccount(deployment);
    theirs = await furnishedAccount(deployment);
    before = await everythingOf(ours);
    callers = {
      'an API key': theirs.byKey,
      'a session': theirs.byBrowser,
      'a set-up session': theirs.inSetup,
      'a SCIM token': withToken(deployment.url, theirs.directory.token),
      nothing: withToken(deployment.url),
    };
  });
  afterAll(() => deployment?.close());

  it('has a body for every operation that takes one', () => {
    const missing = ofAccounts.filter(({ hasBody, operationId }) => hasBody && !(operationId in bodies));
    expect(missing.map(({ operationId }) => operationId)).toEqual([]);
  });

  it.each(['an API key', 'a session', 'a set-up session', 'a SCIM token', 'nothing'])(
    'refuses %s of the other account for every operation alike',
    async (credential) => {
      const call = callers[credential] as Call;
      for (const operation of ofAccounts) {
        const { method, operationId } = operation;
        const body = bodies[operationId]?.(ours);
        const answer = await call(method, pathOf(operation, { ...unknownIds, ...ours.ids }), body);
        expectRefused(answer, `${operationId} with ${credential}`);
        const nowhere = await call(method, pathOf(operation, unknownIds), body);
        expect([answer.status, answer.body['code'], answer.body['detail']], operationId).toEqual([
          ...[nowhere.status, nowhere.body['code'], nowhere.body['detail']],
        ]);
      }
      expect(await everythingOf(ours)).toEqual(before);
    },
  );

  it('finds no object of the other account under an account of its own', async () => {
    for (const operation of ofObjects) {
      const path = pathOf(operation, { ...unknownIds, ...ours.ids, accountId: theirs.id });
      const answer = await theirs.byKey(operation.method, path, bodies[operation.operationId]?.(theirs));
      expect([answer.status, answer.body['code']], operation.operationId).toEqual([404, 'not_found']);
    }
    expect(await everythingOf(ours)).toEqual(before);
  });

  it('lets no body name an object of the other account', async () => {
    const base = `/api/v1/accounts/${theirs.id}`;
    const domainIds = [ours.domain.id];
    const link = await theirs.byKey('POST', `${base}/setup-links`, { domainIds });
    const connection = { protocol: 'saml', provider: 'saml', name: 'Mine', domainIds };
    const made = await theirs.byKey('POST', `${base}/connections`, connection);
    for (const answer of [link, made]) expect([400, 404, 409]).toContain(answer.status);
    expect(await everythingOf(ours)).toEqual(before);
  });

  it('admits nobody to the other account at /authorize', async () => {
    for (const account of [ours.id, ours.slug]) {
      const bySession = await authorize(deployment.url, account, { cookie: theirs.owner.cookie });
      expect([bySession.status, bySession.body['code']]).toEqual([403, 'not_a_member']);
      const byKey = await authorize(deployment.url, account, { authorization: `Bearer ${theirs.key}` });
      expect([401, 403]).toContain(byKey.status);
    }
  });

  it('refuses a SCIM token at the other directory, as one that does not exist', async () => {
    const paths = ['/Users', '/Groups', '/Users/x', '/ServiceProviderConfig', '/Schemas', '/ResourceTypes'];
    for (const path of paths) {
      const headers = { authorization: `Bearer ${theirs.directory.token}` };
      const there = await send(ours.directory.baseUrl + path, { headers });
      const nowhere = await send(
        `${ours.directory.baseUrl.replace(/dir_.*/, 'dir_01h00000000000000000000000')}${path}`,
        { headers },
      );
      expect(there.status, path).toBe(401);
      expect([there.status, there.body['detail']]).toEqual([nowhere.status, nowhere.body['detail']]);
    }
  });

  it('shows a person who belongs to both, in each, what is there alone', async () => {
    const { email, cookie } = ours.member;
    const base = `/api/v1/accounts/${theirs.id}`;
    const invited = await expectStatus(
      theirs.byKey('POST', `${base}/members`, { email, role: 'admin' }),
      201,
    );
    const browser = await inBrowser(deployment.url, cookie);
    const token = new URL(String(invited['invitationUrl'])).hash.slice(1);
    await eventually(() =>
      expectStatus(browser('POST', '/auth/invitations/accept', { token, name: 'Mia' }), 200),
    );
    await eventually(async () =>
      expect((await authorize(deployment.url, theirs.id, { cookie })).status).toBe(200),
    );
    const [here, there] = await Promise.all(
      [ours, theirs].map(({ id }) => authorize(deployment.url, id, { cookie })),
    );
    expect(here?.headers.get('x-gatehouse-role')).toBe('member');
    expect(there?.headers.get('x-gatehouse-role')).toBe('admin');
    expect(here?.headers.get('x-gatehouse-user')).toBe(there?.headers.get('x-gatehouse-user'));
    expect((await browser('GET', `/api/v1/accounts/${ours.id}/members`)).status).toBe(403);
    const seen = await browser('GET', `${base}/members`);
    expect(seen.status).toBe(200);
    expect(JSON.stringify(seen.body)).not.toContain(ours.owner.email);

    await expectStatus(theirs.byKey('DELETE', `${base}/members/${String(invited['id'])}`), 204);
    await eventually(async () => {
      const answer = await authorize(deployment.url, theirs.id, { cookie });
      expect(answer.body['code']).toBe('not_a_member');
    });
    expect((await authorize(deployment.url, ours.id, { cookie })).status).toBe(200);
  });
});

function expectRefused({ status, body }: Answer, what: string): void {
  expect([401, 403, 404], `${what}: ${JSON.stringify(body)}`).toContain(status);
  const codes = [
    'not_found',
    'not_signed_in',
    'api_key_invalid',
    'token_invalid',
    'forbidden',
    'csrf_invalid',
  ];
  expect(codes, what).toContain(body['code']);
}

/** All that an account has, as the operator sees it. */
async function everythingOf(account: FurnishedAccount): Promise<unknown> {
  const get = async (path: string) => (await expectStatus(account.call('GET', path), 200)) as unknown;
  const lists = ['domains', 'connections', 'setup-links', 'api-keys', 'directories', 'sso/policy'];
  const found = await Promise.all(lists.map((list) => get(`/${list}`)));
  const tokens = await get(`/directories/${account.directory.id}/tokens`);
  return { account: await get(''), found, tokens, members: await membersOf(account) };
}
