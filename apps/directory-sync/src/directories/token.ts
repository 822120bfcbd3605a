import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { idOf, newId } from '@gatehouse/contracts';

const PREFIX = 'gh_scim_';
const ID_LENGTH = 26;
const SECRET = /^[A-Za-z0-9_-]{43}$/;
const tokenId = idOf('dtok');

export interface MintedToken {
  readonly id: string;
  /** Shown once, never stored. */
  readonly token: string;
  readonly secretHash: Buffer;
  readonly lastFour: string;
}

/** A new token: `gh_scim_`, the id's suffix, `_`, 256 random bits. */
export function mintToken(): MintedToken {
  const id = newId('dtok');
  const secret = randomBytes(32).toString('base64url');
  return {
    id,
    token: `${PREFIX}${id.slice('dtok_'.length)}_${secret}`,
    secretHash: hashSecret(secret),
    lastFour: secret.slice(-4),
  };
}

/** The parts of a well-formed token, or undefined: no look-up is worth making for anything else. */
export function parseToken(token: string): { id: string; secretHash: Buffer } | undefined {
  const length = PREFIX.length + ID_LENGTH + 1 + 43;
  if (token.length !== length || !token.startsWith(PREFIX)) return undefined;
  const id = `dtok_${token.slice(PREFIX.length, PREFIX.length + ID_LENGTH)}`;
  const secret = token.slice(-43);
  const isWellFormed =
    tokenId.safeParse(id).success && token.charAt(PREFIX.length + ID_LENGTH) === '_' && SECRET.test(secret);
  return isWellFormed ? { id, secretHash: hashSecret(secret) } : undefined;
}

/** Constant-time; both are SHA-256, hence of equal length. */
export function sameHash(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

/** 256 random bits need no slow hash: there is nothing to guess. */
function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
