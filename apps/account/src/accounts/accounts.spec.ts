import {
  accountsTopic,
  type AccountState,
  InvitationIssued,
  type InvitationState,
} from '@gatehouse/contracts';
import { schemaDifferences } from '@gatehouse/database';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountFixture, type AccountFixture, operator, tenant, unique } from '../account.fixture.js';

let fixture: AccountFixture;
beforeAll(async () => {
  fixture = await accountFixture();
});
afterAll(() => fixture.close());

async function lastOf(id: string): Promise<{ type: string; data: AccountState }> {
  const all = await fixture.published<AccountState>(accountsTopic);
  return all.filter(({ key }) => key === id).at(-1)!;
}

it('the migrated schema equals the entities', async () => {
  expect(await schemaDifferences(fixture.database)).toEqual([]);
});

describe('an account', () => {
  it('is made with an invited owner; only the hash of the link’s token is published', async () => {
    const slug = unique();
    const owner = { email: `owner@${slug}.test`, name: 'Olga Owner' };
    const made = await fixture.accounts.create(operator, { name: 'Acme', slug, plan: 'enterprise', owner });
    expect(await fixture.memberBy(made.id, owner.email)).toMatchObject({ role: 'owner', status: 'invited' });
    const token = made.invitationUrl.split('#')[1]!;
    const issued = await fixture.published<InvitationState>(InvitationIssued.topic);
    const invitation = issued.find(({ data }) => data.accountId === made.id)!.data;
    expect(invitation.tokenHash).toBe(createHash('sha256').update(token).digest('base64url'));
    expect(JSON.stringify(issued)).not.toContain(token);
    expect(await lastOf(made.id)).toMatchObject({
      type: 'AccountCreated',
      data: { slug, plan: 'enterprise', policy: { enforcement: 'required', jitProvisioning: true } },
    });
  });

  it('needs a slug of its own, also after its bearer was closed', async () => {
    const { id } = await tenant(fixture);
    const { slug } = await fixture.accounts.get(id);
    const wanted = { name: 'B', slug, plan: 'pro', owner: { email: 'b@b.test', name: 'B' } } as const;
    await fixture.accounts.close(operator, id);
    await expect(fixture.accounts.create(operator, wanted)).rejects.toMatchObject({ code: 'slug_taken' });
    await expect(fixture.accounts.create(operator, { ...wanted, slug: unique() })).resolves.toBeTruthy();
  });

  it('that leaves the Enterprise plan says since when, until it is back', async () => {
    const { id } = await tenant(fixture);
    const left = await fixture.accounts.update(operator, id, { plan: 'pro' });
    expect(Date.now() - Date.parse(left.enterpriseEndedAt!)).toBeLessThan(60_000);
    expect(await lastOf(id)).toMatchObject({
      type: 'PlanChanged',
      data: { enterpriseEndedAt: left.enterpriseEndedAt },
    });
    const lower = await fixture.accounts.update(operator, id, { plan: 'personal' });
    expect(lower.enterpriseEndedAt).toBe(left.enterpriseEndedAt);
    const back = await fixture.accounts.update(operator, id, { plan: 'enterprise' });
    expect(back.enterpriseEndedAt).toBeNull();
  });

  it('publishes a changed policy once, with a higher version', async () => {
    const { id } = await tenant(fixture);
    const before = await lastOf(id);
    const policy = { enforcement: 'monitor', exempt: 'owners', jitProvisioning: false } as const;
    await fixture.accounts.changePolicy(operator, id, policy);
    const after = await lastOf(id);
    expect(after).toMatchObject({ type: 'PolicyChanged', data: { policy } });
    expect(after.data.version).toBeGreaterThan(before.data.version);
    await fixture.accounts.changePolicy(operator, id, policy);
    expect(await lastOf(id)).toEqual(after);
  });

  it('is closed once, and then changes no more', async () => {
    const { id } = await tenant(fixture);
    await fixture.accounts.close(operator, id);
    const closed = await lastOf(id);
    expect(closed).toMatchObject({ type: 'AccountClosed', data: { status: 'closed' } });
    await fixture.accounts.close(operator, id);
    expect(await lastOf(id)).toEqual(closed);
    await expect(fixture.accounts.update(operator, id, { name: 'X' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('is listed in pages', async () => {
    await tenant(fixture);
    await tenant(fixture);
    const first = await fixture.accounts.list({ limit: 1 });
    const second = await fixture.accounts.list({ limit: 1, cursor: first.nextCursor! });
    expect(second.items[0]!.id > first.items[0]!.id).toBe(true);
  });
});
