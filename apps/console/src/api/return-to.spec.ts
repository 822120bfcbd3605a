import { describe, expect, it } from 'vitest';
import { safeReturnTo, ssoAddress } from './return-to';

const origin = 'https://sso.example.test';

describe('where a sign-in returns to', () => {
  it.each(['/accounts/acct_1/sso', '/accounts/acct_1/sso?tab=scim#token', '/'])(
    'takes the path %s',
    (path) => {
      expect(safeReturnTo(path, origin)).toBe(path);
    },
  );

  it.each([
    '//evil.test',
    '/\\evil.test',
    'https:evil.test',
    'https://evil.test/',
    '/\t/evil.test',
    '\\evil',
    '',
    undefined,
    ['/a'],
  ])('falls back to / for %j', (value) => {
    expect(safeReturnTo(value, origin)).toBe('/');
  });

  it('adds returnTo to the address that discovery gave', () => {
    expect(ssoAddress('/auth/sso?email=a%40acme.test', '/x', origin)).toBe(
      `${origin}/auth/sso?email=a%40acme.test&returnTo=%2Fx`,
    );
  });

  it('refuses an address of another origin', () => {
    expect(ssoAddress('https://evil.test/auth/sso', '/x', origin)).toBeNull();
  });
});
