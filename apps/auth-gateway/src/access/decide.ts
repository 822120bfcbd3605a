import type { Plan, ProblemCode, Role, SsoPolicy } from '@gatehouse/contracts';

/** Everything that one access decision rests on. What is not known is null, and denies. */
export interface AccessFacts {
  account: {
    status: 'active' | 'closed';
    enforcement: SsoPolicy['enforcement'];
    exempt: SsoPolicy['exempt'];
    plan: Plan;
    hasActiveConnection: boolean;
  } | null;
  membership: {
    role: Role;
    status: 'invited' | 'active' | 'deprovisioned' | 'removed' | 'erased';
    directoryUserId: string | null;
    /** Whether the domain of the member's address is enabled in this account. */
    domainEnabled: boolean;
  } | null;
  /** What the directory says of `membership.directoryUserId`. */
  directoryUser: { active: boolean; directoryKnown: boolean } | null;
  /** An event about one of the subjects could not be applied and waits for its replay. */
  parked: boolean;
  credential: { kind: 'api-key' } | { kind: 'session'; authentications: readonly AuthenticationFact[] };
}

export interface AuthenticationFact {
  method: 'password' | 'saml' | 'oidc';
  /** Whether it was made through a connection of the account that is asked for. */
  ofThisAccount: boolean;
  /** Whether its connection is active now; false too where the connection is unknown. */
  connectionActive: boolean;
  /** Whether the connection's account owns the domain of the address now. */
  ownsDomain: boolean;
}

export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly status: 401 | 403 | 503; readonly code: ProblemCode };

const ALLOWED: Decision = { allowed: true };

/** May this person enter this account now? The steps are in order; the first that refuses gives the reason. */
export function decideAccess(facts: AccessFacts): Decision {
  return (
    notDecidable(facts) ??
    membershipRefuses(facts) ??
    directoryRefuses(facts) ??
    ssoRefuses(facts) ??
    authenticationRefuses(facts) ??
    ALLOWED
  );
}

/** A parked event hides the subject's real state; a member of an account whose policy is unknown cannot be judged. */
function notDecidable({ parked, account, membership }: AccessFacts): Decision | undefined {
  if (parked || (membership !== null && account === null)) return refuse(503, 'access_unknown');
  return undefined;
}

function membershipRefuses({ account, membership }: AccessFacts): Decision | undefined {
  if (membership === null || account?.status !== 'active') return refuse(403, 'not_a_member');
  if (membership.status === 'active') return undefined;
  return refuse(403, membership.status === 'deprovisioned' ? 'deprovisioned' : 'not_a_member');
}

/**
 * The directory's own word, which comes one hop sooner than the membership's. Owners are not governed by it: the
 * account service decides for them, so that a directory never locks the last one out.
 */
function directoryRefuses({ membership, directoryUser }: AccessFacts): Decision | undefined {
  if (membership === null || membership.directoryUserId === null || membership.role === 'owner')
    return undefined;
  if (directoryUser === null || !directoryUser.directoryKnown) return refuse(503, 'access_unknown');
  return directoryUser.active ? undefined : refuse(403, 'deprovisioned');
}

function ssoRefuses(facts: AccessFacts): Decision | undefined {
  const { membership, credential } = facts;
  if (membership === null || !mustUseSso(facts)) return undefined;
  // Guests cannot pass `required`, by whatever credential.
  if (!membership.domainEnabled) return refuse(403, 'guest_not_allowed');
  // A key was made by a person who had access, has its own life, and dies with its member.
  if (credential.kind === 'api-key') return undefined;
  const proved = credential.authentications.some(
    (a) => a.method !== 'password' && a.ofThisAccount && a.connectionActive,
  );
  return proved ? undefined : refuse(403, 'sso_required');
}

/** Whether `required` is in effect for this member: it needs an active connection, and the policy exempts some roles. */
function mustUseSso({ account, membership }: AccessFacts): boolean {
  if (account === null || membership === null) return true;
  if (account.enforcement !== 'required' || !account.hasActiveConnection) return false;
  return !isExempt(account.exempt, membership.role);
}

export function isExempt(exempt: SsoPolicy['exempt'], role: Role): boolean {
  if (role === 'owner') return exempt !== 'nobody';
  return role === 'admin' && exempt === 'owners_and_admins';
}

/**
 * Where single sign-on is not required, a password counts, and so does another account's provider where that account
 * owns the domain of the address: it is as strong as a reset link.
 */
function authenticationRefuses({ credential }: AccessFacts): Decision | undefined {
  if (credential.kind === 'api-key') return undefined;
  const proved = credential.authentications.some(
    (a) => a.method === 'password' || (a.connectionActive && (a.ofThisAccount || a.ownsDomain)),
  );
  return proved ? undefined : refuse(401, 'not_signed_in');
}

function refuse(status: 401 | 403 | 503, code: ProblemCode): Decision {
  return { allowed: false, status, code };
}
