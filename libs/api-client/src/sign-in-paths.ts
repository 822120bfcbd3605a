/**
 * Calls of the sign-in flow that the gateway serves outside its declared operations: discovery answers in the same time
 * for every address, and test sign-ins belong to the SAML and OpenID Connect flows.
 */

interface Json<T> {
  headers: Record<string, unknown>;
  content: { 'application/json': T };
}

interface NoParameters {
  query?: never;
  header?: never;
  path?: never;
  cookie?: never;
}

interface OfConnection {
  query?: { cursor?: string };
  header?: never;
  path: { accountId: string; connectionId: string };
  cookie?: never;
}

interface OfTest {
  query?: never;
  header?: never;
  path: { accountId: string; connectionId: string; testId: string };
  cookie?: never;
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

export interface signInPaths {
  '/auth/discover': {
    parameters: NoParameters;
    post: {
      parameters: NoParameters;
      requestBody: { content: { 'application/json': { email: string } } };
      responses: { 200: Json<{ method: 'sso'; url: string } | { method: 'password' }> };
    };
  };
  '/api/v1/accounts/{accountId}/connections/{connectionId}/test': {
    parameters: OfConnection;
    post: {
      parameters: OfConnection;
      requestBody?: never;
      responses: { 200: Json<{ id: string; url: string }> };
    };
  };
  '/api/v1/accounts/{accountId}/connections/{connectionId}/tests': {
    parameters: OfConnection;
    get: {
      parameters: OfConnection;
      requestBody?: never;
      responses: { 200: Json<{ items: TestView[]; nextCursor: string | null }> };
    };
  };
  '/api/v1/accounts/{accountId}/connections/{connectionId}/tests/{testId}': {
    parameters: OfTest;
    get: { parameters: OfTest; requestBody?: never; responses: { 200: Json<TestView> } };
  };
}
