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
  user: { id: string; email: string; name: string };
  accounts: {
    id: string;
    slug: string;
    name: string;
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
  fingerprintSha256: string;
  notBefore: string;
  notAfter: string;
}

export interface SamlView {
  entityId: string;
  ssoUrl: string;
  sloUrl: string | null;
  certificates: CertificateView[];
  wantResponseSigned: boolean;
  metadataUrl: string | null;
}

export interface OidcView {
  issuer: string;
  clientId: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  jwksUri: string;
  scopes: string[];
  tokenAuthMethod: string;
}

export interface ConnectionView {
  id: string;
  protocol: Protocol;
  provider: string;
  name: string;
  status: 'draft' | 'tested' | 'active' | 'disabled' | 'suspended';
  domains: { id: string; name: string }[];
  serviceProvider: { entityId: string; acsUrl: string; metadataUrl: string } | null;
  relyingParty: { redirectUri: string } | null;
  saml: SamlView | null;
  oidc: OidcView | null;
  /** Of the configuration as edited last. */
  configVersion: number;
  /** The newest configuration version with a successful test sign-in. */
  testedVersion: number | null;
  /** The configuration version that members sign in with. */
  liveVersion: number | null;
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
  status: 'pending' | 'opened' | 'completed' | 'revoked' | 'expired';
  domains: { id: string; name: string }[];
  purposes: Purpose[];
  mayActivate: boolean;
  progress: ProgressView | null;
  createdAt: string;
  expiresAt: string;
  openedAt: string | null;
  completedAt: string | null;
}

export interface ProgressView {
  step: string;
  connectionId?: string | null;
}

export interface DirectoryView {
  id: string;
  name: string;
  baseUrl: string;
  status: string;
  counts: { users: number; active: number };
  lastRequestAt: string | null;
}

export interface DirectoryTokenView {
  id: string;
  lastFour: string;
  createdAt: string;
  lastUsedAt: string | null;
}

export interface MemberView {
  id: string;
  userId: string;
  email: string;
  name: string | null;
  role: Role;
  status: 'invited' | 'active' | 'deprovisioned';
  managedBy: 'directory' | 'sso' | 'local';
  /** The account has a live directory, and it does not know this member. */
  notInDirectory: boolean;
  /** The directory wants an address for this member that is somebody else's. */
  emailConflict: boolean;
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
  lastUsedAt: string | null;
}

export interface SetupView {
  account: { id: string; name: string };
  domains: { id: string; name: string }[];
  purposes: Purpose[];
  mayActivate: boolean;
  status: 'opened' | 'completed';
  expiresAt: string;
  connections: ConnectionView[];
  progress: ProgressView | null;
  csrfToken: string;
}
