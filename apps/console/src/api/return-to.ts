/**
 * A path on our own origin, or `/`. Browsers read `//evil`, `/\evil` and control characters inside a path as another
 * origin (WHATWG URL §4.4), so only what parses back to our origin is taken.
 */
export function safeReturnTo(value: unknown, origin: string): string {
  if (typeof value !== 'string' || !value.startsWith('/') || /[\\\u0000-\u0020]/.test(value)) return '/';
  const url = new URL(value, origin);
  return url.origin === new URL(origin).origin && !value.startsWith('//')
    ? `${url.pathname}${url.search}${url.hash}`
    : '/';
}

/** The address that starts a sign-in, with where to come back to; null when it leads elsewhere. */
export function ssoAddress(url: string, returnTo: string, origin: string): string | null {
  const target = new URL(url, origin);
  if (target.origin !== new URL(origin).origin) return null;
  target.searchParams.set('returnTo', returnTo);
  return target.href;
}
