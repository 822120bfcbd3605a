import {
  type Caller,
  newId,
  type Plan,
  type Role,
  UserDeprovisioned,
  UserProvisioned,
} from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryUser, unique } from './account.fixture.js';
import { serviceFixture, type ServiceFixture } from './service.fixture.js';

let fixture: ServiceFixture;
beforeAll(async () => {
  fixture = await serviceFixture();
});
afterAll(() => fixture.close());

const operatorOf = (accountId: string | null, plan: Plan | null): Caller => ({
  kind: 'operator',
  accountId,
  plan,
});

function userOf(accountId: string, role: Role, plan: Plan = 'enterprise'): Caller {
  return {
    kind: 'user',
    userId: newId('user'),
    sessionId: newId('sess'),
    membershipId: newId('mem'),
    email: 'me@x.test',
    role,
    accountId,
    plan,
  };
}

async function makeAccount(): Promise<{ id: string; ownerId: string; slug: string }> {
  const slug = `http-${unique()}`;
  const owner = { email: `owner@${slug}.test`, name: 'Olga Owner' };
  const body = { name: 'Acme', slug, plan: 'enterprise', owner };
  const made = await fixture.as(operatorOf(null, null))('POST', '/api/v1/accounts', body);
  expect(made.status).toBe(201);
  return made.body as { id: string; ownerId: string; slug: string };
}

describe('the HTTP API', () => {
  it('says what is wrong with an account, member by member', async () => {
    const call = fixture.as(operatorOf(null, null));
    const body = { name: ' ', slug: 'A_b', plan: 'gold', owner: { email: 'x@', name: 'X' }, extra: 1 };
    const answer = await call('POST', '/api/v1/accounts', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    const pointers = (answer.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(['/extra', '/name', '/owner/email', '/plan', '/slug']);
  });

  it('is the operator’s for accounts, and an account’s own otherwise', async () => {
    const [{ id }, other] = [await makeAccount(), await makeAccount()];
    const list = (caller: Caller | null) => fixture.as(caller)('GET', '/api/v1/accounts');
    expect(await list(null)).toMatchObject({ status: 401 });
    expect(await list(userOf(id, 'owner'))).toMatchObject({ status: 403 });
    expect(await list(operatorOf(null, null))).toMatchObject({ status: 200 });

    const path = `/api/v1/accounts/${id}`;
    expect(await fixture.as(userOf(id, 'member'))('GET', path)).toMatchObject({ status: 200, body: { id } });
    expect(await fixture.as(userOf(other.id, 'owner'))('GET', path)).toMatchObject({ status: 404 });
    expect(await fixture.as(userOf(id, 'member'))('GET', `${path}/members`)).toMatchObject({ status: 403 });
    expect(await fixture.as(userOf(id, 'admin'))('GET', `${path}/members`)).toMatchObject({ status: 200 });
  });

  it('keeps the policy read-only below the Enterprise plan', async () => {
    const { id } = await makeAccount();
    const path = `/api/v1/accounts/${id}/sso/policy`;
    const policy = { enforcement: 'monitor', exempt: 'owners', jitProvisioning: true };
    expect(await fixture.as(userOf(id, 'admin', 'pro'))('PUT', path, policy)).toMatchObject({
      status: 403,
      body: { code: 'plan_required' },
    });
    expect(await fixture.as(userOf(id, 'admin', 'pro'))('GET', path)).toMatchObject({ status: 200 });
    expect(await fixture.as(userOf(id, 'admin'))('PUT', path, policy)).toMatchObject({
      status: 200,
      body: policy,
    });
  });

  it('invites, changes roles, removes', async () => {
    const { id } = await makeAccount();
    const call = fixture.as(userOf(id, 'owner'));
    const path = `/api/v1/accounts/${id}/members`;
    const made = await call('POST', path, { email: `Mia@${unique()}.test`, role: 'member' });
    expect(made).toMatchObject({ status: 201, body: { status: 'invited' } });
    const member = `${path}/${String(made.body['id'])}`;
    expect(await call('PATCH', member, { role: 'admin' })).toMatchObject({
      status: 200,
      body: { role: 'admin' },
    });
    expect(await call('DELETE', member)).toEqual({ status: 204, body: {} });
    expect(await call('DELETE', member)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('makes recovery links for owners, the operator alone', async () => {
    const { id, ownerId } = await makeAccount();
    const path = `/api/v1/accounts/${id}/recovery-links`;
    expect(await fixture.as(userOf(id, 'owner'))('POST', path)).toMatchObject({ status: 403 });
    const made = await fixture.as(operatorOf(id, 'enterprise'))('POST', path);
    expect(made).toMatchObject({ status: 201, body: { memberId: ownerId } });
    const nobody = await fixture.as(operatorOf(id, 'enterprise'))('POST', path, { memberId: newId('mem') });
    expect(nobody).toMatchObject({ status: 404 });
  });

  it('changes the plan and closes', async () => {
    const { id } = await makeAccount();
    const call = fixture.as(operatorOf(id, 'enterprise'));
    expect(await call('PATCH', `/api/v1/accounts/${id}`, {})).toMatchObject({ status: 400 });
    expect(await call('PATCH', `/api/v1/accounts/${id}`, { plan: 'pro' })).toMatchObject({
      body: { plan: 'pro' },
    });
    expect(await call('DELETE', `/api/v1/accounts/${id}`)).toMatchObject({ status: 204 });
    expect(await call('GET', `/api/v1/accounts/${id}`)).toMatchObject({ body: { status: 'closed' } });
  });

  it('shows what was done, by whom', async () => {
    const { id } = await makeAccount();
    const call = fixture.as(userOf(id, 'admin'));
    await eventually(async () => {
      const log = await call('GET', `/api/v1/accounts/${id}/audit?action=account.created`);
      expect(log).toMatchObject({ status: 200, body: { items: [{ actor: { kind: 'operator' }, seq: 1 }] } });
    });
    const verification = await call('GET', `/api/v1/accounts/${id}/audit/verification`);
    expect(verification).toMatchObject({ status: 200, body: { intact: true } });
  });
});

describe('over the bus', () => {
  it('2,000 provisioned people become members, and half of them lose access', async () => {
    const { id, slug } = await makeAccount();
    const account = { id, domain: `${slug}.test`, ownerEmail: '', ownerId: '', directoryId: newId('dir') };
    const people = Array.from({ length: 2000 }, (_, index) =>
      directoryUser(account, { email: `p${index}@${account.domain}`, version: 1 }),
    );
    await fixture.publish(UserProvisioned, ...people);
    await counted(id, { active: 2000, invited: 1 });
    const leavers = people.filter((_, index) => index % 2 === 0);
    await fixture.publish(
      UserDeprovisioned,
      ...leavers.map((each) => ({ ...each, version: 2, active: false })),
    );
    await counted(id, { active: 1000, deprovisioned: 1000, invited: 1 });
  }, 130_000);

  function counted(accountId: string, expected: Record<string, number>): Promise<void> {
    return eventually(
      async () => {
        const rows = await fixture.service.database.query<{ status: string; count: number }>(
          `SELECT status, count(*) AS count FROM memberships WHERE account_id = $1 GROUP BY status`,
          [accountId],
        );
        expect(Object.fromEntries(rows.map(({ status, count }) => [status, count]))).toEqual(expected);
      },
      { timeoutMs: 60_000 },
    );
  }
});
