import type { Caller } from '@gatehouse/contracts';
import { makeCertificate } from '@gatehouse/safe-fetch/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFixture, type Answer, type Fixture } from '../sso-config.fixture.js';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

const { cert } = makeCertificate(['idp'], { rsaBits: 2048 });
const byHand = {
  entityId: 'https://idp.example/entity',
  ssoUrl: 'https://idp.example/sso',
  certificates: [cert],
};

async function link(body: object = {}, accountId?: string) {
  const account = accountId ?? (await fixture.account());
  const domain = await fixture.enabledDomain(account);
  const path = `/api/v1/accounts/${account}/setup-links`;
  const made = await fixture
    .admin(account)
    .post(path, { domainIds: [domain.id], purposes: ['sso'], ...body });
  expect(made.status).toBe(201);
  const url = String(made.body['url']);
  return {
    accountId: account,
    domain,
    path,
    id: String(made.body['id']),
    url,
    token: url.split('#')[1] ?? '',
    body: made.body,
  };
}

type Made = Awaited<ReturnType<typeof link>>;

const exchange = (token: string): Promise<Answer> =>
  fixture.as(null).post('/api/v1/setup/exchange', { token });

function cookieOf(answer: Answer): string {
  const header = answer.headers.get('set-cookie') ?? '';
  return /^gh_setup=([^;]+)/.exec(header)?.[1] ?? '';
}

/** The client of a set-up session, as the gateway would call for it. */
async function opened(token: string) {
  const answer = await exchange(token);
  expect(answer.status).toBe(200);
  const cookie = cookieOf(answer);
  const resolved = await fixture.setupCaller(cookie);
  const caller = resolved.body['caller'] as Extract<Caller, { kind: 'setup' }>;
  return { answer, cookie, resolved, caller, client: fixture.as(caller) };
}

