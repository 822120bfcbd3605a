import { describe, expect, it } from 'vitest';
import { enveloped, responseXml, testingIdp } from '../testing-idp.js';
import {
  idp,
  attacker,
  requestId,
  options,
  parts,
  codeOf,
  inAssertion,
  inResponse,
  afterSigning,
  type Case,
} from './case.fixture.js';

describe('what surrounds the assertion', () => {
  it.each<[string, string, Case]>([
    [
      'a status of failure with an assertion',
      'status_not_success',
      inResponse('status:Success', 'status:Responder'),
    ],
    ['no Destination', 'destination_mismatch', inResponse(/ Destination="[^"]*"/, '')],
    [
      'another Destination',
      'destination_mismatch',
      inResponse(/Destination="[^"]*"/, 'Destination="https://evil.test/acs"'),
    ],
    [
      'a Destination in capitals',
      'destination_mismatch',
      inResponse('Destination="https://gatehouse', 'Destination="https://GATEHOUSE'),
    ],
    [
      'a foreign response Issuer',
      'issuer_mismatch',
      inResponse(`<saml:Issuer>${idp.entityId}`, '<saml:Issuer>https://other.example'),
    ],
    ['an unknown request', 'in_response_to_unknown', { started: null }],
    ['a request of another connection', 'in_response_to_unknown', { started: { connectionId: 'conn_2' } }],
    [
      'a request of long ago',
      'in_response_to_unknown',
      { started: { issuedAt: new Date(Date.now() - 3_600_000) } },
    ],
    ['another browser', 'browser_mismatch', { started: { sameBrowser: false } }],
    ['an unsolicited response', 'unsolicited', { parts: { inResponseTo: null } }],
    ['InResponseTo on the wrapper alone', 'in_response_to_missing', inAssertion(/ InResponseTo="[^"]*"/, '')],
    [
      'InResponseTo on the assertion alone',
      'in_response_to_missing',
      inResponse(/ InResponseTo="[^"]*">/, '>'),
    ],
    [
      'an assertion for another request',
      'in_response_to_missing',
      inAssertion(/InResponseTo="[^"]*"/, 'InResponseTo="_other"'),
    ],
    [
      'an encrypted assertion',
      'encryption_not_supported',
      inResponse('</samlp:Response>', '<saml:EncryptedAssertion/></samlp:Response>'),
    ],
    ['no assertion', 'assertion_count', inResponse(/<saml:Assertion.*<\/saml:Assertion>/, '')],
  ])('refuses %s', async (_title, code, it) => {
    expect(await codeOf(it)).toBe(code);
  });
});

describe('signatures', () => {
  it.each<[string, string, Case]>([
    ['no signature', 'signature_missing', { parts: { sign: 'nothing' } }],
    ['the response alone', 'signature_missing', { parts: { sign: 'response' } }],
    ['the assertion alone', 'signature_missing', { parts: { sign: 'assertion' } }],
    ['a changed assertion', 'signature_invalid', afterSigning('>Ada<', '>Eve<')],
    ['a changed address', 'signature_invalid', afterSigning(/ada@acme\.test/g, 'eve@acme.test')],
    ['a changed wrapper', 'signature_invalid', afterSigning(/IssueInstant="20/, 'IssueInstant="19')],
    [
      "the attacker's certificate in KeyInfo",
      'signature_invalid',
      { parts: { signature: { by: attacker } } },
    ],
    [
      'SHA-1',
      'weak_signature',
      { parts: { signature: { algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' } } },
    ],
    [
      'a SHA-1 digest',
      'weak_signature',
      { parts: { signature: { digest: 'http://www.w3.org/2000/09/xmldsig#sha1' } } },
    ],
    [
      'HMAC keyed with the certificate',
      'weak_signature',
      afterSigning(/xmldsig-more#rsa-sha256/g, 'xmldsig#hmac-sha1'),
    ],
    [
      'a second transform of content',
      'signature_malformed',
      afterSigning(
        /<ds:Transform Algorithm="http:\/\/www.w3.org\/2001\/10\/xml-exc-c14n#"\/>/,
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>x</XPath></ds:Transform>',
      ),
    ],
    [
      'no canonicalization but enveloped',
      'signature_malformed',
      { parts: { signature: { transforms: ['http://www.w3.org/2001/10/xml-exc-c14n#'] } } },
    ],
    [
      'three transforms',
      'signature_malformed',
      {
        parts: {
          signature: {
            transforms: [
              enveloped,
              'http://www.w3.org/2001/10/xml-exc-c14n#',
              'http://www.w3.org/2001/10/xml-exc-c14n#',
            ],
          },
        },
      },
    ],
    [
      'an empty reference',
      'signature_malformed',
      afterSigning(/<ds:Reference URI="[^"]*"/, '<ds:Reference URI=""'),
    ],
    [
      'an external reference',
      'signature_malformed',
      afterSigning(/<ds:Reference URI="[^"]*"/, '<ds:Reference URI="http://evil.test/"'),
    ],
    ['two references', 'signature_malformed', afterSigning(/(<ds:Reference .*?<\/ds:Reference>)/, '$1$1')],
    ['two SignedInfos', 'signature_malformed', afterSigning(/(<ds:SignedInfo>.*?<\/ds:SignedInfo>)/, '$1$1')],
    ['two signatures', 'signature_missing', afterSigning(/(<ds:Signature .*?<\/ds:Signature>)/, '$1$1')],
    [
      'a signature deep inside',
      'signature_malformed',
      afterSigning(
        '<samlp:Status>',
        '<samlp:Status><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>',
      ),
    ],
    [
      'one ID twice',
      'duplicate_id',
      afterSigning(/<samlp:Status>/, `<samlp:Status ID="${requestId}" Id="${requestId}">`),
    ],
    ['only expired certificates', 'certificate_expired', expired()],
  ])('refuses %s', async (_title, code, it) => {
    expect(await codeOf(it)).toBe(code);
  });

  function expired(): Case {
    const old = testingIdp(idp.entityId, { notAfter: Date.now() - 60_000 });
    return {
      xml: responseXml(old, parts),
      options: { idp: { ...options.idp, certificates: [old.certificate] } },
    };
  }

  it('accepts the twin of an expired certificate, where the connection says so', async () => {
    const it = expired();
    expect(await codeOf({ ...it, options: { ...it.options, acceptExpiredCertificates: true } })).toBe(
      'accepted',
    );
  });
});
