import type { Answer, Body } from './paths.js';

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

type ItemOf<T> = T extends { items: (infer I)[] } ? I : never;

export type SessionView = Answer<'/auth/session', 'get'>;
export type DomainView = ItemOf<Answer<'/api/v1/accounts/{accountId}/domains', 'get'>>;
export type ConnectionView = ItemOf<Answer<'/api/v1/accounts/{accountId}/connections', 'get'>>;
export type SamlView = NonNullable<ConnectionView['saml']>;
export type CertificateView = SamlView['certificates'][number];
export type Protocol = ConnectionView['protocol'];
export type SetupLinkView = ItemOf<Answer<'/api/v1/accounts/{accountId}/setup-links', 'get'>>;
export type Purpose = SetupLinkView['purposes'][number];
export type SetupView = Answer<'/api/v1/setup', 'get'>;
export type DirectoryView = ItemOf<Answer<'/api/v1/accounts/{accountId}/directories', 'get'>>;
export type DirectoryTokenView = ItemOf<
  Answer<'/api/v1/accounts/{accountId}/directories/{directoryId}/tokens', 'get'>
>;
export type MemberView = ItemOf<Answer<'/api/v1/accounts/{accountId}/members', 'get'>>;
export type Role = MemberView['role'];
export type PolicyView = Answer<'/api/v1/accounts/{accountId}/sso/policy', 'get'>;
export type ApiKeyView = ItemOf<Answer<'/api/v1/accounts/{accountId}/api-keys', 'get'>>;
export type SamlInput = Body<'/api/v1/accounts/{accountId}/connections/{connectionId}/saml', 'put'>;
export type TestView = Answer<
  '/api/v1/accounts/{accountId}/connections/{connectionId}/tests/{testId}',
  'get'
>;
export type TestCheck = TestView['checks'][number];