describe('setup links', () => {
  it('are shown once, with the token in the fragment, and stored as a hash', async () => {
    const made = await link({ expiresInHours: 2 });
    expect(made.url).toMatch(/^http:\/\/localhost:8080\/setup#gh_link_[\w-]{43}$/);
    const listed = await fixture.admin(made.accountId).get(made.path);
    expect(listed.body).toMatchObject({
      items: [
        {
          id: made.id,
          status: 'pending',
          purposes: ['sso'],
          mayActivate: true,
          domains: [{ name: made.domain.name }],
        },
      ],
      nextCursor: null,
    });
    expect(JSON.stringify(listed.body)).not.toContain(made.token);
    const rows = await fixture.query('select * from setup_links where id = $1', [made.id]);
    expect(JSON.stringify(rows)).not.toContain(made.token);
    const lifetime = Date.parse(String(made.body['expiresAt'])) - Date.parse(String(made.body['createdAt']));
    expect(lifetime).toBe(2 * 3_600_000);
  });

  it('open a session once, also for many at once, and it stands for exactly what the link says', async () => {
    const made = await link({ mayActivate: false });
    const answers = await Promise.all(Array.from({ length: 10 }, () => exchange(made.token)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'link_used' } });
    }
    const [winner] = winners as [Answer];
    expect(winner.headers.get('set-cookie')).toMatch(
      /^gh_setup=gh_setup_[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Expires=/,
    );
    expect(winner.headers.get('cache-control')).toBe('no-store');
    expect(winner.body).toMatchObject({
      account: { id: made.accountId, name: 'Acme' },
      domains: [{ id: made.domain.id, name: made.domain.name }],
      purposes: ['sso'],
      mayActivate: false,
      status: 'opened',
      connections: [],
      progress: null,
    });
    const cookie = cookieOf(winner);
    expect(JSON.stringify(await fixture.query('select * from setup_sessions'))).not.toContain(cookie);
    expect((await fixture.setupCaller(cookie)).body).toMatchObject({
      caller: {
        kind: 'setup',
        linkId: made.id,
        accountId: made.accountId,
        plan: 'enterprise',
        domainIds: [made.domain.id],
        purposes: ['sso'],
        mayActivate: false,
      },
      csrfToken: winner.body['csrfToken'],
    });
  });

  it('say whether they are unknown, expired or revoked', async () => {
    expect(await exchange('gh_link_unknown')).toMatchObject({ status: 404, body: { code: 'link_invalid' } });
    const expired = await link();
    await fixture.query("update setup_links set expires_at = now() - interval '1 second' where id = $1", [
      expired.id,
    ]);
    expect(await exchange(expired.token)).toMatchObject({ status: 410, body: { code: 'link_expired' } });
    expect((await fixture.admin(expired.accountId).get(expired.path)).body).toMatchObject({
      items: [{ status: 'expired' }],
    });

    const revoked = await link();
    expect((await fixture.admin(revoked.accountId).delete(`${revoked.path}/${revoked.id}`)).status).toBe(204);
    expect(await exchange(revoked.token)).toMatchObject({ status: 410, body: { code: 'link_revoked' } });
    const stranger = await fixture.account();
    const path = `/api/v1/accounts/${stranger}/setup-links/${revoked.id}`;
    expect((await fixture.admin(stranger).delete(path)).status).toBe(404);
  });

  it('end their session when revoked, regenerated, or without a domain', async () => {
    const revoked = await link();
    const session = await opened(revoked.token);
    await fixture.admin(revoked.accountId).delete(`${revoked.path}/${revoked.id}`);
    expect(await fixture.setupCaller(session.cookie)).toMatchObject({
      status: 410,
      body: { code: 'link_revoked' },
    });
    expect(await session.client.get('/api/v1/setup')).toMatchObject({ status: 410 });

    const first = await link();
    const before = await opened(first.token);
    const again = await fixture.admin(first.accountId).post(first.path, { domainIds: [first.domain.id] });
    expect((await fixture.setupCaller(before.cookie)).status).toBe(410);
    const token = String(again.body['url']).split('#')[1] ?? '';
    const after = await opened(token);
    await fixture.admin(first.accountId).delete(first.domain.path);
    expect((await fixture.setupCaller(after.cookie)).status).toBe(410);
  });

  it.each([
    ['revoked', async ({ accountId, path, id }: Made) => fixture.admin(accountId).delete(`${path}/${id}`)],
    [
      'regenerated',
      async ({ accountId, path, domain }: Made) =>
        fixture.admin(accountId).post(path, { domainIds: [domain.id], purposes: ['sso'] }),
    ],
  ])('end their session when %s after they were completed', async (_, act) => {
    const made = await link();
    const { client, cookie } = await opened(made.token);
    expect((await client.post('/api/v1/setup/complete')).body).toMatchObject({ status: 'completed' });
    expect((await fixture.setupCaller(cookie)).status).toBe(200);
    expect((await act(made)).status).toBeLessThan(300);
    expect(await fixture.setupCaller(cookie)).toMatchObject({ body: { code: 'link_expired' } });
    const { body } = await fixture.admin(made.accountId).get(made.path);
    expect(body['items']).toContainEqual(expect.objectContaining({ id: made.id, status: 'completed' }));
  });

  it('leave links for other domains alone when regenerated', async () => {
    const accountId = await fixture.account();
    const [one, two] = [await link({}, accountId), await link({}, accountId)];
    expect((await opened(one.token)).resolved.status).toBe(200);
    expect((await opened(two.token)).resolved.status).toBe(200);
  });

  it('expire as sessions too, and no token of another kind opens one', async () => {
    const made = await link();
    const session = await opened(made.token);
    expect((await fixture.setupCaller(made.token)).status).toBe(410);
    expect((await exchange(session.cookie)).body).toMatchObject({ code: 'link_invalid' });
    await fixture.query(
      "update setup_sessions set expires_at = now() - interval '1 second' where link_id = $1",
      [made.id],
    );
    expect(await fixture.setupCaller(session.cookie)).toMatchObject({
      status: 410,
      body: { code: 'link_expired' },
    });
  });

  it('are made for enabled domains of the account, by an admin on the Enterprise plan', async () => {
    const made = await link();
    const body = { domainIds: [made.domain.id] };
    const client = fixture.admin(made.accountId);
    expect(await fixture.admin(made.accountId, 'pro').post(made.path, body)).toMatchObject({
      status: 403,
      body: { code: 'plan_required' },
    });
    const other = await fixture.account();
    expect(await fixture.admin(other).post(`/api/v1/accounts/${other}/setup-links`, body)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/domainIds/0' }] },
    });
    await client.post(`${made.domain.path}/disable`);
    expect(await client.post(made.path, body)).toMatchObject({
      status: 409,
      body: { code: 'domain_not_enabled' },
    });
    await client.post(`${made.domain.path}/enable`);
    expect((await client.post(made.path, body)).status).toBe(201);
  });

  it('are resolved for the gateway alone', async () => {
    const made = await link();
    const { cookie } = await opened(made.token);
    const path = '/internal/setup-sessions/resolve';
    expect((await fixture.admin(made.accountId).post(path, { token: cookie })).status).toBe(403);
    expect(
      (await fixture.as({ kind: 'operator', accountId: null, plan: null }).post(path, { token: cookie }))
        .status,
    ).toBe(403);
    expect((await fixture.as({ kind: 'gateway' }).post(path, { token: cookie })).status).toBe(200);
  });
});

