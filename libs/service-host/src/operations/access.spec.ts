import { newId, type Caller } from '@gatehouse/contracts';
import { describe, expect, it } from 'vitest';
import { Problem } from '../problem.js';
import { checkAccess } from './access.guard.js';
import type { Access } from './operation.js';

const accountId = newId('acct');
const scope = { accountId, plan: 'enterprise' as const };
const person = (role: 'owner' | 'admin' | 'member'): Caller => ({
  kind: 'user',
  userId: newId('user'),
  sessionId: newId('sess'),
  membershipId: newId('mem'),
  email: 'a@acme.test',
  role,
  ...scope,
});
const callers: Record<string, Caller> = {
  owner: person('owner'),
  admin: person('admin'),
  member: person('member'),
  'api key of an admin': {
    kind: 'api-key',
    keyId: newId('key'),
    userId: newId('user'),
    membershipId: newId('mem'),
    role: 'admin',
    ...scope,
  },
  operator: { kind: 'operator', ...scope },
  'set-up session for sso': {
    kind: 'setup',
    linkId: newId('link'),
    setupSessionId: 's',
    domainIds: [],
    purposes: ['sso'],
    mayActivate: true,
    ...scope,
  },
  'set-up session for a directory': {
    kind: 'setup',
    linkId: newId('link'),
    setupSessionId: 's',
    domainIds: [],
    purposes: ['directory'],
    mayActivate: true,
    ...scope,
  },
  gateway: { kind: 'gateway' },
  nobody: { kind: 'anonymous' },
};

function verdict(
  access: Access[],
  caller: Caller,
  plan?: 'enterprise',
  path: string | undefined = accountId,
): string {
  try {
    checkAccess({ access, ...(plan ? { plan } : {}) }, caller, path);
    return 'admitted';
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

function admitsWithoutAccount(caller: Caller): boolean {
  try {
    checkAccess({ access: ['gateway'] }, caller, undefined);
    return true;
  } catch {
    return false;
  }
}

describe('who may call an operation', () => {
  const table: [Access, string[]][] = [
    ['public', Object.keys(callers)],
    ['operator', ['operator']],
    ['owner', ['owner', 'operator']],
    ['admin', ['owner', 'admin', 'api key of an admin', 'operator']],
    ['member', ['owner', 'admin', 'member', 'api key of an admin', 'operator']],
    ['setup:sso', ['set-up session for sso', 'operator']],
    ['setup:directory', ['set-up session for a directory', 'operator']],
  ];

  it.each(table)('%s', (access, admitted) => {
    for (const [name, caller] of Object.entries(callers)) {
      expect([name, verdict([access], caller) === 'admitted']).toEqual([name, admitted.includes(name)]);
    }
  });

  it('only the gateway calls what is between services', () => {
    for (const [name, caller] of Object.entries(callers))
      expect([name, admitsWithoutAccount(caller)]).toEqual([name, name === 'gateway']);
  });

  it('another account is 404 for everybody but the operator, whatever their role', () => {
    const other = newId('acct');
    for (const [name, caller] of Object.entries(callers)) {
      const expected = name === 'operator' ? 'admitted' : name === 'nobody' ? 'not_signed_in' : 'not_found';
      expect([name, verdict(['admin', 'setup:sso', 'setup:directory'], caller, undefined, other)]).toEqual([
        name,
        expected,
      ]);
    }
  });

  it('the plan is asked last, of the account and not of the person', () => {
    const pro = { ...person('admin'), plan: 'pro' as const };
    expect(verdict(['admin'], pro)).toBe('admitted');
    expect(verdict(['admin'], pro, 'enterprise')).toBe('plan_required');
    expect(verdict(['admin'], person('admin'), 'enterprise')).toBe('admitted');
    expect(verdict(['owner'], pro, 'enterprise')).toBe('forbidden');
    expect(verdict(['admin'], { kind: 'operator', accountId, plan: 'pro' }, 'enterprise')).toBe(
      'plan_required',
    );
  });
});
