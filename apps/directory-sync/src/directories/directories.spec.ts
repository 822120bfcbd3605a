import { newId } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from '../directory-sync.fixture.js';
import { DirectoriesService } from './directories.service.js';
import { Suspension } from '../accounts/suspension.js';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(() => fixture.close());

const user = (userName: string) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName });
type Json = Record<string, unknown>;

async function directoryOf(accountId: string): Promise<{ id: string; path: string; body: Json }> {
  const answer = await fixture
    .admin(accountId)
    .post(`/api/v1/accounts/${accountId}/directories`, { name: 'Okta' });
  expect(answer.status).toBe(201);
  const id = String(answer.body['id']);
  return { id, path: `/api/v1/accounts/${accountId}/directories/${id}`, body: answer.body };
}

describe('directories', () => {
  it('answer problem+json to a body that cannot be read', async () => {
    const response = await fetch(`${fixture.url}/api/v1/accounts/acct_1/directories`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":',
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
    expect(await response.json()).toMatchObject({ code: 'invalid_request' });
  });

  it('are made, shown, changed and deleted by an admin, with audit entries', async () => {
    const accountId = await fixture.enterpriseAccount();
    const admin = fixture.admin(accountId);
    const { id, path, body } = await directoryOf(accountId);
    expect(body).toMatchObject({
      name: 'Okta',
      dialect: 'lenient',
      status: 'pending',
      baseUrl: `${fixture.publicUrl}/scim/v2/${id}`,
      counts: { users: 0, active: 0 },
      lastRequestAt: null,
    });
    expect((await admin.get(path)).body).toEqual(body);
    expect((await admin.get(`/api/v1/accounts/${accountId}/directories`)).body).toEqual({
      items: [body],
      nextCursor: null,
    });
    expect((await admin.patch(path, { name: 'Entra', dialect: 'strict' })).body).toMatchObject({
      name: 'Entra',
      dialect: 'strict',
    });
    expect((await admin.patch(path, { status: 'disabled' })).body).toMatchObject({ status: 'disabled' });
    expect((await admin.delete(path)).status).toBe(204);
    expect((await admin.get(path)).status).toBe(404);
    expect((await fixture.directoryEvents(id)).map(({ type, data }) => [type, data.status])).toEqual([
      ['DirectoryCreated', 'pending'],
      ['DirectoryUpdated', 'pending'],
      ['DirectoryDisabled', 'disabled'],
      ['DirectoryRemoved', 'removed'],
    ]);
    expect((await fixture.auditActions(accountId)).sort()).toEqual(
      ['directory.created', 'directory.disabled', 'directory.removed', 'directory.updated'].sort(),
    );
  });

  it.each<[string, Json]>([
    ['no name', {}],
    ['a blank name', { name: ' ' }],
    ['an unknown dialect', { name: 'x', dialect: 'loose' }],
    ['an unknown member', { name: 'x', status: 'live' }],
  ])('are not made with %s', async (_name, body) => {
    const accountId = await fixture.enterpriseAccount();
    const answer = await fixture.admin(accountId).post(`/api/v1/accounts/${accountId}/directories`, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('are read-only without the Enterprise plan', async () => {
    const accountId = await fixture.enterpriseAccount();
    const { path } = await directoryOf(accountId);
    const pro = fixture.admin(accountId, 'pro');
    const refused = { status: 403, body: { code: 'plan_required' } };
    expect(await pro.post(`/api/v1/accounts/${accountId}/directories`, { name: 'x' })).toMatchObject(refused);
    expect(await pro.patch(path, { name: 'x' })).toMatchObject(refused);
    expect(await pro.post(`${path}/tokens`)).toMatchObject(refused);
    expect((await pro.get(path)).status).toBe(200);
  });

  it("are nobody else's: another account, a member, an sso set-up session", async () => {
    const accountId = await fixture.enterpriseAccount();
    const { path } = await directoryOf(accountId);
    const list = `/api/v1/accounts/${accountId}/directories`;
    expect((await fixture.admin(newId('acct')).get(path)).status).toBe(404);
    expect((await fixture.admin(newId('acct')).get(list)).status).toBe(404);
    expect((await fixture.member(accountId).get(list)).status).toBe(403);
    expect((await fixture.setup(accountId, ['sso']).get(list)).status).toBe(403);
    expect((await fixture.anonymous().get(list)).status).toBe(401);
    const other = await fixture.enterpriseAccount();
    const foreign = path.replace(accountId, other);
    expect((await fixture.admin(other).get(foreign)).status).toBe(404);
    expect((await fixture.admin(other).patch(foreign, { name: 'x' })).status).toBe(404);
    expect((await fixture.admin(other).delete(foreign)).status).toBe(404);
    expect((await fixture.admin(other).post(`${foreign}/tokens`)).status).toBe(404);
  });

  it('are made by a set-up session with the purpose directory', async () => {
    const accountId = await fixture.enterpriseAccount();
    const setup = fixture.setup(accountId, ['directory']);
    const { status, body } = await setup.post(`/api/v1/accounts/${accountId}/directories`, { name: 'Okta' });
    expect(status).toBe(201);
    const path = `/api/v1/accounts/${accountId}/directories/${String(body['id'])}`;
    expect((await setup.post(`${path}/tokens`)).status).toBe(201);
    expect((await setup.get(path)).status).toBe(200);
  });
});

describe('tokens', () => {
  it('are shown once, two at a time', async () => {
    const accountId = await fixture.enterpriseAccount();
    const admin = fixture.admin(accountId);
    const { path } = await directoryOf(accountId);
    const first = await admin.post(`${path}/tokens`);
    expect(first.status).toBe(201);
    const token = String(first.body['token']);
    expect(token).toMatch(/^gh_scim_[0-9a-z]{26}_[A-Za-z0-9_-]{43}$/);
    expect((await admin.post(`${path}/tokens`)).status).toBe(201);
    expect(await admin.post(`${path}/tokens`)).toMatchObject({ status: 409, body: { code: 'token_limit' } });
    const listed = await admin.get(`${path}/tokens`);
    expect(listed.body['items']).toHaveLength(2);
    expect(JSON.stringify(listed.body)).not.toContain(token.slice(-43));
    expect((listed.body['items'] as Json[])[0]).toMatchObject({
      id: first.body['id'],
      lastFour: token.slice(-4),
      lastUsedAt: null,
    });
    expect((await admin.delete(`${path}/tokens/${String(first.body['id'])}`)).status).toBe(204);
    expect((await admin.delete(`${path}/tokens/${String(first.body['id'])}`)).status).toBe(404);
    expect((await admin.post(`${path}/tokens`)).status).toBe(201);
  });

  it('say when they were last used', async () => {
    const scim = await fixture.liveDirectory();
    expect((await scim.get('/Users')).status).toBe(200);
    const path = `/api/v1/accounts/${scim.accountId}/directories/${scim.directoryId}`;
    await fixture.eventually(async () => {
      const { body } = await fixture.admin(scim.accountId).get(`${path}/tokens`);
      expect((body['items'] as Json[])[0]?.['lastUsedAt']).toEqual(expect.any(String));
      expect((await fixture.admin(scim.accountId).get(path)).body['lastRequestAt']).toEqual(
        expect.any(String),
      );
    });
  });
});

describe('the live directory of an account', () => {
  it('is the first that accepts a user; a second stays in shadow and publishes no user', async () => {
    const accountId = await fixture.enterpriseAccount();
    const first = await fixture.directory(accountId);
    const second = await fixture.directory(accountId);
    expect((await first.post('/Users', user('a@acme.test'))).status).toBe(201);
    const shadow = await second.post('/Users', user('b@acme.test'));
    expect(shadow.status).toBe(201);
    expect((await second.post('/Users', user('c@acme.test'))).status).toBe(201);
    const path = `/Users/${String(shadow.body['id'])}`;
    expect(
      (await second.patch(path, { Operations: [{ op: 'replace', value: { active: false } }] })).status,
    ).toBe(200);
    expect((await fixture.directoryEvents(first.directoryId)).at(-1)).toMatchObject({
      type: 'DirectoryWentLive',
      data: { status: 'live' },
    });
    expect((await fixture.directoryEvents(second.directoryId)).at(-1)).toMatchObject({
      type: 'DirectoryUpdated',
      data: { status: 'shadow' },
    });
    expect(await fixture.userEvents(String(shadow.body['id']))).toEqual([]);
    const view = await fixture
      .admin(accountId)
      .get(`/api/v1/accounts/${accountId}/directories/${second.directoryId}`);
    expect(view.body).toMatchObject({ status: 'shadow', counts: { users: 2, active: 1 } });
  });

  it('is one, also where the first users of several come at once', async () => {
    const accountId = await fixture.enterpriseAccount();
    const directories = await Promise.all([1, 2, 3].map(() => fixture.directory(accountId)));
    const answers = await Promise.all(
      directories.flatMap((scim) => ['a', 'b'].map((name) => scim.post('/Users', user(`${name}@acme.test`)))),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    const { body } = await fixture.admin(accountId).get(`/api/v1/accounts/${accountId}/directories`);
    expect((body['items'] as Json[]).map(({ status }) => status).sort()).toEqual([
      'live',
      'shadow',
      'shadow',
    ]);
  });

  it('takes no requests once disabled or deleted, and nobody is deprovisioned by that', async () => {
    for (const act of ['disable', 'delete'] as const) {
      const scim = await fixture.liveDirectory();
      const { body } = await scim.post('/Users', user('kept@acme.test'));
      const path = `/api/v1/accounts/${scim.accountId}/directories/${scim.directoryId}`;
      const admin = fixture.admin(scim.accountId);
      if (act === 'disable') await admin.patch(path, { status: 'disabled' });
      else await admin.delete(path);
      expect((await scim.get('/Users')).status).toBe(act === 'disable' ? 403 : 401);
      expect((await scim.post('/Users', user('new@acme.test'))).status).toBe(act === 'disable' ? 403 : 401);
      expect((await fixture.userEvents(String(body['id']))).map(({ type }) => type)).toEqual([
        'UserProvisioned',
      ]);
      const next = await fixture.directory(scim.accountId);
      expect((await next.post('/Users', user('kept@acme.test'))).status).toBe(201);
      expect((await fixture.directoryEvents(next.directoryId)).at(-1)).toMatchObject({
        type: 'DirectoryWentLive',
      });
    }
  });

  it('is suspended after the grace and goes on with the plan', async () => {
    const scim = await fixture.liveDirectory();
    expect((await scim.post('/Users', user('first@acme.test'))).status).toBe(201);
    const suspension = fixture.app.get(Suspension);
    const view = async () =>
      (await fixture.app.get(DirectoriesService).get(scim.accountId, scim.directoryId)).status;
    await fixture.account(scim.accountId, {
      plan: 'pro',
      enterpriseEndedAt: new Date(Date.now() - 29 * 86_400_000),
    });
    await suspension.suspendOverdue();
    expect(await view()).toBe('live');
    await fixture.account(scim.accountId, {
      plan: 'pro',
      enterpriseEndedAt: new Date(Date.now() - 31 * 86_400_000),
    });
    await suspension.suspendOverdue();
    expect(await view()).toBe('suspended');
    await fixture.account(scim.accountId, { plan: 'enterprise' });
    expect(await view()).toBe('live');
    expect(
      (await fixture.directoryEvents(scim.directoryId)).slice(-2).map(({ data }) => data.status),
    ).toEqual(['suspended', 'live']);
  });
});
