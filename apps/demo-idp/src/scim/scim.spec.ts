import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testIdp, type TestIdp } from '../demo-idp.fixture.js';

type Seen = { method: string; path: string; authorization?: string; body?: Record<string, unknown> };
type Person = { id: string; email: string; assigned: boolean; scimId?: string };

/** A SCIM server of another make: it records requests and answers as RFC 7644 says. */
describe('SCIM push', () => {
  let idp: TestIdp;
  let server: Server;
  let baseUrl: string;
  let seen: Seen[] = [];
  let known: { id: string; userName: string }[] = [];
  let failWith: number | undefined;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const body = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
        const path = decodeURIComponent(request.url ?? '');
        seen.push({ method: request.method ?? '', path, authorization: request.headers.authorization, body });
        const [status, answer] = failWith
          ? [failWith, { detail: 'broken' }]
          : respond(request.method ?? '', path, body);
        response.writeHead(status, { 'content-type': 'application/scim+json' });
        response.end(status === 204 ? '' : JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2/dir_1`;
  });
  afterAll(() => server.close());

  beforeEach(async () => {
    idp = await testIdp();
    seen = [];
    known = [];
    failWith = undefined;
    return () => idp.remove();
  });

  function respond(method: string, path: string, body?: Record<string, unknown>): [number, unknown] {
    if (method === 'POST') {
      known.push({ id: `scim-${known.length + 1}`, userName: String(body?.userName) });
      return [201, known.at(-1)];
    }
    if (method === 'DELETE') return [204, undefined];
    if (method !== 'GET') return [200, { id: path.split('/').at(-1) }];
    const Resources = known.filter(({ userName }) => path.includes(`userName eq "${userName}"`));
    return [200, { totalResults: Resources.length, Resources }];
  }

  const person = async (email: string) => {
    const { people } = (await idp.call('GET', '/api/people')).body as { people: Person[] };
    return people.find((each) => each.email === email) as Person;
  };
  const act = async (email: string, action: string) =>
    idp.call('POST', `/api/people/${(await person(email)).id}/${action}`);
  const connect = (dialect: string) =>
    idp.call('POST', '/api/scim', { baseUrl, token: 'gh_scim_secret', dialect });

  it('pushes nothing while no target is set', async () => {
    expect((await act('edsger@acme.test', 'assign')).body).toMatchObject({
      person: { assigned: true },
      scim: null,
    });
    expect(seen).toEqual([]);
  });

  it('looks a person up by userName, creates it, and remembers its id', async () => {
    await connect('okta');
    const { body } = await act('ada@acme.test', 'assign');
    expect(body).toMatchObject({ scim: { ok: true, id: 'scim-1' } });
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /scim/v2/dir_1/Users?filter=userName eq "ada@acme.test"&startIndex=1&count=100',
      'POST /scim/v2/dir_1/Users',
    ]);
    expect(seen[1]?.authorization).toBe('Bearer gh_scim_secret');
    expect(seen[1]?.body).toMatchObject({
      ...{ userName: 'ada@acme.test', externalId: (await person('ada@acme.test')).id, active: true },
      emails: [{ primary: true, value: 'ada@acme.test', type: 'work' }],
    });
    expect((await person('ada@acme.test')).scimId).toBe('scim-1');
  });

  it('brings a person who is there already up to date', async () => {
    known = [{ id: 'scim-9', userName: 'ada@acme.test' }];
    await connect('okta');
    await act('ada@acme.test', 'assign');
    expect(seen.at(-1)).toMatchObject({
      method: 'PUT',
      path: '/scim/v2/dir_1/Users/scim-9',
      body: { id: 'scim-9', active: true },
    });
  });

  it.each([
    ['okta', [{ op: 'replace', value: { active: false } }]],
    ['entra', [{ op: 'Replace', path: 'active', value: 'False' }]],
  ])('deactivates as %s does, for unassign and for deactivate', async (dialect, Operations) => {
    await connect(dialect);
    await act('ada@acme.test', 'assign');
    for (const action of ['unassign', 'deactivate']) {
      await act('ada@acme.test', action);
      expect(seen.at(-1)).toMatchObject({
        method: 'PATCH',
        path: '/scim/v2/dir_1/Users/scim-1',
        body: { Operations },
      });
    }
  });

  it('re-activates only who is assigned', async () => {
    await connect('entra');
    await act('ada@acme.test', 'assign');
    await act('ada@acme.test', 'deactivate');
    await act('ada@acme.test', 'activate');
    expect(seen.at(-1)?.body).toMatchObject({
      Operations: [{ op: 'Replace', path: 'active', value: 'True' }],
    });
    await act('ada@acme.test', 'unassign');
    expect((await act('ada@acme.test', 'activate')).body).toMatchObject({ scim: null });
  });

  it('deletes there and here', async () => {
    await connect('entra');
    await act('ada@acme.test', 'assign');
    await act('ada@acme.test', 'delete');
    expect(seen.at(-1)).toMatchObject({ method: 'DELETE', path: '/scim/v2/dir_1/Users/scim-1' });
    expect(await person('ada@acme.test')).toBeUndefined();
  });

  it('pushes a new address of an assigned person', async () => {
    await connect('entra');
    await act('ada@acme.test', 'assign');
    await idp.call('PATCH', `/api/people/${(await person('ada@acme.test')).id}`, {
      email: 'lovelace@acme.test',
    });
    expect(seen.at(-1)?.body).toMatchObject({
      Operations: expect.arrayContaining([
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'lovelace@acme.test' },
      ]),
    });
  });

  it('tells what the server answered when a push fails, and the change stays', async () => {
    await connect('okta');
    failWith = 503;
    const { status, body } = await act('edsger@acme.test', 'assign');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      person: { assigned: true },
      scim: { ok: false, calls: [{ method: 'GET', status: 503 }] },
    });
    expect((body.scim as { error: string }).error).toContain('was answered 503');
  });

  it('pushes everybody who is assigned', async () => {
    await connect('okta');
    await idp.call('POST', '/api/scim/push');
    expect(known.map(({ userName }) => userName).sort()).toEqual(
      ['ada', 'alan', 'grace', 'katherine'].map((name) => `${name}@acme.test`),
    );
  });
});
