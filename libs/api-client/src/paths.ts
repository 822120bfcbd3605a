import type * as View from './views.js';

interface Answers<R> {
  200: { headers: Record<string, unknown>; content: { 'application/json': R } };
}
interface Parameters<P> {
  query?: Record<string, string | number | undefined>;
  header?: never;
  path: P;
  cookie?: never;
}
interface Read<P, R> {
  parameters: Parameters<P>;
  requestBody?: never;
  responses: Answers<R>;
}
interface Write<P, B, R> {
  parameters: Parameters<P>;
  requestBody: { content: { 'application/json': B } };
  responses: Answers<R>;
}
/** A write without a body. */
interface Act<P, R> {
  parameters: Parameters<P>;
  requestBody?: never;
  responses: Answers<R>;
}

type None = Record<never, never>;
interface A {
  accountId: string;
}
type AC = A & { connectionId: string };
type AD = A & { directoryId: string };
type ADom = A & { domainId: string };

export interface SamlInput {
  metadataXml?: string;
  metadataUrl?: string;
  entityId?: string;
  ssoUrl?: string;
  certificates?: string[];
  wantResponseSigned?: boolean;
}

export interface OidcInput {
  issuer: string;
  clientId: string;
  /** May be left out where the same issuer and client are configured already. */
  clientSecret?: string;
}

