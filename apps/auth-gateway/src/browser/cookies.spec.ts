import { describe, expect, it } from 'vitest';
import { BrowserCookies, readCookie } from './cookies.js';

describe('readCookie', () => {
  it.each([
    ['gh_session=abc', 'abc'],
    ['a=1; gh_session=abc; b=2', 'abc'],
    ['a=1;gh_session=abc', 'abc'],
    ['gh_session=first; gh_session=second', 'first'],
    ['xgh_session=evil; gh_session=abc', 'abc'],
    ['a=gh_session=evil', undefined],
    ['gh_sessions=evil', undefined],
    ['__Host-gh_session=other', undefined],
    ['gh_session', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (header, expected) => {
    expect(readCookie(header, 'gh_session')).toBe(expected);
  });
});

describe('BrowserCookies', () => {
  it('carries __Host- and Secure on https', () => {
    const cookies = new BrowserCookies('https://gatehouse.example');
    expect(cookies.startSession('t')).toBe('__Host-gh_session=t; Path=/; HttpOnly; SameSite=Lax; Secure');
    expect(cookies.bind('b', 600)).toEqual([
      '__Host-gh_signin=b; Path=/; HttpOnly; SameSite=None; Secure; Max-Age=600',
    ]);
    expect(cookies.session({ headers: { cookie: 'gh_session=weak; __Host-gh_session=t' } })).toBe('t');
  });

  it('carries neither on http://localhost, and binds a sign-in in both forms', () => {
    const cookies = new BrowserCookies('http://localhost:8080');
    expect(cookies.startSession('t')).toBe('gh_session=t; Path=/; HttpOnly; SameSite=Lax');
    const [none, lax] = cookies.bind('b', 600);
    expect(none).toContain('SameSite=None; Secure');
    expect(lax).toContain('SameSite=Lax');
    expect(lax).not.toContain('Secure');
    expect(cookies.bindings({ headers: { cookie: 'gh_signin=b' } })).toEqual(['b']);
    expect(cookies.bindings({ headers: { cookie: 'gh_signin_none=b; gh_signin=b' } })).toEqual(['b']);
    expect(cookies.bindings({ headers: {} })).toEqual([]);
  });
});
