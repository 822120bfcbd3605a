import createClient, { type Client, type Middleware } from 'openapi-fetch';
import type { paths } from './paths.js';

export type { paths } from './paths.js';
export type * from './views.js';

export interface ApiClientOptions {
  /** Origin of Gatehouse, for example `https://sso.example.com`; empty for the page's own origin. */
  baseUrl: string;
  /** The CSRF token of the browser's session (`csrfToken` of `GET /auth/session` or `GET /api/v1/setup`), if any. */
  csrf?: () => string | undefined;
}

export type ApiClient = Client<paths>;

/** A client of Gatehouse's whole HTTP API, typed by its OpenAPI document. */
export function createApiClient({ baseUrl, csrf }: ApiClientOptions): ApiClient {
  const client = createClient<paths>({ baseUrl, credentials: 'same-origin' });
  client.use(sendCsrfToken(csrf ?? (() => undefined)));
  return client;
}

/** Sent on reads too: where a browser holds a session and a set-up session, it names the one that is meant. */
function sendCsrfToken(csrf: () => string | undefined): Middleware {
  return {
    onRequest({ request }) {
      const token = csrf();
      if (token !== undefined) request.headers.set('X-CSRF-Token', token);
      return request;
    },
  };
}
