import type { DomainState } from '@gatehouse/contracts';
import { schemaDifferences } from '@gatehouse/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFixture, userOf, type Fixture } from '../sso-config.fixture.js';
import { DomainReproofService } from './domain-reproof.service.js';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

type Proof = { name: string; value: string };
let counter = 0;
const newName = () => `d${(counter += 1)}-acme.test`;

async function claim(accountId: string, name = newName()) {
  const base = `/api/v1/accounts/${accountId}/domains`;
  const answer = await fixture.admin(accountId).post(base, { name });
  expect(answer.status).toBe(201);
  const id = String(answer.body['id']);
  return {
    id,
    name,
    base,
    path: `${base}/${id}`,
    proof: answer.body['proof'] as Proof,
    client: fixture.admin(accountId),
  };
}

async function verified(accountId: string, name?: string) {
  const domain = await claim(accountId, name);
  fixture.dns.set(domain.proof.name, { TXT: [domain.proof.value] });
  expect((await domain.client.post(`${domain.path}/verify`)).body).toMatchObject({ status: 'verified' });
  return domain;
}

const states = async (name: string, count: number) =>
  (await fixture.published<DomainState>('sso.domains.v1', name, count)).map(({ type, data }) => [
    type,
    data?.status,
  ]);

describe('the schema', () => {
  it('equals the entities', async () => {
    expect(await schemaDifferences(fixture.service.database)).toEqual([]);
  });
});

