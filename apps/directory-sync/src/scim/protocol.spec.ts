import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFixture, type Fixture, type ScimClient } from '../directory-sync.fixture.js';
import { mintToken } from '../directories/token.js';

let fixture: Fixture;
let scim: ScimClient;

beforeAll(async () => {
  fixture = await startFixture();
});

beforeEach(async () => {
  scim = await fixture.liveDirectory();
});

afterAll(() => fixture.close());

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const user = (userName: string) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName });

describe('authentication', () => {
  it.each<[string, (token: string) => string | undefined]>([
    ['no token', () => undefined],
    ['another scheme', (token) => `Basic ${token}`],
    ['no token after the scheme', () => 'Bearer'],
    ['a token that was never made', () => `Bearer ${mintToken().token}`],
    ['another secret', (token) => `Bearer ${token.slice(0, -43)}${mintToken().token.slice(-43)}`],
    ['an API key', () => 'Bearer gh_key_abc'],
  ])('refuses %s in SCIM form with WWW-Authenticate', async (_name, authorization) => {
    const answer = await scim.send('GET', '/Users', {
      headers: { authorization: authorization(scim.token) },
    });
    expect(answer).toMatchObject({ status: 401, body: { schemas: [ERROR], status: '401' } });
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(answer.headers.get('content-type')).toContain('application/scim+json');
    expect((await scim.get('/Users')).status).toBe(200);
  });

  it("keeps directories apart: neither the token nor the users of one are the other's", async () => {
    const other = await fixture.directory(scim.accountId);
    const { body } = await scim.post('/Users', user('apart@acme.test'));
    const path = `/Users/${String(body['id'])}`;
    const stranger = { headers: { authorization: `Bearer ${other.token}` } };
    for (const [method, sent] of [
      ['GET', undefined],
      ['PUT', user('x@acme.test')],
      ['PATCH', {}],
      ['DELETE', undefined],
    ] as const) {
      expect((await scim.send(method, path, { ...stranger, body: sent })).status).toBe(401);
    }
    expect((await other.get(path)).status).toBe(404);
    expect((await other.put(path, user('x@acme.test'))).status).toBe(404);
    expect(
      (await other.patch(path, { Operations: [{ op: 'replace', value: { active: false } }] })).status,
    ).toBe(404);
    expect((await other.delete(path)).status).toBe(404);
    expect((await scim.get(path)).body).toMatchObject({ userName: 'apart@acme.test', active: true });
    expect((await other.post('/Users', user('apart@acme.test'))).status).toBe(201);
  });

  it('ends with the token, at once, for look-ups and creates too', async () => {
    const directory = await fixture.liveDirectory();
    const lookUp = `/Users?filter=${encodeURIComponent('userName eq "x@acme.test"')}`;
    expect((await directory.get(lookUp)).status).toBe(200);
    const second = await fixture.token(directory);
    await fixture.revoke(directory);
    expect((await directory.get(lookUp)).status).toBe(401);
    expect((await directory.post('/Users', user('x@acme.test'))).status).toBe(401);
    expect((await second.get(lookUp)).body).toMatchObject({ totalResults: 0 });
    expect((await second.post('/Users', user('x@acme.test'))).status).toBe(201);
  });

  it('works in the grace after the Enterprise plan, and not after it', async () => {
    const directory = await fixture.liveDirectory();
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
    await fixture.account(directory.accountId, { plan: 'pro', enterpriseEndedAt: daysAgo(29) });
    expect((await directory.post('/Users', user('grace@acme.test'))).status).toBe(201);
    await fixture.account(directory.accountId, { plan: 'pro', enterpriseEndedAt: daysAgo(31) });
    expect(await directory.post('/Users', user('late@acme.test'))).toMatchObject({
      status: 403,
      body: { schemas: [ERROR] },
    });
    await fixture.account(directory.accountId, { plan: 'enterprise' });
    expect((await directory.post('/Users', user('late@acme.test'))).status).toBe(201);
    await fixture.account(directory.accountId, { plan: 'enterprise', status: 'closed' });
    expect((await directory.get('/Users')).status).toBe(403);
  });
});

