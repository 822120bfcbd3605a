import { type AuditEntry, AuditRecorded, newId } from '@gatehouse/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountFixture, type AccountFixture } from '../account.fixture.js';

let fixture: AccountFixture;
beforeAll(async () => {
  fixture = await accountFixture();
});
afterAll(() => fixture.close());

let accountId: string;
beforeEach(() => {
  accountId = newId('acct');
});

function entry(more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: newId('audit'),
    at: '2026-11-24T10:00:00.000Z',
    accountId,
    service: 'sso-config',
    actor: { kind: 'user', id: 'user_1' },
    action: 'domain.verified',
    target: { type: 'domain', id: 'dom_1' },
    details: { z: 1, a: { y: [1, null], b: 'two' } },
    personal: { email: 'mia@acme.test' },
    ...more,
  };
}

async function record(...entries: AuditEntry[]): Promise<AuditEntry[]> {
  for (const each of entries) await fixture.deliver(AuditRecorded, each);
  return entries;
}

describe('the audit log', () => {
  it('shows the latest first, in pages, and filters', async () => {
    const [first, second, third] = await record(
      entry(),
      entry({ action: 'member.removed', target: { type: 'member', id: 'mem_1' } }),
      entry({ at: '2026-11-24T11:00:00.000Z', actor: { kind: 'operator', id: null } }),
    );
    const page = await fixture.auditLog.list(accountId, { limit: 2 });
    expect(page.items.map(({ id }) => id)).toEqual([third!.id, second!.id]);
    const rest = await fixture.auditLog.list(accountId, { limit: 2, cursor: page.nextCursor! });
    expect(rest).toMatchObject({
      items: [{ id: first!.id, personal: first!.personal, seq: 1 }],
      nextCursor: null,
    });

    const by = async (filter: Record<string, string>) =>
      (await fixture.auditLog.list(accountId, { limit: 10, ...filter })).items.map(({ id }) => id);
    expect(await by({ action: 'member.removed' })).toEqual([second!.id]);
    expect(await by({ targetId: 'mem_1' })).toEqual([second!.id]);
    expect(await by({ actorId: 'user_1' })).toEqual([second!.id, first!.id]);
    expect(await by({ since: '2026-11-24T10:30:00.000Z' })).toEqual([third!.id]);
    expect(await by({ until: '2026-11-24T10:30:00.000Z' })).toEqual([second!.id, first!.id]);
  });

  it('keeps an entry once, and numbers without a gap when many come at once', async () => {
    const entries = Array.from({ length: 20 }, () => entry());
    await Promise.all([...entries, ...entries].map((each) => fixture.deliver(AuditRecorded, each)));
    expect(await fixture.auditLog.verify(accountId)).toEqual({
      intact: true,
      entries: 20,
      firstBroken: null,
    });
  });

  it('still verifies when personal data were erased', async () => {
    const [, second] = await record(entry(), entry(), entry());
    await fixture.database.query(`DELETE FROM audit_personal WHERE entry_id = $1`, [second!.id]);
    expect(await fixture.auditLog.verify(accountId)).toMatchObject({ intact: true, entries: 3 });
    const { items } = await fixture.auditLog.list(accountId, { limit: 3 });
    expect(items.map(({ personal }) => personal.email)).toEqual([
      'mia@acme.test',
      undefined,
      'mia@acme.test',
    ]);
  });

  it.each([
    ['changes an entry', `UPDATE audit_entries SET action = 'x' WHERE id = $1`, 2],
    ['changes details', `UPDATE audit_entries SET details = '{}' WHERE id = $1`, 2],
    ['removes an entry', `DELETE FROM audit_entries WHERE id = $1`, 2],
    ['changes personal data', `UPDATE audit_personal SET data = '{"email":"x"}' WHERE entry_id = $1`, 2],
    ['cuts off the end', `DELETE FROM audit_entries WHERE seq > 1 AND $1 <> ''`, 2],
  ])('tells when somebody %s', async (_, sql, firstBroken) => {
    const [, second] = await record(entry(), entry(), entry());
    expect(await fixture.auditLog.verify(accountId)).toMatchObject({ intact: true });
    await fixture.database.query(sql, [second!.id]);
    expect(await fixture.auditLog.verify(accountId)).toMatchObject({ intact: false, firstBroken });
  });

  it('keeps what concerns no account in a chain of its own', async () => {
    await record(entry({ accountId: null }));
    expect(await fixture.auditLog.verify(accountId)).toEqual({ intact: true, entries: 0, firstBroken: null });
    expect(await fixture.auditLog.verify('operator')).toMatchObject({ intact: true, entries: 1 });
  });
});