describe('a set-up session', () => {
  it('sets a connection up for the link’s domains, and the activation completes the link', async () => {
    const made = await link();
    const { client } = await opened(made.token);
    const base = `/api/v1/accounts/${made.accountId}/connections`;
    const connection = await client.post(base, {
      protocol: 'saml',
      provider: 'okta',
      name: 'Okta',
      domainIds: [made.domain.id],
    });
    expect(connection.status).toBe(201);
    const path = `${base}/${String(connection.body['id'])}`;
    await client.put(`${path}/saml`, byHand);
    expect(
      (await client.put('/api/v1/setup/progress', { step: 'test', provider: 'okta' })).body,
    ).toMatchObject({
      progress: { step: 'test', provider: 'okta' },
      connections: [{ id: connection.body['id'], status: 'draft' }],
    });
    await fixture.testSucceeded(made.accountId, String(connection.body['id']), 1);
    expect((await client.post(`${path}/activate`)).body).toMatchObject({ status: 'active' });
    expect((await client.get('/api/v1/setup')).body).toMatchObject({
      status: 'completed',
      connections: [{ status: 'active' }],
    });
    expect((await client.delete(path)).status).toBe(403);
    expect(await exchange(made.token)).toMatchObject({
      status: 409,
      body: { code: 'link_used', completed: true },
    });
    const listed = await fixture.admin(made.accountId).get(made.path);
    expect(listed.body).toMatchObject({ items: [{ status: 'completed', progress: { step: 'test' } }] });
    const actions = await fixture.published<{ action: string; actor: object }>(
      'audit.entries.v1',
      made.accountId,
      9,
    );
    expect(actions.filter(({ data }) => data?.action === 'connection.activated')[0]?.data?.actor).toEqual({
      kind: 'setup',
      id: made.id,
    });
  });

  it('does not activate where the link leaves that to an admin', async () => {
    const made = await link({ mayActivate: false });
    const { client } = await opened(made.token);
    const base = `/api/v1/accounts/${made.accountId}/connections`;
    const connection = await client.post(base, {
      protocol: 'saml',
      provider: 'okta',
      name: 'Okta',
      domainIds: [made.domain.id],
    });
    const path = `${base}/${String(connection.body['id'])}`;
    await client.put(`${path}/saml`, byHand);
    await fixture.testSucceeded(made.accountId, String(connection.body['id']), 1);
    expect(await client.post(`${path}/activate`)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await client.post('/api/v1/setup/complete')).body).toMatchObject({ status: 'completed' });
    const admin = fixture.admin(made.accountId);
    expect((await admin.post(`${path}/activate`)).status).toBe(200);
    // Nor does it decide whom an active connection serves.
    expect((await client.patch(path, { domainIds: [made.domain.id] })).status).toBe(403);
    expect((await client.patch(path, { name: 'Okta 2' })).status).toBe(200);
    expect((await client.post(`${path}/disable`)).status).toBe(403);
    expect((await admin.post(`${path}/disable`)).status).toBe(200);
  });

  it('sees and touches nothing but connections of its own domains', async () => {
    const made = await link();
    const { client, caller } = await opened(made.token);
    const admin = fixture.admin(made.accountId);
    const base = `/api/v1/accounts/${made.accountId}/connections`;
    const foreign = await fixture.enabledDomain(made.accountId);
    const make = (domainIds: string[]) =>
      admin.post(base, { protocol: 'saml', provider: 'saml', name: 'X', domainIds });
    const own = await make([made.domain.id]);
    const hidden = [await make([foreign.id]), await make([made.domain.id, foreign.id])];
    expect((await client.get(base)).body['items']).toEqual([expect.objectContaining({ id: own.body['id'] })]);
    for (const { body } of hidden) {
      const path = `${base}/${String(body['id'])}`;
      for (const answer of [
        await client.get(path),
        await client.patch(path, { name: 'Y' }),
        await client.put(`${path}/saml`, byHand),
        await client.post(`${path}/activate`),
        await client.delete(path),
      ]) {
        expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
      }
    }
    expect((await client.get(`${base}/${String(own.body['id'])}`)).status).toBe(200);
    expect(
      await client.patch(`${base}/${String(own.body['id'])}`, { domainIds: [foreign.id] }),
    ).toMatchObject({ status: 400 });
    expect((await client.get(`/api/v1/accounts/${made.accountId}/domains`)).status).toBe(403);
    expect((await client.get(made.path)).status).toBe(403);
    const directoryOnly = fixture.as({ ...caller, purposes: ['directory'] });
    expect((await directoryOnly.get(base)).status).toBe(403);
    const elsewhere = await fixture.account();
    expect((await client.get(`/api/v1/accounts/${elsewhere}/connections`)).status).toBe(404);
  });
});
