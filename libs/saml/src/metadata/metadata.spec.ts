import { makeCertificate } from '@gatehouse/safe-fetch/testing';
import { describe, expect, it } from 'vitest';
import { certificateFromInput, parseIdpMetadata, SamlRefusal, serviceProviderMetadata } from '../index.js';
import { idpMetadataXml, testingIdp } from '../testing-idp.js';

const idp = testingIdp();

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'accepted';
  } catch (error) {
    if (error instanceof SamlRefusal) return error.code;
    throw error;
  }
}
const changed = (from: string | RegExp, to: string) => idpMetadataXml(idp, (xml) => xml.replace(from, to));
const base64 = idp.certificate.replace(/-----[A-Z ]+-----|\s/g, '');

describe("an identity provider's metadata", () => {
  it('are understood', () => {
    const metadata = parseIdpMetadata(idpMetadataXml(idp));
    expect(metadata).toMatchObject({
      entityId: idp.entityId,
      ssoUrl: idp.ssoUrl,
      ssoBinding: 'redirect',
      wantAuthnRequestsSigned: false,
    });
    expect(metadata.certificates).toHaveLength(1);
    expect(metadata.certificates[0]!.pem.trim()).toBe(idp.certificate.trim());
    expect(metadata.certificates[0]!.sha256Fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  const second = testingIdp().certificate.replace(/-----[A-Z ]+-----|\s/g, '');
  const keyOf = (use: string, key: string) =>
    `<md:KeyDescriptor${use}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${key}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOn`;

  it.each([
    ['two signing certificates', changed('<md:SingleSignOn', keyOf(' use="signing"', second)), 2],
    ['a certificate for both uses', changed('<md:SingleSignOn', keyOf('', second)), 2],
    [
      'an encryption certificate, which is left out',
      changed('<md:SingleSignOn', keyOf(' use="encryption"', second)),
      1,
    ],
    ['the same certificate twice', changed('<md:SingleSignOn', keyOf(' use="signing"', base64)), 1],
  ])('with %s', (_title, xml, count) => {
    expect(parseIdpMetadata(xml).certificates).toHaveLength(count);
  });

  it.each([
    ['a DOCTYPE', 'metadata_malformed', changed('<md:Entity', '<!DOCTYPE x><md:Entity')],
    ['a web page', 'metadata_malformed', '<html><br></html>'],
    ['nothing', 'metadata_malformed', ''],
    ['another document', 'metadata_entities', '<a/>'],
    [
      'two entities',
      'metadata_entities',
      `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${(idpMetadataXml(idp) + idpMetadataXml(idp)).replaceAll('<?xml version="1.0"?>', '')}</md:EntitiesDescriptor>`,
    ],
    [
      "a service provider's",
      'metadata_no_identity_provider',
      serviceProviderMetadata({ entityId: 'https://x/m', acsUrl: 'https://x/acs' }),
    ],
    ['SAML 1.1 alone', 'metadata_no_identity_provider', changed(/SAML:2.0:protocol"/, 'SAML:1.1:protocol"')],
    ['no entityID', 'metadata_malformed', changed(/entityID="[^"]*"/, '')],
    [
      'no endpoint',
      'metadata_no_endpoint',
      changed(/<md:SingleSignOnService.*?\/><md:SingleSignOnService.*?\/>/, ''),
    ],
    ['javascript:', 'endpoint_refused', changed(/Location="[^"]*sso"/, 'Location="javascript:alert(1)"')],
    ['http', 'endpoint_refused', changed(/Location="[^"]*sso"/, 'Location="http://idp.example/sso"')],
    [
      'credentials in the address',
      'endpoint_refused',
      changed(/Location="[^"]*sso"/, 'Location="https://a:b@idp.example/sso"'),
    ],
    ['no certificate', 'metadata_no_certificate', changed(/<md:KeyDescriptor.*<\/md:KeyDescriptor>/, '')],
    ['a damaged certificate', 'certificate_malformed', changed(base64, base64.slice(0, -40))],
    ['RSA of 1024 bits', 'certificate_weak', idpMetadataXml(testingIdp(undefined, { rsaBits: 1024 }))],
  ])('refused: %s', (_title, code, xml) => {
    expect(codeOf(() => parseIdpMetadata(xml))).toBe(code);
  });

  it('may use http at an origin that the deployment allows', () => {
    const xml = changed(/Location="[^"]*sso"/, 'Location="http://localhost:8081/sso"');
    expect(parseIdpMetadata(xml, { allowedHttpOrigins: ['http://localhost:8081'] }).ssoUrl).toBe(
      'http://localhost:8081/sso',
    );
    expect(codeOf(() => parseIdpMetadata(xml, { allowedHttpOrigins: ['http://localhost:8082'] }))).toBe(
      'endpoint_refused',
    );
  });
});

describe('a certificate', () => {
  it.each([
    ['PEM', idp.certificate],
    ['bare base64', base64],
    ['base64 in lines', base64.replace(/.{40}/g, '$&\n')],
  ])('as %s', (_title, input) => {
    expect(certificateFromInput(input).pem.trim()).toBe(idp.certificate.trim());
  });

  it.each([
    ['two in one', 'certificate_malformed', idp.certificate + idp.certificate],
    ['a word', 'certificate_malformed', 'certificate'],
    ['an elliptic curve', 'certificate_weak', makeCertificate(['x']).cert],
  ])('refused: %s', (_title, code, input) => {
    expect(codeOf(() => certificateFromInput(input))).toBe(code);
  });
});

it('our own metadata name the ACS, escaped', () => {
  const xml = serviceProviderMetadata({
    entityId: 'https://x/m?a&b"',
    acsUrl: 'https://x/acs',
    sloUrl: 'https://x/slo',
  });
  expect(xml).toContain('entityID="https://x/m?a&#38;b&#34;"');
  expect(xml).toContain('Location="https://x/acs"');
});
