/** What Gatehouse's API answers with, as `docs` and the OpenAPI document describe it. Times are RFC 3339 UTC. */

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export type Role = 'owner' | 'admin' | 'member';
export type Plan = 'personal' | 'pro' | 'enterprise';
export type Protocol = 'saml' | 'oidc';
export type Purpose = 'sso' | 'directory';

export interface SessionView {
  user: { id: string; email: string; name?: string | null };
  accounts: {
    id: string;
    slug: string;
    name?: string;
    role: Role;
    access: { allowed: boolean; reason?: string };
  }[];
  csrfToken: string;
}

export interface AccountView {
  id: string;
  name: string;
  slug: string;
  plan: Plan;
}

export interface DomainView {
  id: string;
  name: string;
  status: 'pending' | 'verified' | 'enabled' | 'lost';
  proof: { type: string; name: string; value: string };
}

export interface CertificateView {
  subject: string;
  fingerprint?: string;
  fingerprintSha256?: string;
  notAfter?: string;
  expiresAt?: string;
}

export interface SamlView {
  entityId?: string;
  idpEntityId?: string;
  ssoUrl: string;
  sloUrl?: string | null;
  certificates: CertificateView[];
}

export interface OidcView {
  issuer: string;
  clientId: string;
  authorizationEndpoint?: string;
  tokenEndpoint?: string;
  jwksUri?: string;
  scopes?: string[];
  tokenAuthMethod?: string;
}

export interface ConnectionView {
  id: string;
  protocol: Protocol;
  provider: string;
  name: string;
  status: 'draft' | 'tested' | 'active' | 'disabled' | 'suspended';
  domains: { id: string; name: string }[];
  serviceProvider?: { entityId: string; acsUrl: string; metadataUrl: string } | null;
  relyingParty?: { redirectUri: string } | null;
  saml?: SamlView | null;
  oidc?: OidcView | null;
  lastTest?: { status: string; at?: string } | null;
}

export interface TestCheck {
  code: string;
  ok: boolean;
  expected?: string | null;
  received?: string | null;
  hint?: string | null;
}

export interface TestView {
  id: string;
  status: 'pending' | 'succeeded' | 'failed' | 'expired';
  code?: string | null;
  checks: TestCheck[];
  profile?: Record<string, unknown> | null;
}

export interface SetupLinkView {
  id: string;
  status: string;
  domains: { id: string; name: string }[];
  purposes: Purpose[];
  mayActivate?: boolean;
  createdAt: string;
  expiresAt: string;
}

export interface DirectoryView {
  id: string;
  name: string;
  baseUrl: string;
  status: string;
  counts: { users: number; active: number; groups?: number };
  lastRequestAt: string | null;
}

export interface DirectoryTokenView {
  id: string;
  lastFour?: string;
  createdAt: string;
  lastUsedAt: string | null;
}

export interface MemberView {
  id: string;
  userId: string | null;
  email: string;
  name: string | null;
  role: Role;
  status: string;
  managedBy: 'directory' | 'sso' | 'local';
}

export interface PolicyView {
  enforcement: 'off' | 'monitor' | 'required';
  exempt: 'owners_and_admins' | 'owners' | 'nobody';
  jitProvisioning: boolean;
}

export interface ApiKeyView {
  id: string;
  name: string;
  role: Role;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt?: string | null;
}

export interface SetupView {
  account: { id: string; name: string };
  domains: { id: string; name: string }[];
  purposes: Purpose[];
  mayActivate?: boolean;
  invitedBy?: { name?: string | null; email?: string | null } | null;
  expiresAt?: string;
  connections: ConnectionView[];
  progress?: unknown;
  csrfToken: string;
}
