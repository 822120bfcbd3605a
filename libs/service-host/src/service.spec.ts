import { Controller, Module } from '@nestjs/common';
import { applicationAudience, newId, type Caller } from '@gatehouse/contracts';
import {
  callerIssuer,
  eventually,
  testDatabase,
  type CallerIssuer,
  type TestDatabase,
} from '@gatehouse/testing';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  defineService,
  Handles,
  Input,
  type InputOf,
  openApiDocument,
  operation,
  Problem,
  type RunningService,
  startService,
} from './index.js';

const params = z.object({ accountId: z.string().regex(/^acct_/) });
const rename = operation({
  id: 'renameThing',
  method: 'PATCH',
  path: '/api/v1/accounts/:accountId/thing',
  tag: 'Things',
  summary: 'Renames the thing',
  access: ['admin'],
  plan: 'enterprise',
  params,
  query: z.strictObject({ dryRun: z.enum(['0', '1']).default('0') }),
  body: z.strictObject({
    name: z.string().min(2),
    tags: z.array(z.strictObject({ label: z.string() })).default([]),
  }),
  responses: { 200: z.object({ name: z.string() }) },
  problems: ['conflict'],
});
const slow = operation({
  id: 'slowThing',
  method: 'GET',
  path: '/slow',
  tag: 'Things',
  summary: 'Answers late',
  access: ['public'],
  responses: { 200: z.object({ done: z.boolean() }) },
});

let release: () => void = () => undefined;
let entered = false;

@Controller()
class Things {
  @Handles(rename)
  rename(@Input() { body }: InputOf<typeof rename>) {
    if (body.name === 'taken') throw new Problem('conflict', 'Another thing has this name. Choose another.');
    if (body.name === 'broken') throw new Error('the database password is hunter2');
    return { name: body.name, passwordHash: 'never leaves' };
  }

  @Handles(slow)
  async slow(@Input() _input: InputOf<typeof slow>) {
    entered = true;
    await new Promise<void>((resolve) => (release = resolve));
    return { done: true };
  }
}

@Module({ controllers: [Things] })
class ThingsModule {}

const definition = defineService({
  name: 'account',
  schema: 'account',
  port: 0,
  metricsPort: 0,
  settings: z.object({}),
  entities: [],
  migrations: [],
  module: ThingsModule,
});

let database: TestDatabase;
let issuer: CallerIssuer;
let service: RunningService;
const accountId = newId('acct');
const admin: Caller = {
  kind: 'user',
  userId: newId('user'),
  sessionId: newId('sess'),
  membershipId: newId('mem'),
  email: 'a@acme.test',
  role: 'admin',
  accountId,
  plan: 'enterprise',
};

beforeAll(async () => {
  database = await testDatabase(
    { schema: 'account', entities: [], migrations: [] },
    { schema: 'bus', entities: [], migrations: [] },
  );
  issuer = await callerIssuer();
  service = await startService(definition, {
    env: {
      PORT: '0',
      METRICS_PORT: '0',
      HOST: '127.0.0.1',
      DATABASE_URL: database.url,
      BUS_DATABASE_URL: database.urls['bus'],
      PUBLIC_URL: issuer.publicUrl,
      GATEWAY_JWKS_URL: issuer.jwksUrl,
      LOG_LEVEL: 'silent',
    },
  });
});
afterAll(async () => {
  await service.close();
  await issuer.close();
  await database.drop();
});

