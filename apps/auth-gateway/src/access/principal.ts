import type { Plan, ProblemCode, Role } from '@gatehouse/contracts';
import type { CachedEntry } from './access-cache.js';
import type { Decision } from './decide.js';
import type { HeldAuthentication } from './facts.js';

/** A credential that stands for a person, with the decisions made for it so far. */
export type Principal = SessionPrincipal | ApiKeyPrincipal;

interface PrincipalBase extends CachedEntry<Grant> {
  readonly digest: string;
  readonly userId: string;
  /** Monotonic milliseconds after which its use is written down again. */
  touchAt: number;
}

export interface SessionPrincipal extends PrincipalBase {
  readonly kind: 'session';
  readonly sessionId: string;
  readonly authentications: readonly HeldAuthentication[];
}

export interface ApiKeyPrincipal extends PrincipalBase {
  readonly kind: 'api-key';
  readonly keyId: string;
  readonly accountId: string;
  /** The key's own role; its member's may be lower. */
  readonly role: Role;
}

/** The outcome for one principal and one account. */
export interface Grant {
  readonly decision: Decision;
  readonly accountId: string;
  readonly slug: string;
  readonly accountName: string;
  readonly plan: Plan | null;
  readonly membershipId: string | null;
  readonly role: Role | null;
  readonly email: string;
  readonly versions: string;
  /** The headers of a 200 of `/authorize`, made when first asked for and remade when its JWT has been used for 30 s. */
  authorized: { headers: string[]; until: number } | undefined;
}

/** Why a credential stands for nobody. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: Extract<
    ProblemCode,
    'not_signed_in' | 'session_expired' | 'session_revoked' | 'api_key_invalid'
  >;
}

const rank: Record<Role, number> = { member: 0, admin: 1, owner: 2 };

export function lowerRole(a: Role, b: Role): Role {
  return rank[a] < rank[b] ? a : b;
}