/** The calls that our own pages make. */
export interface paths {
  '/auth/session': { parameters: Parameters<None>; get: Read<None, View.SessionView> };
  '/auth/sign-out': { parameters: Parameters<None>; post: Act<None, unknown> };
  '/auth/discover': {
    parameters: Parameters<None>;
    post: Write<None, { email: string }, { method: 'sso'; url: string } | { method: 'password' }>;
  };
  '/auth/password': {
    parameters: Parameters<None>;
    post: Write<None, { email: string; password: string }, unknown>;
  };
  '/auth/password/reset-request': {
    parameters: Parameters<None>;
    post: Write<None, { email: string }, unknown>;
  };
  '/auth/password/reset': {
    parameters: Parameters<None>;
    post: Write<None, { token: string; password: string }, unknown>;
  };
  '/auth/invitations/accept': {
    parameters: Parameters<None>;
    post: Write<
      None,
      { token: string; name: string; password?: string },
      { accountId: string; next: 'signed_in' | 'sso' }
    >;
  };
  '/api/v1/accounts/{accountId}': { parameters: Parameters<A>; get: Read<A, View.AccountView> };
  '/api/v1/accounts/{accountId}/api-keys': {
    parameters: Parameters<A>;
    get: Read<A, View.Page<View.ApiKeyView>>;
    post: Write<A, { name: string; role: View.Role; expiresAt?: string }, { id: string; key: string }>;
  };
  '/api/v1/accounts/{accountId}/api-keys/{keyId}': {
    parameters: Parameters<A & { keyId: string }>;
    delete: Act<A & { keyId: string }, unknown>;
  };
  '/api/v1/accounts/{accountId}/members': {
    parameters: Parameters<A>;
    get: Read<A, View.Page<View.MemberView>>;
    post: Write<A, { email: string; role: View.Role }, { id: string; invitationUrl: string }>;
  };
  '/api/v1/accounts/{accountId}/members/{memberId}': {
    parameters: Parameters<A & { memberId: string }>;
    patch: Write<A & { memberId: string }, { role: View.Role }, unknown>;
    delete: Act<A & { memberId: string }, unknown>;
  };
  '/api/v1/accounts/{accountId}/sso/policy': {
    parameters: Parameters<A>;
    get: Read<A, View.PolicyView>;
    put: Write<A, View.PolicyView, View.PolicyView>;
  };
  '/api/v1/accounts/{accountId}/domains': {
    parameters: Parameters<A>;
    get: Read<A, View.Page<View.DomainView>>;
    post: Write<A, { name: string }, View.DomainView>;
  };
  '/api/v1/accounts/{accountId}/domains/{domainId}': {
    parameters: Parameters<ADom>;
    delete: Act<ADom, unknown>;
  };
  '/api/v1/accounts/{accountId}/domains/{domainId}/verify': {
    parameters: Parameters<ADom>;
    post: Act<ADom, View.DomainView>;
  };
  '/api/v1/accounts/{accountId}/domains/{domainId}/enable': {
    parameters: Parameters<ADom>;
    post: Act<ADom, View.DomainView>;
  };
  '/api/v1/accounts/{accountId}/domains/{domainId}/disable': {
    parameters: Parameters<ADom>;
    post: Act<ADom, View.DomainView>;
  };
  '/api/v1/accounts/{accountId}/connections': {
    parameters: Parameters<A>;
    get: Read<A, View.Page<View.ConnectionView>>;
    post: Write<
      A,
      { protocol: View.Protocol; provider: string; name: string; domainIds: string[] },
      View.ConnectionView
    >;
  };
  '/api/v1/accounts/{accountId}/connections/{connectionId}': {
    parameters: Parameters<AC>;
    get: Read<AC, View.ConnectionView>;
    delete: Act<AC, unknown>;
  };
  '/api/v1/accounts/{accountId}/connections/{connectionId}/saml': {
    parameters: Parameters<AC>;
    put: Write<AC, SamlInput, unknown>;
  };
  '/api/v1/accounts/{accountId}/connections/{connectionId}/oidc': {
    parameters: Parameters<AC>;
    put: Write<AC, OidcInput, unknown>;
  };
  '/api/v1/accounts/{accountId}/connections/{connectionId}/activate': {
    parameters: Parameters<AC>;
    post: Act<AC, unknown>;
  };
  '/api/v1/accounts/{accountId}/connections/{connectionId}/disable': {
    parameters: Parameters<AC>;
    post: Act<AC, unknown>;
  };
  '/api/v1/accounts/{accountId}/connections/{connectionId}/test': {
    parameters: Parameters<AC>;
    post: Act<AC, { id: string; url: string }>;
  };
  '/api/v1/accounts/{accountId}/connections/{connectionId}/tests': {
    parameters: Parameters<AC>;
    get: Read<AC, View.Page<View.TestView>>;
  };
  '/api/v1/accounts/{accountId}/connections/{connectionId}/tests/{testId}': {
    parameters: Parameters<AC & { testId: string }>;
    get: Read<AC & { testId: string }, View.TestView>;
  };
  '/api/v1/accounts/{accountId}/setup-links': {
    parameters: Parameters<A>;
    get: Read<A, View.Page<View.SetupLinkView>>;
    post: Write<
      A,
      { domainIds: string[]; purposes: View.Purpose[]; mayActivate?: boolean; expiresInHours?: number },
      { id: string; url: string }
    >;
  };
  '/api/v1/accounts/{accountId}/setup-links/{linkId}': {
    parameters: Parameters<A & { linkId: string }>;
    delete: Act<A & { linkId: string }, unknown>;
  };
  '/api/v1/accounts/{accountId}/directories': {
    parameters: Parameters<A>;
    get: Read<A, View.Page<View.DirectoryView>>;
    post: Write<A, { name: string; dialect: 'lenient' | 'strict' }, View.DirectoryView>;
  };
  '/api/v1/accounts/{accountId}/directories/{directoryId}': {
    parameters: Parameters<AD>;
    delete: Act<AD, unknown>;
  };
  '/api/v1/accounts/{accountId}/directories/{directoryId}/tokens': {
    parameters: Parameters<AD>;
    get: Read<AD, View.Page<View.DirectoryTokenView>>;
    post: Act<AD, { id: string; token: string }>;
  };
  '/api/v1/accounts/{accountId}/directories/{directoryId}/tokens/{tokenId}': {
    parameters: Parameters<AD & { tokenId: string }>;
    delete: Act<AD & { tokenId: string }, unknown>;
  };
  '/api/v1/setup/exchange': {
    parameters: Parameters<None>;
    post: Write<None, { token: string }, unknown>;
  };
  '/api/v1/setup/progress': {
    parameters: Parameters<None>;
    put: Write<None, View.ProgressView, View.SetupView>;
  };
  '/api/v1/setup/complete': { parameters: Parameters<None>; post: Act<None, View.SetupView> };
  '/api/v1/setup': { parameters: Parameters<None>; get: Read<None, View.SetupView> };
}
