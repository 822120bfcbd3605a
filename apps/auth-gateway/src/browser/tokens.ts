import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256, base64url: how every opaque token is stored. */
export function digest(token: string): string {
  return hash('sha256', token, 'base64url');
}

/** The CSRF token of a session: derived from the cookie, from which a foreign page learns nothing. */
export function csrfTokenOf(sessionToken: string): string {
  return digest(`csrf:${sessionToken}`);
}

/** Compares in a time that tells nothing of where the two differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(digest(a)), Buffer.from(digest(b)));
}
