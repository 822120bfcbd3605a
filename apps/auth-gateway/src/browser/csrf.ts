import { Problem } from '@gatehouse/service-host';
import type { WithHeaders } from './cookies.js';
import { sameSecret } from './tokens.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isWrite(method: string | undefined): boolean {
  return !SAFE.has(method ?? 'GET');
}

/** Whether the request comes from a page of our own origin. Browsers send `Origin` with every write. */
export function hasOwnOrigin(request: WithHeaders, publicOrigin: string): boolean {
  return request.headers.origin === publicOrigin;
}

/** Refuses a write that a cookie authenticates, unless it comes from our own page and carries that page's token. */
export function requireCsrf(request: WithHeaders, publicOrigin: string, expected: string): void {
  if (!hasOwnOrigin(request, publicOrigin)) {
    throw new Problem(
      'csrf_invalid',
      `Send the request from ${publicOrigin}: its Origin header is missing or another one.`,
    );
  }
  const sent = request.headers['x-csrf-token'];
  if (typeof sent !== 'string' || !sameSecret(sent, expected)) {
    throw new Problem('csrf_invalid', 'Send the csrfToken of GET /auth/session in the header X-CSRF-Token.');
  }
}

/** For forms that nobody is signed in to yet: refuses a foreign page; clients without an Origin are no browsers. */
export function refuseForeignOrigin(request: WithHeaders, publicOrigin: string): void {
  if (request.headers.origin !== undefined && !hasOwnOrigin(request, publicOrigin)) {
    throw new Problem('csrf_invalid', `Send the request from ${publicOrigin}.`);
  }
}
