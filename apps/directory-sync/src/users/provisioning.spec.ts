import { UserDeprovisioned, UserProvisioned, UserUpdated } from '@gatehouse/contracts';
import { type Document, readResource, ScimError, userResourceType } from '@gatehouse/scim';
import { describe, expect, it } from 'vitest';
import type { DirectoryContext } from '../directories/directory-contexts.js';
import { provisionChanged, provisionNew, type StoredUser } from './provisioning.js';

const context: DirectoryContext = {
  id: 'dir_1',
  accountId: 'acct_1',
  dialect: 'lenient',
  status: 'live',
  suspended: false,
  revision: '1',
  tokens: [],
  account: { plan: 'enterprise', enterpriseEndedAt: null, status: 'active' },
  enabledDomains: new Set(['acme.test']),
};

const documentOf = (body: Record<string, unknown>): Document =>
  readResource(userResourceType, { userName: 'ada@acme.test', active: true, ...body }, 'lenient');

function stored(body: Record<string, unknown> = {}, of: Partial<StoredUser> = {}): StoredUser {
  const at = new Date(0);
  const document = documentOf(body);
  const active = document['active'] === true;
  const reason = active ? null : ('deactivated' as const);
  return {
    id: 'duser_1',
    version: 1,
    created: at,
    lastModified: at,
    document,
    email: 'ada@acme.test',
    active,
    reason,
    ...of,
  };
}

function refusal(work: () => unknown): ScimError {
  try {
    work();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('what a new user is', () => {
  it('a Member where it is active, nobody where it is not', () => {
    expect(provisionNew(context, documentOf({}))).toEqual({
      email: 'ada@acme.test',
      active: true,
      reason: null,
      event: UserProvisioned,
    });
    expect(provisionNew(context, documentOf({ active: false }))).toMatchObject({
      active: false,
      reason: 'created_inactive',
      event: UserDeprovisioned,
    });
  });

  it.each<[string, Record<string, unknown>, string | null]>([
    ['a userName in an enabled domain', {}, 'ada@acme.test'],
    ['a userName in another domain', { userName: 'ada@evil.test' }, null],
    ['a userName in a subdomain', { userName: 'ada@sub.acme.test' }, null],
    ['a userName that only ends like the domain', { userName: 'ada@notacme.test' }, null],
    ['a userName that is no address', { userName: 'ada' }, null],
    [
      'a userName that is none, beside a primary email',
      { userName: 'ada', emails: [{ value: 'A@ACME.test', primary: true }] },
      'a@acme.test',
    ],
    ['a primary email in another domain', { emails: [{ value: 'ada@evil.test', primary: true }] }, null],
    [
      'another email in another domain, which identifies nobody',
      { emails: [{ value: 'ada@evil.test' }] },
      'ada@acme.test',
    ],
    ['two addresses in one', { userName: 'ada@evil.test@acme.test' }, null],
  ])('%s', (_name, body, email) => {
    if (email !== null) expect(provisionNew(context, documentOf(body)).email).toBe(email);
    else
      expect(refusal(() => provisionNew(context, documentOf(body)))).toMatchObject({
        status: 400,
        scimType: 'invalidValue',
      });
  });

  it('says which domains there are', () => {
    const { detail } = refusal(() => provisionNew(context, documentOf({ userName: 'ada@evil.test' })));
    expect(detail).toContain('evil.test is not an enabled domain of this account');
    expect(detail).toContain('acme.test');
  });
});

describe('what a change is', () => {
  it.each([
    ['deactivation', stored(), { active: false }, UserDeprovisioned, 'deactivated'],
    ['activation', stored({ active: false }), { active: true }, UserProvisioned, null],
    ['another title', stored(), { title: 'Countess' }, UserUpdated, null],
    [
      'another title of one who is not active',
      stored({ active: false }),
      { active: false, title: 'x' },
      UserUpdated,
      'deactivated',
    ],
    ['a rename', stored(), { userName: 'countess@acme.test' }, UserUpdated, null],
    [
      'deactivation together with a rename',
      stored(),
      { userName: 'c@acme.test', active: false },
      UserDeprovisioned,
      'deactivated',
    ],
  ] as const)('%s', (_name, before, body, event, reason) => {
    expect(provisionChanged(context, before, documentOf(body))).toMatchObject({ event, reason });
  });

  const elsewhere: DirectoryContext = { ...context, enabledDomains: new Set() };

  it('is not held up by a domain that is gone, unless it sets the address or lets somebody in', () => {
    expect(provisionChanged(elsewhere, stored(), documentOf({ title: 'x' })).event).toBe(UserUpdated);
    expect(provisionChanged(elsewhere, stored(), documentOf({ active: false })).event).toBe(
      UserDeprovisioned,
    );
    expect(
      refusal(() => provisionChanged(elsewhere, stored({ active: false }), documentOf({ active: true })))
        .scimType,
    ).toBe('invalidValue');
    expect(
      refusal(() => provisionChanged(elsewhere, stored(), documentOf({ userName: 'b@acme.test' }))).scimType,
    ).toBe('invalidValue');
  });

  it('by a deactivation is never refused for its address, and keeps the one that was accepted', () => {
    const change = provisionChanged(
      context,
      stored(),
      documentOf({ userName: 'ada@evil.test', active: false }),
    );
    expect(change).toMatchObject({ event: UserDeprovisioned, email: 'ada@acme.test' });
    const parked = stored({ userName: 'ada@evil.test', active: false });
    const retitled = documentOf({ userName: 'ada@evil.test', active: false, title: 'x' });
    expect(provisionChanged(context, parked, retitled)).toMatchObject({
      event: UserUpdated,
      email: 'ada@acme.test',
    });
    // The address counts again when it would let somebody in.
    expect(
      refusal(() => provisionChanged(context, parked, documentOf({ userName: 'ada@evil.test' }))).scimType,
    ).toBe('invalidValue');
  });

  it('may set the address of one who is not active only within the enabled domains', () => {
    const before = stored({ active: false });
    expect(
      provisionChanged(context, before, documentOf({ userName: 'b@acme.test', active: false })).email,
    ).toBe('b@acme.test');
    expect(
      refusal(() => provisionChanged(context, before, documentOf({ userName: 'b@evil.test', active: false })))
        .scimType,
    ).toBe('invalidValue');
  });
});
