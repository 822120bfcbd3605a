import { describe, expect, it } from 'vitest';
import { type AccessFacts, type AuthenticationFact, decideAccess } from './decide.js';

const sso: AuthenticationFact = {
  method: 'saml',
  ofThisAccount: true,
  connectionActive: true,
  ownsDomain: true,
};
const foreign: AuthenticationFact = {
  method: 'oidc',
  ofThisAccount: false,
  connectionActive: true,
  ownsDomain: true,
};
const password: AuthenticationFact = {
  method: 'password',
  ofThisAccount: false,
  connectionActive: false,
  ownsDomain: false,
};

/** A member of an account that requires single sign-on, signed in through its connection, known to its directory. */
const member: AccessFacts = {
  account: {
    status: 'active',
    enforcement: 'required',
    exempt: 'owners_and_admins',
    plan: 'enterprise',
    hasActiveConnection: true,
  },
  membership: { role: 'member', status: 'active', directoryUserId: 'duser', domainEnabled: true },
  directoryUser: { active: true, directoryKnown: true },
  parked: false,
  credential: { kind: 'session', authentications: [sso] },
};

type Change = {
  account?: Partial<NonNullable<AccessFacts['account']>> | null;
  membership?: Partial<NonNullable<AccessFacts['membership']>> | null;
  directoryUser?: AccessFacts['directoryUser'];
  parked?: boolean;
  with?: readonly AuthenticationFact[] | 'api-key';
};

function changed(change: Change): AccessFacts {
  return {
    account: change.account === null ? null : { ...member.account!, ...change.account },
    membership: change.membership === null ? null : { ...member.membership!, ...change.membership },
    directoryUser: change.directoryUser === undefined ? member.directoryUser : change.directoryUser,
    parked: change.parked ?? false,
    credential:
      change.with === 'api-key'
        ? { kind: 'api-key' }
        : { kind: 'session', authentications: change.with ?? [sso] },
  };
}

const notRequired = { enforcement: 'off' } as const;
const table: [string, Change, string][] = [
  ['a member who signed in through the connection', {}, 'allowed'],
  ['an API key of a member', { with: 'api-key' }, 'allowed'],

  // Subjects that are not known, or hidden by an event that could not be applied.
  ['a parked event', { parked: true }, '503 access_unknown'],
  ['unknown policy', { account: null }, '503 access_unknown'],
  ['unknown policy, unknown membership', { account: null, membership: null }, '403 not_a_member'],
  ['no membership', { membership: null }, '403 not_a_member'],
  ['a closed account', { account: { status: 'closed' } }, '403 not_a_member'],

  // The membership's word.
  ['invited only', { membership: { status: 'invited' } }, '403 not_a_member'],
  ['removed', { membership: { status: 'removed' } }, '403 not_a_member'],
  ['erased', { membership: { status: 'erased' } }, '403 not_a_member'],
  ['deprovisioned membership', { membership: { status: 'deprovisioned' } }, '403 deprovisioned'],
  [
    'API key of a deprovisioned member',
    { membership: { status: 'deprovisioned' }, with: 'api-key' },
    '403 deprovisioned',
  ],

  // The directory's word: neither fact writes the other, access needs both.
  [
    'deactivated in the directory, membership still active',
    { directoryUser: { active: false, directoryKnown: true } },
    '403 deprovisioned',
  ],
  [
    'API key, deactivated in the directory',
    { directoryUser: { active: false, directoryKnown: true }, with: 'api-key' },
    '403 deprovisioned',
  ],
  [
    'active in the directory, membership deprovisioned',
    { membership: { status: 'deprovisioned' }, directoryUser: { active: true, directoryKnown: true } },
    '403 deprovisioned',
  ],
  ['directory user not known yet', { directoryUser: null }, '503 access_unknown'],
  [
    'directory not known yet',
    { directoryUser: { active: true, directoryKnown: false } },
    '503 access_unknown',
  ],
  [
    'an owner is not governed by the directory',
    { membership: { role: 'owner' }, directoryUser: { active: false, directoryKnown: true } },
    'allowed',
  ],
  [
    'an admin is',
    { membership: { role: 'admin' }, directoryUser: { active: false, directoryKnown: true } },
    '403 deprovisioned',
  ],
  [
    'a locally managed member has no directory fact',
    { membership: { directoryUserId: null }, directoryUser: null },
    'allowed',
  ],

  // Enforcement `required`.
  ['password only', { with: [password] }, '403 sso_required'],
  ["another account's provider", { with: [foreign] }, '403 sso_required'],
  [
    'own connection that is no longer active or unknown',
    { with: [{ ...sso, connectionActive: false }] },
    '403 sso_required',
  ],
  ['password beside the own connection', { with: [password, sso] }, 'allowed'],
  ['no active connection yet', { account: { hasActiveConnection: false }, with: [password] }, 'allowed'],
  ['a guest', { membership: { domainEnabled: false }, with: [password] }, '403 guest_not_allowed'],
  ['API key of a guest', { membership: { domainEnabled: false }, with: 'api-key' }, '403 guest_not_allowed'],
  [
    'a guest while no connection is active',
    { account: { hasActiveConnection: false }, membership: { domainEnabled: false }, with: [password] },
    'allowed',
  ],

  // Exemptions.
  ['owner by password', { membership: { role: 'owner' }, with: [password] }, 'allowed'],
  ['admin by password', { membership: { role: 'admin' }, with: [password] }, 'allowed'],
  [
    'owner by password, owners exempt',
    { account: { exempt: 'owners' }, membership: { role: 'owner' }, with: [password] },
    'allowed',
  ],
  [
    'admin by password, owners exempt',
    { account: { exempt: 'owners' }, membership: { role: 'admin' }, with: [password] },
    '403 sso_required',
  ],
  [
    'owner by password, nobody exempt',
    { account: { exempt: 'nobody' }, membership: { role: 'owner' }, with: [password] },
    '403 sso_required',
  ],
  [
    'exempt guest admin',
    { membership: { role: 'admin', domainEnabled: false }, with: [password] },
    'allowed',
  ],

  // Enforcement `off` or `monitor`.
  ['off: password', { account: notRequired, with: [password] }, 'allowed'],
  ['monitor: password', { account: { enforcement: 'monitor' }, with: [password] }, 'allowed'],
  ['off: own connection', { account: notRequired, with: [sso] }, 'allowed'],
  [
    "off: another account's provider that owns the domain",
    { account: notRequired, with: [foreign] },
    'allowed',
  ],
  [
    "off: another account's provider that lost the domain",
    { account: notRequired, with: [{ ...foreign, ownsDomain: false }] },
    '401 not_signed_in',
  ],
  [
    "off: another account's connection that was disabled",
    { account: notRequired, with: [{ ...foreign, connectionActive: false }] },
    '401 not_signed_in',
  ],
  [
    'off: a guest by password',
    { account: notRequired, membership: { domainEnabled: false }, with: [password] },
    'allowed',
  ],
  ['off: a session that proves nothing any more', { account: notRequired, with: [] }, '401 not_signed_in'],
  [
    "exempt admin by another account's provider",
    { membership: { role: 'admin' }, with: [foreign] },
    'allowed',
  ],
];

describe('decideAccess', () => {
  it.each(table)('%s', (_, change, expected) => {
    const decision = decideAccess(changed(change));
    expect(decision.allowed ? 'allowed' : `${decision.status} ${decision.code}`).toBe(expected);
  });
});
