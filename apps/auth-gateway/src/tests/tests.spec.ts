import { MembershipChanged, newId } from '@gatehouse/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Browser, Gateway, OPERATOR_TOKEN } from '../gateway.fixture.js';
import { Tenant, Visitor } from '../sign-in/sign-in.fixture.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.close());

const operator = { authorization: `Bearer ${OPERATOR_TOKEN}` };
const pathOf = ({ account, connection }: Tenant) =>
  `/api/v1/accounts/${account.id}/connections/${connection.id}`;

async function startTest(tenant: Tenant): Promise<{ id: string; url: string }> {
  const answer = await new Browser(gateway.url).fetch(`${pathOf(tenant)}/test`, {
    method: 'POST',
    headers: operator,
  });
  expect(answer.status).toBe(201);
  return answer.body as { id: string; url: string };
}

async function resultOf(tenant: Tenant, id: string) {
  const { body } = await new Browser(gateway.url).fetch(`${pathOf(tenant)}/tests/${id}`, {
    headers: operator,
  });
  return body as {
    status: string;
    code: string | null;
    checks: { code: string; ok: boolean }[];
    profile: Record<string, unknown>;
  };
}

it('a test of a draft makes no session and says what was understood', async () => {
  const tenant = await Tenant.create(gateway);
  await tenant.change({ status: 'draft', live: null });
  const { id, url } = await startTest(tenant);
  expect(await resultOf(tenant, id)).toMatchObject({ status: 'pending', code: null, checks: [] });
  const visitor = new Visitor(gateway.url);
  const requestId = await tenant.start(visitor, url);
  const page = await visitor.visit(tenant.acs, {
    SAMLResponse: tenant.response('it@contractor.test', requestId),
  });
  expect(page.status).toBe(200);
  expect(visitor.hasSession).toBe(false);
  const result = await resultOf(tenant, id);
  expect(result).toMatchObject({
    status: 'succeeded',
    profile: { email: 'it@contractor.test', firstName: 'Ada' },
  });
  expect(result.checks.every(({ ok }) => ok)).toBe(true);
  await expect
    .poll(async () => (await gateway.published('TestSignInCompleted')).filter((it) => it['testId'] === id))
    .toMatchObject([{ connectionId: tenant.connection.id, configVersion: 1, status: 'succeeded' }]);
  expect(
    (await gateway.published('SignedIn')).filter((it) => it['connectionId'] === tenant.connection.id),
  ).toEqual([]);
  expect((await visitor.visit(url)).status).toBe(404);
});

it('a failed test names the check, what was expected and what was received', async () => {
  const tenant = await Tenant.create(gateway);
  const { id, url } = await startTest(tenant);
  const visitor = new Visitor(gateway.url);
  const requestId = await tenant.start(visitor, url);
  const wrong = tenant.response(`ada@${tenant.domain}`, requestId, { audience: 'https://other.example' });
  expect((await visitor.visit(tenant.acs, { SAMLResponse: wrong })).status).toBe(403);
  const result = await resultOf(tenant, id);
  expect(result).toMatchObject({ status: 'failed', code: 'audience_mismatch' });
  expect(result.checks.at(-1)).toMatchObject({ ok: false, received: 'https://other.example' });
});

it('a test of a configuration that was edited since counts for nothing', async () => {
  const tenant = await Tenant.create(gateway);
  const { id, url } = await startTest(tenant);
  const visitor = new Visitor(gateway.url);
  const requestId = await tenant.start(visitor, url);
  await tenant.change({ draft: { ...tenant.connection.draft!, configVersion: 2 } });
  await visitor.visit(tenant.acs, { SAMLResponse: tenant.response(`ada@${tenant.domain}`, requestId) });
  expect(await resultOf(tenant, id)).toMatchObject({ status: 'failed', code: 'configuration_changed' });
});

it('a test is started by an admin of the account, through a connection of the account, with a configuration', async () => {
  const [tenant, other] = [await Tenant.create(gateway), await Tenant.create(gateway)];
  const start = (browser: Browser, path: string, headers = {}) =>
    browser.fetch(`${path}/test`, { method: 'POST', headers });
  const admin = tenant.member('admin', { role: 'admin' });
  const member = tenant.member('member');
  await gateway.publish(MembershipChanged, admin);
  await gateway.publish(MembershipChanged, member);
  const through = { accountId: tenant.account.id, connectionId: tenant.connection.id };
  expect((await start(await gateway.signIn(admin, through), pathOf(tenant))).status).toBe(201);
  expect((await start(await gateway.signIn(member, through), pathOf(tenant))).code).toBe('forbidden');
  expect((await start(new Browser(gateway.url), pathOf(tenant))).status).toBe(401);
  const mixed = `/api/v1/accounts/${tenant.account.id}/connections/${other.connection.id}`;
  expect((await start(await gateway.signIn(admin, through), mixed)).status).toBe(404);
  await tenant.change({ draft: null });
  expect((await start(new Browser(gateway.url), pathOf(tenant), operator)).code).toBe(
    'connection_incomplete',
  );
});

it('tests are listed newest first, those of this connection alone', async () => {
  const tenant = await Tenant.create(gateway);
  const ids = [(await startTest(tenant)).id, (await startTest(tenant)).id];
  const { body } = await new Browser(gateway.url).fetch(`${pathOf(tenant)}/tests?limit=1`, {
    headers: operator,
  });
  expect(body).toMatchObject({ items: [{ id: ids.sort().at(-1) }], nextCursor: ids.at(-1) });
  const missing = await new Browser(gateway.url).fetch(`${pathOf(tenant)}/tests/${newId('test')}`, {
    headers: operator,
  });
  expect(missing.status).toBe(404);
});

it('the address of a test needs its secret', async () => {
  const tenant = await Tenant.create(gateway);
  const { url } = await startTest(tenant);
  expect((await new Visitor(gateway.url).visit(url.replace(/secret=./, 'secret=_'))).status).toBe(404);
  expect((await new Visitor(gateway.url).visit(url)).status).toBe(303);
});

it('tests are listed, newest first, also where the database sorts as a human language does', async () => {
  await gateway.database.query('alter table test_sign_ins alter column id type text collate "en-x-icu"');
  const tenant = await Tenant.create(gateway);
  const ids = [(await startTest(tenant)).id, (await startTest(tenant)).id];
  const { body } = await new Browser(gateway.url).fetch(`${pathOf(tenant)}/tests`, { headers: operator });
  expect((body.items as { id: string }[]).map(({ id }) => id)).toEqual(ids.reverse());
});