describe('domains', () => {
  it('go from pending through verified to enabled and back', async () => {
    const accountId = await fixture.account();
    const domain = await claim(accountId);
    expect(domain.proof).toEqual({
      type: 'TXT',
      name: `_gatehouse.${domain.name}`,
      value: expect.stringMatching(/^gatehouse-verification=[\w-]{27}$/),
    });
    fixture.dns.set(domain.proof.name, { TXT: ['v=spf1 -all', domain.proof.value] });
    expect((await domain.client.post(`${domain.path}/verify`)).body).toMatchObject({
      status: 'verified',
      enabledAt: null,
    });
    expect((await domain.client.post(`${domain.path}/enable`)).body).toMatchObject({
      status: 'enabled',
      name: domain.name,
    });
    expect((await domain.client.post(`${domain.path}/verify`)).body).toMatchObject({ status: 'enabled' });
    expect((await domain.client.get(domain.base)).body).toMatchObject({
      items: [{ id: domain.id, status: 'enabled' }],
      nextCursor: null,
    });
    expect((await domain.client.post(`${domain.path}/disable`)).body).toMatchObject({ status: 'verified' });
    expect((await domain.client.delete(domain.path)).status).toBe(204);
    expect((await domain.client.get(domain.base)).body).toMatchObject({ items: [] });

    expect(await states(domain.name, 4)).toEqual([
      ['DomainVerified', 'verified'],
      ['DomainEnabled', 'enabled'],
      ['DomainDisabled', 'verified'],
      ['DomainRemoved', 'removed'],
    ]);
    const records = await fixture.published<DomainState>('sso.domains.v1', domain.name, 4);
    const versions = records.map(({ data }) => data?.version ?? 0);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    const audited = await fixture.published<{ action: string }>('audit.entries.v1', accountId, 5);
    expect(audited.map(({ data }) => data?.action)).toEqual([
      'domain.claimed',
      'domain.verified',
      'domain.enabled',
      'domain.disabled',
      'domain.removed',
    ]);
  });

  it('are not enabled by a claim or by verification alone', async () => {
    const domain = await claim(await fixture.account());
    expect(await domain.client.post(`${domain.path}/enable`)).toMatchObject({
      status: 409,
      body: { code: 'domain_not_verified' },
    });
    expect(await domain.client.post(`${domain.path}/disable`)).toMatchObject({
      status: 409,
      body: { code: 'domain_not_verified' },
    });
  });

  it('tell what was looked up and found where the proof is missing', async () => {
    const domain = await claim(await fixture.account());
    expect(await domain.client.post(`${domain.path}/verify`)).toMatchObject({
      status: 409,
      body: {
        code: 'domain_not_verified',
        proof: domain.proof,
        lookup: { outcome: 'absent', type: 'TXT', name: domain.proof.name, found: [] },
      },
    });
    fixture.dns.set(domain.proof.name, { TXT: [`${domain.proof.value}x`] });
    expect(await domain.client.post(`${domain.path}/verify`)).toMatchObject({
      status: 409,
      body: { lookup: { outcome: 'absent', found: [`${domain.proof.value}x`] } },
    });
    fixture.dns.behave('servfail');
    expect(await domain.client.post(`${domain.path}/verify`)).toMatchObject({
      status: 409,
      body: { lookup: { outcome: 'unavailable' } },
    });
    fixture.dns.behave('answer');
    // A record at the domain itself proves nothing; one in several strings does.
    fixture.dns.set(domain.name, { TXT: [domain.proof.value] });
    expect((await domain.client.post(`${domain.path}/verify`)).status).toBe(409);
    fixture.dns.set(domain.proof.name, {
      TXT: [[domain.proof.value.slice(0, 9), domain.proof.value.slice(9)]],
    });
    expect((await domain.client.post(`${domain.path}/verify`)).status).toBe(200);
  });

  it('have one owner, also when two prove a name at once, and pass on when given up', async () => {
    const name = newName();
    const [one, two] = await Promise.all([
      claim(await fixture.account(), name),
      claim(await fixture.account(), name),
    ]);
    expect(one.proof.value).not.toBe(two.proof.value);
    fixture.dns.set(one.proof.name, { TXT: [one.proof.value, two.proof.value] });
    const answers = await Promise.all(
      [one, two].map((claimed) => claimed.client.post(`${claimed.path}/verify`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [winner, loser] = answers[0]?.status === 200 ? [one, two] : [two, one];
    expect(await loser.client.post(`${loser.path}/verify`)).toMatchObject({
      status: 409,
      body: { code: 'domain_taken' },
    });

    expect((await winner.client.delete(winner.path)).status).toBe(204);
    expect((await loser.client.post(`${loser.path}/verify`)).body).toMatchObject({ status: 'verified' });
    expect(await states(name, 3)).toEqual([
      ['DomainVerified', 'verified'],
      ['DomainRemoved', 'removed'],
      ['DomainVerified', 'verified'],
    ]);
  });

  it('publish nothing when a claim that never held the name is given up', async () => {
    const name = newName();
    const owner = await verified(await fixture.account(), name);
    const claimed = await claim(await fixture.account(), name);
    expect((await claimed.client.delete(claimed.path)).status).toBe(204);
    await owner.client.post(`${owner.path}/enable`);
    expect(await states(name, 2)).toEqual([
      ['DomainVerified', 'verified'],
      ['DomainEnabled', 'enabled'],
    ]);
  });

  it('are canonical, and refused with a reason where they are none of the account’s own', async () => {
    const accountId = await fixture.account();
    const client = fixture.admin(accountId);
    const base = `/api/v1/accounts/${accountId}/domains`;
    expect((await client.post(base, { name: 'BÜCHER.example' })).body).toMatchObject({
      name: 'xn--bcher-kva.example',
    });
    expect(await client.post(base, { name: 'bücher.example' })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    for (const [name, reason] of Object.entries({
      'gmail.com': 'public_mail_provider',
      'co.uk': 'public_suffix',
      'acme.com.': 'trailing_dot',
    })) {
      expect(await client.post(base, { name })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', reason, errors: [{ pointer: '/name' }] },
      });
    }
    expect((await client.post(base, { name: 'acme.com', extra: 1 })).status).toBe(400);
  });

  it('belong to an account, an admin and the Enterprise plan', async () => {
    const accountId = await fixture.account();
    const domain = await verified(accountId);
    const path = `${domain.path}/enable`;
    const stranger = await fixture.account();
    expect(await fixture.admin(stranger).post(path)).toMatchObject({ status: 404 });
    expect(await fixture.admin(stranger).post(path.replace(accountId, stranger))).toMatchObject({
      status: 404,
    });
    expect(await fixture.as(userOf(accountId, 'member', 'enterprise')).post(path)).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect(await fixture.admin(accountId, 'pro').post(path)).toMatchObject({
      status: 403,
      body: { code: 'plan_required' },
    });
    expect((await fixture.admin(accountId, 'pro').get(domain.base)).status).toBe(200);
    expect(await fixture.as(null).post(path)).toMatchObject({ status: 401, body: { code: 'not_signed_in' } });
    expect((await domain.client.post(path)).status).toBe(200);
  });

  it('are listed in pages', async () => {
    const accountId = await fixture.account();
    const made = [];
    for (let index = 0; index < 3; index += 1) made.push((await claim(accountId)).id);
    const client = fixture.admin(accountId);
    const first = await client.get(`/api/v1/accounts/${accountId}/domains?limit=2`);
    const second = await client.get(
      `/api/v1/accounts/${accountId}/domains?limit=2&cursor=${String(first.body['nextCursor'])}`,
    );
    const ids = [first, second].flatMap(({ body }) =>
      (body['items'] as { id: string }[]).map(({ id }) => id),
    );
    expect(ids.sort()).toEqual(made.sort());
    expect(second.body['nextCursor']).toBeNull();
  });
});

describe('re-proof', () => {
  const checkNow = async (id: string) => {
    await fixture.query("update domains set next_check_at = now() - interval '1 second' where id = $1", [id]);
    await fixture.service.app.get(DomainReproofService).checkDue();
    const [row] = await fixture.query<{ status: string; failures: number }>(
      'select status, failed_checks as failures from domains where id = $1',
      [id],
    );
    return row;
  };

  it('loses a domain after three definite failures, not after silence of DNS', async () => {
    const domain = await fixture.enabledDomain(await fixture.account());
    expect(await checkNow(domain.id)).toEqual({ status: 'enabled', failures: 0 });
    fixture.dns.behave('servfail');
    for (let turn = 0; turn < 4; turn += 1)
      expect(await checkNow(domain.id)).toEqual({ status: 'enabled', failures: 0 });
    fixture.dns.behave('answer');
    fixture.dns.remove(domain.proof.name);
    expect(await checkNow(domain.id)).toEqual({ status: 'enabled', failures: 1 });
    expect(await checkNow(domain.id)).toEqual({ status: 'enabled', failures: 2 });
    expect(await checkNow(domain.id)).toEqual({ status: 'lost', failures: 3 });
    expect(await states(domain.name, 3)).toEqual([
      ['DomainVerified', 'verified'],
      ['DomainEnabled', 'enabled'],
      ['DomainLost', 'lost'],
    ]);
  });

  it('forgets failures once the record is back, and takes a lost domain up again by verification', async () => {
    const accountId = await fixture.account();
    const domain = await fixture.enabledDomain(accountId);
    fixture.dns.remove(domain.proof.name);
    await checkNow(domain.id);
    expect(await checkNow(domain.id)).toEqual({ status: 'enabled', failures: 2 });
    fixture.dns.set(domain.proof.name, { TXT: [domain.proof.value] });
    expect(await checkNow(domain.id)).toEqual({ status: 'enabled', failures: 0 });
    fixture.dns.remove(domain.proof.name);
    for (let turn = 0; turn < 3; turn += 1) await checkNow(domain.id);
    const client = fixture.admin(accountId);
    expect((await client.post(`${domain.path}/enable`)).status).toBe(409);
    fixture.dns.set(domain.proof.name, { TXT: [domain.proof.value] });
    expect((await client.post(`${domain.path}/verify`)).body).toMatchObject({ status: 'verified' });
    expect((await client.post(`${domain.path}/enable`)).body).toMatchObject({ status: 'enabled' });
  });
});
