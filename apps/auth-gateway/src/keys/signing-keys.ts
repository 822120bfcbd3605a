import { createPrivateKey, createPublicKey, hash, type KeyObject, sign } from 'node:crypto';
import { z } from 'zod';

/** An Ed25519 private key (RFC 8037). */
const signingJwk = z.looseObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  d: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  kid: z.string().min(1).optional(),
});

const jwkSet = z.union([
  z.array(signingJwk).min(1),
  z.object({ keys: z.array(signingJwk).min(1) }).transform((set) => set.keys),
  signingJwk.transform((key) => [key]),
]);

export interface PublicJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
  alg: 'EdDSA';
  use: 'sig';
}

/**
 * Signs with the newest key and publishes all, so that keys can be rotated: add one in front, and drop the last when the
 * tokens it signed have expired. Signatures are made synchronously: they are rare, because tokens are reused.
 */
export class SigningKeys {
  readonly jwks: { keys: PublicJwk[] };
  private readonly signer: KeyObject;
  private readonly header: string;

  constructor(setting: string) {
    const keys = parseSigningKeys(setting);
    this.jwks = {
      keys: keys.map(({ kid, x }) => ({ kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' })),
    };
    const newest = keys[0];
    this.signer = newest.key;
    this.header = encode({ alg: 'EdDSA', typ: 'JWT', kid: newest.kid });
  }

  /** A signed JWT (RFC 7519) that expires `seconds` after now. */
  token(claims: Record<string, unknown>, seconds: number): string {
    const iat = Math.floor(Date.now() / 1000);
    const input = `${this.header}.${encode({ ...claims, iat, exp: iat + seconds })}`;
    return `${input}.${sign(null, Buffer.from(input), this.signer).toString('base64url')}`;
  }
}

interface ParsedKey {
  kid: string;
  x: string;
  key: KeyObject;
}

/** Throws with what is wrong, never with the key itself. */
export function parseSigningKeys(setting: string): [ParsedKey, ...ParsedKey[]] {
  let json: unknown;
  try {
    json = JSON.parse(setting);
  } catch {
    throw new Error('must be a JSON array of Ed25519 private keys (JWK), newest first');
  }
  const parsed = jwkSet.safeParse(json);
  if (!parsed.success)
    throw new Error('must hold Ed25519 private keys as JWKs: {"kty":"OKP","crv":"Ed25519","x":…,"d":…}');
  const keys = parsed.data.map((jwk) => {
    const key = createPrivateKey({ key: jwk, format: 'jwk' });
    const { x } = createPublicKey(key).export({ format: 'jwk' });
    if (x !== jwk.x) throw new Error('holds a key whose public part does not belong to its private part');
    return { kid: jwk.kid ?? thumbprint(jwk.x), x: jwk.x, key };
  });
  return keys as [ParsedKey, ...ParsedKey[]];
}

/** RFC 7638 and RFC 8037 appendix A.3. */
function thumbprint(x: string): string {
  return hash('sha256', `{"crv":"Ed25519","kty":"OKP","x":"${x}"}`, 'base64url');
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