async function call(
  body: unknown,
  {
    authorization,
    path = '',
    type = 'application/json',
    account = accountId,
  }: { authorization?: string; path?: string; type?: string; account?: string } = {},
) {
  const header = authorization ?? (await issuer.authorization('account', admin));
  const response = await fetch(`${service.url}/api/v1/accounts/${account}/thing${path}`, {
    method: 'PATCH',
    headers: { 'content-type': type, ...(header === '' ? {} : { authorization: header }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

describe('an operation', () => {
  it('answers what it declares, and strips what it does not', async () => {
    const { status, body, headers } = await call({ name: 'Blue' });
    expect([status, body]).toEqual([200, { name: 'Blue' }]);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each<[string, unknown, string, string[]]>([
    ['a member that is missing', {}, '', ['/name']],
    ['a member that is too short', { name: 'B' }, '', ['/name']],
    ['an unknown member', { name: 'Blue', colour: 'red' }, '', ['/colour']],
    [
      'an unknown member of a list',
      { name: 'Blue', tags: [{ label: 'a' }, { label: 'b', 'x/y~z': 1 }] },
      '',
      ['/tags/1/x~1y~0z'],
    ],
    ['an unknown query parameter', { name: 'Blue' }, '?fast=1', ['/query/fast']],
    [
      'several faults at once',
      { name: 1, colour: 'red' },
      '?dryRun=2',
      ['/query/dryRun', '/name', '/colour'],
    ],
    ['no object', null, '', ['']],
    ['a character that cannot be stored', { name: 'Bl\0e' }, '', ['/name']],
    [
      'half a character, deeper',
      { name: 'Blue', tags: [{ label: 'a' }, { label: '\ud83d' }] },
      '',
      ['/tags/1/label'],
    ],
    ['such a one in the query', { name: 'Blue' }, '?dryRun=%00', ['/query/dryRun']],
  ])('refuses %s, and says where', async (_case, input, path, pointers) => {
    expect((await call({ name: 'Blue', tags: [{ label: 'a' }] }, { path: '?dryRun=1' })).status).toBe(200);
    const { status, body, headers } = await call(input, { path });
    expect([status, body['code'], headers.get('content-type')]).toEqual([
      400,
      'invalid_request',
      'application/problem+json; charset=utf-8',
    ]);
    expect((body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort()).toEqual(
      [...pointers].sort(),
    );
  });

  it.each<[string, number, string, Parameters<typeof call>[0], Parameters<typeof call>[1]]>([
    ['no credential', 401, 'not_signed_in', { name: 'Blue' }, { authorization: '' }],
    [
      'a made-up token',
      401,
      'token_invalid',
      { name: 'Blue' },
      { authorization: 'Bearer eyJhbGciOiJFZERTQSJ9.e30.AA' },
    ],
    ['another account', 404, 'not_found', { name: 'Blue' }, { account: newId('acct') }],
    ['what is no account id', 404, 'not_found', { name: 'Blue' }, { account: '1' }],
    ['no JSON', 400, 'invalid_request', '{"name":', {}],
    [
      'another media type',
      415,
      'unsupported_media_type',
      'name=Blue',
      { type: 'application/x-www-form-urlencoded' },
    ],
    ['a body of over 1 MiB', 413, 'body_too_large', { name: 'x'.repeat(1_100_000) }, {}],
    ['a refusal of its own', 409, 'conflict', { name: 'taken' }, {}],
  ])('refuses %s: %i %s', async (_case, status, code, input, options) => {
    const answer = await call(input, options);
    expect([answer.status, answer.body['code'], answer.body['status']]).toEqual([status, code, status]);
    expect(answer.headers.get('www-authenticate') !== null).toBe(status === 401);
  });

  it('takes a token that was made for it, and none for another service or an application', async () => {
    expect(
      (await call({ name: 'Blue' }, { authorization: await issuer.authorization('account', admin) })).status,
    ).toBe(200);
    for (const audience of ['sso-config', applicationAudience.replace('gatehouse:', '')] as 'sso-config'[]) {
      expect(
        (await call({ name: 'Blue' }, { authorization: await issuer.authorization(audience, admin) })).body[
          'code'
        ],
      ).toBe('token_invalid');
    }
  });

  it('asks for the plan only once it knows who is asking', async () => {
    const pro = await issuer.authorization('account', { ...admin, plan: 'pro' });
    expect((await call({ name: 'Blue' }, { authorization: pro })).body['code']).toBe('plan_required');
  });

  it('tells nothing of a failure of ours', async () => {
    const { status, body } = await call({ name: 'broken' });
    expect([status, body['code']]).toEqual([500, 'internal_error']);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it('is described with its statuses, problem codes and credentials', () => {
    const document = openApiDocument([rename] as never, { title: 'Test', version: '1' }) as {
      paths: Record<
        string,
        Record<string, { responses: object; parameters: { name: string }[]; security: object[] }>
      >;
    };
    const described = document.paths['/api/v1/accounts/{accountId}/thing']?.['patch'];
    expect(Object.keys(described?.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '400', '401', '403', '404', '409', '413', '415']),
    );
    expect(described?.parameters.map(({ name }) => name)).toEqual(['accountId', 'dryRun']);
    expect(described?.security).toEqual([{ session: [] }, { apiKey: [] }, { operator: [] }]);
  });
});

describe('a service', () => {
  it('is live, and ready once it has caught up', async () => {
    await eventually(async () => expect((await fetch(`${service.url}/health/ready`)).status).toBe(200));
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  });

  it('answers problem+json for an address that cannot be read', async () => {
    const response = await fetch(`${service.url}/api/v1/%zz`);
    const { code } = (await response.json()) as { code: string };
    expect([response.status, code, response.headers.get('content-type')]).toEqual([
      400,
      'invalid_request',
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('answers problem+json for an address that is not there', async () => {
    const response = await fetch(`${service.url}/nowhere`);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([404, 'not_found']);
  });

  it('ends requests in flight before it stops', async () => {
    const own = await startService(definition, {
      env: {
        PORT: '0',
        METRICS_PORT: '0',
        HOST: '127.0.0.1',
        DATABASE_URL: database.url,
        BUS_DATABASE_URL: database.urls['bus'],
        GATEWAY_JWKS_URL: issuer.jwksUrl,
        LOG_LEVEL: 'silent',
      },
    });
    entered = false;
    const answer = new Promise<string>((resolve, reject) => {
      httpRequest(`${own.url}/slow`, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString())).on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
    await eventually(async () => expect(entered).toBe(true));
    const closed = own.close();
    release();
    expect(await answer).toBe('{"done":true}');
    await closed;
    await expect(fetch(`${own.url}/health/live`)).rejects.toThrow();
  });
});
