import { createLocalJWKSet, jwtVerify } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSigningKeys, SigningKeys } from './signing-keys.js';

function newJwk(kid?: string): Record<string, unknown> {
  return {
    ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
    ...(kid === undefined ? {} : { kid }),
  };
}

describe('SigningKeys', () => {
  it('signs with the newest key and verifies with all that are published', async () => {
    const [older, newer] = [newJwk('older'), newJwk()];
    const before = new SigningKeys(JSON.stringify([older]));
    const after = new SigningKeys(JSON.stringify({ keys: [newer, older] }));
    const keys = createLocalJWKSet(after.jwks);
    const old = await jwtVerify(before.token({ sub: 'a' }, 60), keys, { algorithms: ['EdDSA'] });
    const { payload, protectedHeader } = await jwtVerify(after.token({ sub: 'b' }, 60), keys, {
      algorithms: ['EdDSA'],
    });
    expect(old.protectedHeader.kid).toBe('older');
    expect(protectedHeader.kid).toMatch(/^[\w-]{43}$/);
    expect(payload.exp! - payload.iat!).toBe(60);
  });

  it('publishes no private part', () => {
    const text = JSON.stringify(new SigningKeys(JSON.stringify([newJwk()])).jwks);
    expect(JSON.parse(text).keys[0]).not.toHaveProperty('d');
  });

  it.each([
    ['no JSON', 'secret'],
    ['an empty list', '[]'],
    ['a public key only', JSON.stringify([{ ...newJwk(), d: undefined }])],
    [
      'another curve',
      JSON.stringify([
        generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
      ]),
    ],
    ['parts of two keys', JSON.stringify([{ ...newJwk(), x: newJwk()['x'] }])],
  ])('refuses %s without repeating it', (_, setting) => {
    expect(() => parseSigningKeys(setting)).toThrow(/must|holds/);
    expect(() => parseSigningKeys(setting)).not.toThrow(setting === '[]' ? 'nothing' : setting);
  });
});
