import { describe, expect, it } from 'vitest';
import { attributeXml, inSeconds } from '../testing-idp.js';
import { idp, entityId, verify, codeOf, inAssertion, type Case } from './case.fixture.js';

describe('the signed assertion', () => {
  it.each<[string, string, Case]>([
    [
      'a foreign Issuer',
      'issuer_mismatch',
      inAssertion(`<saml:Issuer>${idp.entityId}`, '<saml:Issuer>https://other.example'),
    ],
    ['another audience', 'audience_mismatch', { parts: { audience: 'https://other.example' } }],
    ['an audience in capitals', 'audience_mismatch', { parts: { audience: entityId.toUpperCase() } }],
    [
      'no audience',
      'audience_mismatch',
      inAssertion(/<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/, '<saml:OneTimeUse/>'),
    ],
    [
      'one more restriction, for others',
      'audience_mismatch',
      inAssertion(
        '</saml:Conditions>',
        '<saml:AudienceRestriction><saml:Audience>https://other.example</saml:Audience></saml:AudienceRestriction></saml:Conditions>',
      ),
    ],
    ['no Recipient', 'recipient_mismatch', inAssertion(/ Recipient="[^"]*"/, '')],
    [
      'another Recipient',
      'recipient_mismatch',
      inAssertion(/Recipient="[^"]*"/, 'Recipient="https://evil.test/acs"'),
    ],
    ['holder of key', 'confirmation_method', inAssertion('cm:bearer', 'cm:holder-of-key')],
    ['no NameID', 'subject_malformed', inAssertion(/<saml:NameID.*<\/saml:NameID>/, '')],
    ['two NameIDs', 'subject_malformed', inAssertion(/(<saml:NameID.*<\/saml:NameID>)/, '$1$1')],
    [
      'two confirmations',
      'subject_malformed',
      inAssertion(/(<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>)/, '$1$1'),
    ],
    [
      'an element in the NameID',
      'subject_malformed',
      inAssertion('>ada@acme.test</saml:NameID>', '>ada@acme.test<x>.evil.test</x></saml:NameID>'),
    ],
    [
      'a transient NameID',
      'subject_malformed',
      { parts: { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' } },
    ],
    [
      'empty Conditions',
      'time_invalid',
      inAssertion(/(<saml:Conditions [^>]*>).*<\/saml:Conditions>/, '$1</saml:Conditions>'),
    ],
    ['no Conditions', 'time_invalid', inAssertion(/<saml:Conditions.*<\/saml:Conditions>/, '')],
    ['no AuthnStatement', 'time_invalid', inAssertion(/<saml:AuthnStatement.*<\/saml:AuthnStatement>/, '')],
    [
      'an expired assertion',
      'time_invalid',
      inAssertion(/(<saml:Conditions [^>]*NotOnOrAfter=")[^"]*/, `$1${inSeconds(-120)}`),
    ],
    [
      'a confirmation that has expired',
      'time_invalid',
      inAssertion(/(SubjectConfirmationData NotOnOrAfter=")[^"]*/, `$1${inSeconds(-120)}`),
    ],
    [
      'a confirmation without an end',
      'time_invalid',
      inAssertion(/(SubjectConfirmationData) NotOnOrAfter="[^"]*"/, '$1'),
    ],
    [
      'an assertion not yet valid',
      'time_invalid',
      inAssertion(/NotBefore="[^"]*"/, `NotBefore="${inSeconds(120)}"`),
    ],
    [
      'an assertion of the future',
      'time_invalid',
      inAssertion(/IssueInstant="[^"]*"/, `IssueInstant="${inSeconds(120)}"`),
    ],
    [
      'an assertion of an hour ago',
      'time_invalid',
      inAssertion(/IssueInstant="[^"]*"/, `IssueInstant="${inSeconds(-3600)}"`),
    ],
    [
      'a sign-in of the future',
      'time_invalid',
      inAssertion(/AuthnInstant="[^"]*"/, `AuthnInstant="${inSeconds(120)}"`),
    ],
    [
      'a session that is over',
      'time_invalid',
      inAssertion(/SessionNotOnOrAfter="[^"]*"/, `SessionNotOnOrAfter="${inSeconds(-120)}"`),
    ],
    [
      'a time with an offset',
      'time_invalid',
      inAssertion(/AuthnInstant="[^"]*"/, 'AuthnInstant="2026-01-01T00:00:00+02:00"'),
    ],
    [
      '31 February',
      'time_invalid',
      inAssertion(/AuthnInstant="[^"]*"/, 'AuthnInstant="2026-02-31T00:00:00Z"'),
    ],
    [
      'an email attribute that appears twice',
      'attribute_malformed',
      inAssertion(
        '</saml:AttributeStatement>',
        `${attributeXml(['email', 'eve@acme.test'])}</saml:AttributeStatement>`,
      ),
    ],
    [
      'an email with two values',
      'attribute_malformed',
      { parts: { attributes: { email: ['ada@acme.test', 'eve@acme.test'] } } },
    ],
    [
      'an attribute named nameID',
      'attribute_malformed',
      { parts: { attributes: { email: 'ada@acme.test', nameID: 'eve@acme.test' } } },
    ],
    [
      'an attribute named __proto__',
      'attribute_malformed',
      {
        parts: {
          attributes: Object.fromEntries([
            ['email', 'ada@acme.test'],
            ['__proto__', 'x'],
          ]),
        },
      },
    ],
    [
      'an email with elements',
      'attribute_malformed',
      { parts: { attributes: { email: 'ada@acme.test<x>.evil.test</x>' } } },
    ],
    [
      'no email',
      'email_missing',
      {
        parts: {
          nameId: 'u-17',
          nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
          attributes: { firstName: 'Ada' },
        },
      },
    ],
    ['a newline in the address', 'email_malformed', { parts: { email: 'ada@acme.test&#10;' } }],
    ['full-width letters', 'email_malformed', { parts: { email: 'ada@ａcme.test' } }],
    ['a quoted local part', 'email_malformed', { parts: { email: '&quot;ada@acme.test&quot;@evil.test' } }],
    ['two @', 'email_malformed', { parts: { email: 'ada@evil.test@acme.test' } }],
    ['an address of another domain', 'email_domain_not_enabled', { parts: { email: 'ada@other.test' } }],
    ['a subdomain', 'email_domain_not_enabled', { parts: { email: 'ada@mail.acme.test' } }],
    ['a domain that ends alike', 'email_domain_not_enabled', { parts: { email: 'ada@notacme.test' } }],
  ])('refuses %s', async (_title, code, it) => {
    expect(await codeOf(it)).toBe(code);
  });

  it('says what was expected, what was received and what to do', async () => {
    const verdict = await verify({ parts: { audience: 'https://other.example' } });
    expect(verdict.ok).toBe(false);
    expect(verdict.checks.at(-1)).toMatchObject({
      code: 'audience_mismatch',
      ok: false,
      expected: entityId,
      received: 'https://other.example',
      hint: expect.stringContaining('entity ID') as string,
    });
    expect(verdict.checks.slice(0, -1).every(({ ok }) => ok)).toBe(true);
  });
});
