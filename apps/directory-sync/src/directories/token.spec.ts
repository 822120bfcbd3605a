import { describe, expect, it } from 'vitest';
import { mintToken, parseToken, sameHash } from './token.js';

describe('directory tokens', () => {
  it('are parsed to their id and the hash of their secret', () => {
    const minted = mintToken();
    const parsed = parseToken(minted.token);
    expect(parsed?.id).toBe(minted.id);
    expect(parsed && sameHash(parsed.secretHash, minted.secretHash)).toBe(true);
    expect(minted.token.endsWith(minted.lastFour)).toBe(true);
    expect(JSON.stringify({ ...minted, token: '' })).not.toContain(minted.token.slice(-43));
  });

  it.each<[string, (token: string) => string]>([
    ['another prefix', (token) => token.replace('gh_scim_', 'gh_key__')],
    ['one character less', (token) => token.slice(0, -1)],
    ['one character more', (token) => `${token}A`],
    ['a character that base64url does not have', (token) => `${token.slice(0, -1)}+`],
    ['an id that is none', (token) => token.replace(/^gh_scim_./, 'gh_scim_z')],
    ['nothing', () => ''],
  ])('with %s are none', (_name, change) => {
    const { token } = mintToken();
    expect(parseToken(token)).toBeDefined();
    expect(parseToken(change(token))).toBeUndefined();
  });

  it('with another secret have another hash', () => {
    const { token, secretHash } = mintToken();
    const other = parseToken(token.slice(0, -43) + mintToken().token.slice(-43));
    expect(other && sameHash(other.secretHash, secretHash)).toBe(false);
  });
});
