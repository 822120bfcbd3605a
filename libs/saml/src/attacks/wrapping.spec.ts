import { describe, expect, it } from 'vitest';
import { responseXml, signXml } from '../testing-idp.js';
import { idp, attacker, parts, codeOf } from './case.fixture.js';

describe('signature wrapping', () => {
  const signed = responseXml(idp, parts);
  const assertion = /<saml:Assertion .*<\/saml:Assertion>/.exec(signed)![0];
  const evil = assertion
    .replace(/<ds:Signature .*?<\/ds:Signature>/, '')
    .replace(/ada@acme\.test/g, 'eve@acme.test');
  const evilWithNewId = evil.replace(/ID="[^"]*"/, 'ID="_evil"');
  const withinResponse = (content: string) => signed.replace(assertion, content);
  const responseSignature = /<ds:Signature .*?<\/ds:Signature>/.exec(signed)![0];

  it.each<[string, string]>([
    [
      'XSW1: the signed response within the signature of an evil one',
      `${signed.slice(0, -'</samlp:Response>'.length)}<x>${signed}</x></samlp:Response>`,
    ],
    [
      'XSW2: detached signature before the original',
      signed.replace(responseSignature, `${responseSignature}<x>${signed}</x>`),
    ],
    ['XSW3: an evil assertion before the signed one', withinResponse(evilWithNewId + assertion)],
    [
      'XSW4: the signed assertion within the evil one',
      withinResponse(evilWithNewId.replace('</saml:Assertion>', `${assertion}</saml:Assertion>`)),
    ],
    [
      'XSW5: the evil assertion carries the signature, the signed one stands behind',
      withinResponse(evilWithNewId) + '',
    ],
    [
      'XSW6: the signed one within the signature of the evil one',
      withinResponse(
        assertion
          .replace(/ada@acme\.test/g, 'eve@acme.test')
          .replace('</ds:Signature>', `<ds:Object>${assertion}</ds:Object></ds:Signature>`),
      ),
    ],
    [
      'XSW7: the evil one in Extensions',
      signed.replace('<samlp:Status>', `<samlp:Extensions>${evilWithNewId}</samlp:Extensions><samlp:Status>`),
    ],
    [
      'XSW8: the signed one in an Object of the evil one',
      withinResponse(
        assertion
          .replace('ID="', 'ID="_evil')
          .replace('</ds:Signature>', `<ds:Object>${assertion}</ds:Object></ds:Signature>`),
      ),
    ],
    [
      'in Advice',
      withinResponse(
        evilWithNewId.replace(
          '<saml:AttributeStatement>',
          `<saml:Advice>${assertion}</saml:Advice><saml:AttributeStatement>`,
        ),
      ),
    ],
    [
      'of another prefix',
      withinResponse(
        `${evilWithNewId.replaceAll('saml:', 'evil:').replace('xmlns:evil', 'xmlns:evil="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:saml')}${assertion}`,
      ),
    ],
  ])('refuses %s', async (_title, xml) => {
    expect([
      'assertion_count',
      'signature_missing',
      'signature_malformed',
      'duplicate_id',
      'signature_invalid',
      'xml_malformed',
    ]).toContain(await codeOf({ xml }));
    expect(await codeOf({ xml, options: { wantResponseSigned: false } })).not.toBe('accepted');
  });

  it('accepts what they were made from', async () => {
    expect(await codeOf({ xml: signed })).toBe('accepted');
  });

  it('refuses an evil assertion in a response that the attacker signs with a certificate of their own', async () => {
    const xml = signXml(withinResponse(evil).replace(responseSignature, ''), 'Response', attacker);
    expect(await codeOf({ xml })).toBe('signature_missing');
  });
});
