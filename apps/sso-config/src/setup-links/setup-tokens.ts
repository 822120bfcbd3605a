import { createHash, randomBytes } from 'node:crypto';

/** A prefix tells kinds of tokens apart: in leak scanners, and where one is tried in the place of another. */
export const linkTokenPrefix = 'gh_link_';
export const sessionTokenPrefix = 'gh_setup_';

/** 256 bits, base64url. */
export function newToken(prefix: string): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** How a token is stored: SHA-256 suffices for 256 random bits. A look-up by hash needs no constant-time comparison. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** The set-up session's cookie. `__Host-` and Secure where the public address is https; Safari refuses them on http://localhost. */
export function setupCookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-gh_setup' : 'gh_setup';
}

/** The Set-Cookie header that hands a browser its set-up session. */
export function setupCookie(publicUrl: string, token: string, expiresAt: Date): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${setupCookieName(publicUrl)}=${token}; Path=/; HttpOnly; SameSite=Lax; Expires=${expiresAt.toUTCString()}${secure}`;
}