describe('the protocol', () => {
  it('has the discovery documents, which are not filtered', async () => {
    expect((await scim.get('/ServiceProviderConfig')).body).toMatchObject({
      patch: { supported: true },
      etag: { supported: true },
    });
    expect((await scim.get('/ResourceTypes')).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: 'User' }],
    });
    expect((await scim.get('/ResourceTypes/User')).body).toMatchObject({ endpoint: '/Users' });
    const schemas = (await scim.get('/Schemas')).body;
    expect(schemas).toMatchObject({ totalResults: 2 });
    for (const { id } of schemas['Resources'] as { id: string }[]) {
      expect((await scim.get(`/Schemas/${id}`)).body).toMatchObject({ id });
    }
    expect((await scim.get('/Schemas/urn:none')).status).toBe(404);
    expect((await scim.get('/Schemas?filter=id%20pr')).status).toBe(403);
  });

  it.each<[string, string, number]>([
    ['GET', '/Nothing', 404],
    ['GET', '/Users/x/y', 404],
    ['DELETE', '/Users', 405],
    ['POST', '/Schemas', 405],
    ['GET', '/Me', 501],
  ])('answers %s %s in SCIM form', async (method, path, status) => {
    expect(await scim.send(method, path, {})).toMatchObject({
      status,
      body: { schemas: [ERROR], status: String(status) },
    });
  });

  it('answers for URLs outside any directory in SCIM form', async () => {
    const answer = await fetch(`${fixture.url}/scim/v1/Users`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/scim+json');
  });

  it.each<[string, string, string, number, string | undefined]>([
    ['no body', '', 'application/scim+json', 400, 'invalidSyntax'],
    ['no JSON', '{', 'application/scim+json', 400, 'invalidSyntax'],
    ['a list', '[]', 'application/scim+json', 400, 'invalidSyntax'],
    [
      'a prototype',
      '{"userName":"p@acme.test","__proto__":{"active":true}}',
      'application/scim+json',
      400,
      'invalidSyntax',
    ],
    ['a form', 'userName=a', 'application/x-www-form-urlencoded', 415, undefined],
    ['too much', `{"userName":"${'x'.repeat(1024 * 1024)}"}`, 'application/scim+json', 413, undefined],
  ])('refuses %s', async (_name, raw, type, status, scimType) => {
    const answer = await scim.send('POST', '/Users', { raw, headers: { 'content-type': type } });
    expect(answer).toMatchObject({ status, body: { schemas: [ERROR] } });
    expect(answer.body['scimType']).toBe(scimType);
  });

  it('takes collections and users with a slash at the end', async () => {
    const { status, body } = await scim.post('/Users/', user('slash@acme.test'));
    expect(status).toBe(201);
    expect((await scim.get('/Users/?count=1')).body).toMatchObject({ totalResults: 1 });
    expect((await scim.get(`/Users/${String(body['id'])}/`)).body).toMatchObject({
      userName: 'slash@acme.test',
    });
  });

  it('takes application/json too', async () => {
    const answer = await scim.send('POST', '/Users', {
      raw: JSON.stringify(user('json@acme.test')),
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
    expect(answer.status).toBe(201);
  });

  it('limits the requests of one token, and says when to come back', async () => {
    const limited = await startFixture({ SCIM_RATE_LIMIT: '25' });
    try {
      const directory = await limited.liveDirectory();
      const statuses: number[] = [];
      let refused: Awaited<ReturnType<ScimClient['get']>> | undefined;
      for (let request = 0; request < 500 && !refused; request += 1) {
        const answer = await directory.get('/ServiceProviderConfig');
        statuses.push(answer.status);
        if (answer.status === 429) refused = answer;
      }
      expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(49);
      expect(refused?.body).toMatchObject({ schemas: [ERROR], status: '429' });
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    } finally {
      await limited.close();
    }
  });
});
