import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFixture, type Fixture, type ScimClient } from '../directory-sync.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

let fixture: Fixture;
let scim: ScimClient;

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(() => fixture.close());

beforeEach(async () => {
  scim = await fixture.liveDirectory();
});

const patch = (...Operations: unknown[]) => ({ schemas: [PATCH], Operations });
const ada = {
  schemas: [USER],
  userName: 'Ada@acme.test',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  active: true,
};

async function created(
  body: Record<string, unknown> = ada,
): Promise<{ id: string; path: string; version: string }> {
  const answer = await scim.post('/Users', body);
  expect(answer.status).toBe(201);
  const { id, meta } = answer.body as { id: string; meta: { version: string } };
  return { id, path: `/Users/${id}`, version: meta.version };
}

describe('creating a user', () => {
  it('answers 201 with Location, ETag and the resource, and publishes UserProvisioned', async () => {
    const answer = await scim.post('/Users', {
      ...ada,
      externalId: '00u1',
      password: 'never-stored',
      groups: [],
      id: 'mine',
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toContain('application/scim+json');
    const id = String(answer.body['id']);
    expect(id).toMatch(/^duser_/);
    expect(answer.headers.get('location')).toBe(`${scim.baseUrl}/Users/${id}`);
    expect(answer.headers.get('etag')).toBe((answer.body['meta'] as Record<string, unknown>)['version']);
    expect(answer.body).toMatchObject({
      ...ada,
      externalId: '00u1',
      meta: { resourceType: 'User', location: `${scim.baseUrl}/Users/${id}` },
    });
    expect(JSON.stringify(answer.body)).not.toContain('never-stored');
    expect(await fixture.userEvents(id)).toMatchObject([
      {
        type: 'UserProvisioned',
        data: {
          id,
          directoryId: scim.directoryId,
          accountId: scim.accountId,
          externalId: '00u1',
          userName: 'Ada@acme.test',
          email: 'ada@acme.test',
          displayName: 'Ada Lovelace',
          givenName: 'Ada',
          familyName: 'Lovelace',
          active: true,
          status: 'present',
          reason: null,
        },
      },
    ]);
    expect(await fixture.stored('password')).toBe(0);
  });

  it('refuses a userName that is taken, in any letters, and lets it go with the user', async () => {
    const { path } = await created();
    const again = await scim.post('/Users', { ...ada, userName: 'ADA@ACME.TEST' });
    expect(again).toMatchObject({ status: 409, body: { status: '409', scimType: 'uniqueness' } });
    expect((await scim.delete(path)).status).toBe(204);
    expect((await scim.post('/Users', ada)).status).toBe(201);
  });

  it('lets one of many that come at once have the userName', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => scim.post('/Users', ada)));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      201,
      ...Array.from({ length: 11 }, () => 409),
    ]);
    const { body } = await scim.get('/Users');
    expect(body).toMatchObject({ totalResults: 1 });
  });

  it('refuses an identity address outside the enabled domains, and one inside is taken', async () => {
    const refused = await scim.post('/Users', { ...ada, userName: 'ada@evil.test' });
    expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidValue', status: '400' } });
    expect(refused.body['detail']).toContain('evil.test is not an enabled domain');
    expect((await scim.post('/Users', { ...ada, userName: 'ada@acme.test' })).status).toBe(201);
  });

  it('follows a domain that is disabled and enabled meanwhile', async () => {
    await created();
    await fixture.domain(scim.accountId, 'acme.test', 'verified');
    expect((await scim.post('/Users', { ...ada, userName: 'b@acme.test' })).status).toBe(400);
    await fixture.domain(scim.accountId, 'acme.test', 'enabled');
    expect((await scim.post('/Users', { ...ada, userName: 'b@acme.test' })).status).toBe(201);
  });

  it('publishes a user who comes inactive as deprovisioned', async () => {
    const { id } = await created({ ...ada, active: false });
    expect(await fixture.userEvents(id)).toMatchObject([
      { type: 'UserDeprovisioned', data: { active: false, status: 'present', reason: 'created_inactive' } },
    ]);
  });
});

