import { describe, expect, it } from 'vitest';
import { OidcRefusal } from '../refusal.js';
import type { PersonContext, TokenContext } from './context.js';
import { hostedDomainFits } from './person.js';
import { entraTenant, tenantFits } from './token.js';

const tenant = '11111111-2222-3333-4444-555555555555';
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return error instanceof OidcRefusal ? error.code : String(error);
  }
};

describe('Entra', () => {
  const check = (claims: object, issuer = `https://login.microsoftonline.com/${tenant}/v2.0`) =>
    codeOf(() => tenantFits({ claims, options: { issuer } } as TokenContext));

  it("names people by the issuer's tenant and their object id", () => {
    expect(entraTenant(`https://login.microsoftonline.com/${tenant}/v2.0`)).toBe(tenant);
    expect(check({ tid: tenant, oid: 'o' })).toBe('accepted');
    expect(check({}, 'https://idp.acme.test')).toBe('accepted');
  });

  it('is refused from another tenant, without a tenant, and without an object id', () => {
    expect(check({ tid: tenant.replace('1', '9'), oid: 'o' })).toBe('tenant_mismatch');
    expect(check({ oid: 'o' })).toBe('tenant_mismatch');
    expect(check({ tid: tenant })).toBe('tenant_mismatch');
  });
});

describe('Google', () => {
  const check = (
    claims: object,
    enabledDomains: string[] | null = ['acme.test'],
    issuer = 'https://accounts.google.com',
  ) => codeOf(() => hostedDomainFits({ claims, enabledDomains, options: { issuer } } as PersonContext));

  it('is accepted with a hosted domain that is enabled', () => {
    expect(check({ hd: 'acme.test' })).toBe('accepted');
    expect(check({ hd: 'other.test' }, null)).toBe('accepted');
    expect(check({}, ['acme.test'], 'https://idp.acme.test')).toBe('accepted');
  });

  it('is refused with another hosted domain, and for consumer accounts, which have none', () => {
    expect(check({ hd: 'other.test' })).toBe('hosted_domain_mismatch');
    expect(check({})).toBe('hosted_domain_mismatch');
    expect(check({}, null)).toBe('hosted_domain_mismatch');
  });
});
