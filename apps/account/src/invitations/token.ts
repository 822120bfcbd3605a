import { createHash, randomBytes } from 'node:crypto';

/** A new link token of 256 bits, and the hash by which it is known from now on. */
export function newToken(): { token: string; tokenHash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, tokenHash: createHash('sha256').update(token).digest('base64url') };
}