describe('finding users', () => {
  it('by userName, as Okta and Entra do before each create', async () => {
    const query = (userName: string) =>
      `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}&startIndex=1&count=100`;
    const none = await scim.get(query('ada@acme.test'));
    expect(none).toMatchObject({ status: 200, body: { totalResults: 0, itemsPerPage: 0, Resources: [] } });
    const { id } = await created();
    expect(await scim.get(query('ADA@acme.test'))).toMatchObject({
      status: 200,
      body: { totalResults: 1, Resources: [{ id }] },
    });
    const guid = await scim.get(query('6d2b0b1e-9d3f-4b7a-8d6e-2c0f4a1b3c5d'));
    expect(guid).toMatchObject({ status: 200, body: { totalResults: 0 } });
  });

  it('in pages, in the order they came', async () => {
    for (const name of ['a', 'b', 'c']) await created({ ...ada, userName: `${name}@acme.test` });
    const names = (body: Record<string, unknown>) =>
      (body['Resources'] as { userName: string }[]).map(({ userName }) => userName);
    const page = await scim.get('/Users?startIndex=2&count=1');
    expect(page.body).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 });
    expect(names(page.body)).toEqual(['b@acme.test']);
    expect((await scim.get('/Users?count=0')).body).toMatchObject({ totalResults: 3, Resources: [] });
    expect((await scim.get('/Users?startIndex=9')).body).toMatchObject({ totalResults: 3, Resources: [] });
    const filter = encodeURIComponent('userName gt "a@" and not (userName sw "b")');
    expect(names((await scim.get(`/Users?filter=${filter}`)).body)).toEqual(['a@acme.test', 'c@acme.test']);
  });

  it('by their emails, with only the attributes asked for', async () => {
    const { id } = await created({ ...ada, emails: [{ value: 'Lovelace@home.test', type: 'home' }] });
    const filter = encodeURIComponent('emails[type eq "home" and value eq "lovelace@home.test"]');
    const { body } = await scim.get(`/Users?filter=${filter}&attributes=userName`);
    expect(body['Resources']).toEqual([{ schemas: [USER], id, userName: 'Ada@acme.test' }]);
  });

  it.each(['nope eq "x"', 'userName', 'userName eq "', 'active gt true'])(
    'refuses the filter %s',
    async (filter) => {
      const answer = await scim.get(`/Users?filter=${encodeURIComponent(filter)}`);
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } });
    },
  );

  it('answers 404 for what is not there, and 304 for what the client has', async () => {
    expect((await scim.get('/Users/duser_00000000000000000000000000')).status).toBe(404);
    const { path, version } = await created();
    expect((await scim.get(path, { 'if-none-match': version })).status).toBe(304);
    expect((await scim.get(path, { 'if-none-match': 'W/"1"' })).status).toBe(200);
  });
});

