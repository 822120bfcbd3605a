import { createHash } from 'node:crypto';
import { compactDecrypt, CompactEncrypt, decodeProtectedHeader } from 'jose';

/** A 256-bit key of `SEALING_KEYS`, which sso-config and the gateway hold. */
export interface SealingKey {
  readonly kid: string;
  readonly key: Uint8Array;
}

/** What a secret belongs to: it opens for this connection of this account and for no other. */
export interface SealBinding {
  readonly accountId: string;
  readonly connectionId: string;
}

export type UnsealFailureCode = 'unknown_key' | 'damaged' | 'wrong_binding';

export class UnsealFailure extends Error {
  override readonly name = 'UnsealFailure';

  constructor(
    readonly code: UnsealFailureCode,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Reads `SEALING_KEYS`: 32 bytes each in base64url, separated by commas, newest first.
 * @throws TypeError that says which entry is wrong, without showing it
 */
export function parseSealingKeys(setting: string): SealingKey[] {
  return setting.split(',').map((entry, index) => {
    const key = Buffer.from(entry.trim(), 'base64url');
    if (key.length !== 32 || !/^[\w+/-]+=*$/.test(entry.trim())) {
      throw new TypeError(`sealing key ${index + 1} is not 32 bytes in base64url`);
    }
    return { kid: createHash('sha256').update(key).digest('base64url').slice(0, 12), key };
  });
}

/**
 * Encrypts a secret by the newest key (JWE, RFC 7516: `dir`, A256GCM). What it belongs to stands in the protected
 * header, which is the cipher's additional authenticated data: it is readable and can't be changed.
 */
export async function seal(
  keys: readonly SealingKey[],
  binding: SealBinding,
  secret: string,
): Promise<string> {
  const newest = keys[0];
  if (newest === undefined) throw new TypeError('there is no sealing key');
  return new CompactEncrypt(new TextEncoder().encode(secret))
    .setProtectedHeader({
      alg: 'dir',
      enc: 'A256GCM',
      kid: newest.kid,
      account: binding.accountId,
      connection: binding.connectionId,
    })
    .encrypt(newest.key);
}

/** Decrypts what `seal` made for the same account and connection. @throws UnsealFailure */
export async function unseal(
  keys: readonly SealingKey[],
  binding: SealBinding,
  sealed: string,
): Promise<string> {
  const header = headerOf(sealed);
  const key = keys.find(({ kid }) => kid === header['kid']);
  if (key === undefined)
    throw new UnsealFailure('unknown_key', 'The secret was sealed by a key that is not in SEALING_KEYS.');
  const { plaintext } = await compactDecrypt(sealed, key.key, {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  }).catch(() => {
    throw damaged();
  });
  if (header['account'] !== binding.accountId || header['connection'] !== binding.connectionId) {
    throw new UnsealFailure('wrong_binding', 'The secret belongs to another connection.');
  }
  return new TextDecoder().decode(plaintext);
}

function headerOf(sealed: string): Record<string, unknown> {
  try {
    return decodeProtectedHeader(sealed);
  } catch {
    throw damaged();
  }
}

function damaged(): UnsealFailure {
  return new UnsealFailure('damaged', 'The sealed secret is damaged.');
}
