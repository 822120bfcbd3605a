import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalDomainName, DomainNameRefusal, type DomainNameRefusalCode } from './domain-name.js';

function codeOf(name: string): DomainNameRefusalCode | undefined {
  try {
    canonicalDomainName(name);
    return undefined;
  } catch (error) {
    if (error instanceof DomainNameRefusal) return error.code;
    throw error;
  }
}

describe('canonicalDomainName', () => {
  it.each([
    ['acme.com', 'acme.com'],
    ['  ACME.Com ', 'acme.com'],
    ['Bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['ａｃｍｅ.com', 'acme.com'],
    ['acme。com', 'acme.com'],
    ['faß.de', 'xn--fa-hia.de'],
    ['例え.jp', 'xn--r8jz45g.jp'],
    ['почта.example', 'xn--80a1acny.example'],
    ['mail.acme.co.uk', 'mail.acme.co.uk'],
    ['acme.test', 'acme.test'],
    ['acme.github.io', 'acme.github.io'],
    ['3m.com', '3m.com'],
  ])('reads %s as %s', (given, canonical) => {
    expect(canonicalDomainName(given)).toBe(canonical);
    expect(canonicalDomainName(canonical)).toBe(canonical);
  });

  it.each<[string, DomainNameRefusalCode, string]>([
    ['acme.com.', 'trailing_dot', 'acme.com'],
    ['acme.com。', 'trailing_dot', 'acme.com'],
    ['@acme.com', 'malformed', 'acme.com'],
    ['a@b@acme.com', 'malformed', 'acme.com'],
    ['"a b".acme.com', 'malformed', 'ab.acme.com'],
    ['https://acme.com', 'malformed', 'acme.com'],
    ['acme.com/path', 'malformed', 'acme.com'],
    ['acme.com:25', 'malformed', 'acme.com'],
    ['*.acme.com', 'malformed', 'www.acme.com'],
    ['acme..com', 'malformed', 'acme.com'],
    ['.acme.com', 'malformed', 'acme.com'],
    ['-acme.com', 'malformed', 'acme.com'],
    ['acme_x.com', 'malformed', 'acme-x.com'],
    ['acme%2ecom', 'malformed', 'acme.com'],
    ['acme', 'malformed', 'acme.com'],
    ['', 'malformed', 'acme.com'],
    ['acme\u0000.com', 'malformed', 'acme.com'],
    ['xn--a.com', 'malformed', 'xn--bcher-kva.com'],
    [`${'a'.repeat(64)}.com`, 'malformed', `${'a'.repeat(63)}.com`],
    ['127.0.0.1', 'ip_address', 'a127.0.0.example'],
    ['127.1', 'ip_address', '127.example'],
    ['0x7f.1', 'ip_address', '0x7f.example'],
    ['аcme.com', 'mixed_scripts', 'acme.com'],
    ['xn--cme-8cd.com', 'mixed_scripts', 'xn--80a1acny.com'],
    ['аcmе.com', 'mixed_scripts', 'acme.com'],
    ['co.uk', 'public_suffix', 'acme.co.uk'],
    ['github.io', 'public_suffix', 'acme.github.io'],
    ['gmail.com', 'public_mail_provider', 'gmail-acme.com'],
    ['GMail.com', 'public_mail_provider', 'acme.com'],
    ['mail.yahoo.com', 'public_mail_provider', 'mail.acme.com'],
  ])('refuses %j: %s (but not %s)', (refused, code, allowed) => {
    expect(codeOf(refused)).toBe(code);
    expect(codeOf(allowed)).toBeUndefined();
  });

  it('is stable: what it answers, it answers again, and always in the form of a host name', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string({ unit: 'grapheme' })), (given) => {
        if (codeOf(given) !== undefined) return;
        const name = canonicalDomainName(given);
        expect(name).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
        expect(canonicalDomainName(name)).toBe(name);
      }),
    );
  });
});