describe('changing users', () => {
  it.each<[string, unknown]>([
    ['Okta, without a path', patch({ op: 'replace', value: { active: false } })],
    ['Entra, as a string', patch({ op: 'Replace', path: 'active', value: 'False' })],
    ['Entra, as a list', patch({ op: 'Replace', path: 'active', value: [{ $ref: null, value: 'False' }] })],
  ])('deactivates by PATCH: %s', async (_name, body) => {
    const { id, path } = await created();
    const answer = await scim.patch(path, body);
    expect(answer).toMatchObject({ status: 200, body: { id, active: false } });
    const back = await scim.patch(path, patch({ op: 'replace', value: { active: true } }));
    expect(back).toMatchObject({ status: 200, body: { active: true } });
    const events = await fixture.userEvents(id);
    expect(events.map(({ type, data }) => [type, data.active, data.reason])).toEqual([
      ['UserProvisioned', true, null],
      ['UserDeprovisioned', false, 'deactivated'],
      ['UserProvisioned', true, null],
    ]);
    const versions = events.map(({ data }) => data.version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  });

  it('deactivates by PUT, as Okta does, and lets nobody in by a PUT that is silent', async () => {
    const { id, path } = await created();
    const current = (await scim.get(path)).body;
    expect((await scim.put(path, { ...current, active: false, groups: [] })).body['active']).toBe(false);
    const { active: _, ...silent } = ada;
    expect((await scim.put(path, { ...silent, title: 'Countess' })).body).toMatchObject({
      active: false,
      title: 'Countess',
    });
    expect((await fixture.userEvents(id)).map(({ type }) => type)).toEqual([
      'UserProvisioned',
      'UserDeprovisioned',
      'UserUpdated',
    ]);
  });

  it('renames by an update', async () => {
    const { id, path } = await created();
    const renamed = await scim.put(path, { ...ada, userName: 'countess@acme.test' });
    expect(renamed.status).toBe(200);
    expect(await fixture.userEvents(id)).toMatchObject([
      { type: 'UserProvisioned' },
      { type: 'UserUpdated', data: { email: 'countess@acme.test', userName: 'countess@acme.test' } },
    ]);
    expect((await scim.post('/Users', ada)).status).toBe(201);
    const taken = await scim.patch(path, patch({ op: 'replace', path: 'userName', value: 'ADA@acme.test' }));
    expect(taken).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    const foreign = await scim.patch(
      path,
      patch({ op: 'replace', path: 'userName', value: 'ada@evil.test' }),
    );
    expect(foreign).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    expect((await scim.get(path)).body['userName']).toBe('countess@acme.test');
  });

  it('changes and publishes nothing by a request that says what is', async () => {
    const { id, path, version } = await created();
    const before = (await scim.get(path)).body;
    for (const answer of [
      await scim.put(path, { ...before, meta: { version: 'x' } }),
      await scim.patch(path, patch({ op: 'replace', value: { active: true, name: { givenName: 'Ada' } } })),
      await scim.patch(path, patch({ op: 'remove', path: 'emails[type eq "work"]' })),
    ]) {
      expect(answer).toMatchObject({ status: 200 });
      expect(answer.body).toEqual(before);
    }
    expect((await scim.get(path)).headers.get('etag')).toBe(version);
    expect(await fixture.userEvents(id)).toHaveLength(1);
  });

  it('is atomic', async () => {
    const { path } = await created();
    const failed = await scim.patch(
      path,
      patch({ op: 'replace', path: 'title', value: 'Countess' }, { op: 'remove', path: 'userName' }),
    );
    expect(failed).toMatchObject({ status: 400, body: { scimType: 'mutability' } });
    expect((await scim.get(path)).body).not.toHaveProperty('title');
  });

  it('heeds If-Match', async () => {
    const { path, version } = await created();
    const change = (title: string) => patch({ op: 'replace', path: 'title', value: title });
    expect((await scim.patch(path, change('a'), { 'if-match': 'W/"1"' })).status).toBe(412);
    expect((await scim.patch(path, change('a'), { 'if-match': version })).status).toBe(200);
    expect((await scim.patch(path, change('b'), { 'if-match': version })).status).toBe(412);
    expect((await scim.delete(path, { 'if-match': version })).status).toBe(412);
    expect((await scim.delete(path, { 'if-match': '*' })).status).toBe(204);
  });

  it('loses no change of many that come at once', async () => {
    const { path } = await created();
    const kinds = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const answers = await Promise.all(
      kinds.map((type) =>
        scim.patch(path, patch({ op: 'add', path: 'phoneNumbers', value: [{ type, value: type }] })),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(kinds.map(() => 200));
    const { body } = await scim.get(path);
    expect((body['phoneNumbers'] as { type: string }[]).map(({ type }) => type).sort()).toEqual(kinds);
  });

  it('deletes', async () => {
    const { id, path } = await created();
    expect((await scim.delete(path)).status).toBe(204);
    expect((await scim.get(path)).status).toBe(404);
    expect((await scim.delete(path)).status).toBe(404);
    expect((await scim.put(path, ada)).status).toBe(404);
    expect((await scim.get('/Users')).body).toMatchObject({ totalResults: 0 });
    expect((await fixture.userEvents(id)).at(-1)).toMatchObject({
      type: 'UserDeprovisioned',
      data: { id, active: false, status: 'removed', reason: 'deleted' },
    });
  });
});
