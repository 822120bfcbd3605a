import { describe, expect, it } from 'vitest';
import { samlInputFrom, samlSchemas } from './saml-input';

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
const empty = {
  metadataUrl: '',
  metadataXml: '',
  entityId: '',
  ssoUrl: '',
  certificate: '',
  wantResponseSigned: true,
};

describe('SAML metadata form', () => {
  it('asks only for what the chosen way needs', () => {
    expect(samlSchemas.url.safeParse({ ...empty, metadataUrl: 'https://idp.test/metadata' }).success).toBe(
      true,
    );
    expect(samlSchemas.url.safeParse(empty).success).toBe(false);
    expect(samlSchemas.xml.safeParse({ ...empty, metadataXml: '<md:EntityDescriptor/>' }).success).toBe(true);
    expect(samlSchemas.xml.safeParse({ ...empty, metadataXml: 'hello' }).success).toBe(false);
    const byHand = { ...empty, entityId: 'urn:idp', ssoUrl: 'https://idp.test/sso', certificate: pem };
    expect(samlSchemas.hand.safeParse(byHand).success).toBe(true);
    expect(samlSchemas.hand.safeParse({ ...byHand, certificate: 'MIIB' }).success).toBe(false);
  });

  it('sends one way only, and each certificate of a bundle as its own', () => {
    const fields = {
      ...empty,
      metadataUrl: 'https://x',
      entityId: ' urn:idp ',
      ssoUrl: 'https://idp.test/sso',
      certificate: `${pem}\n${pem}`,
    };
    expect(samlInputFrom('url', fields)).toEqual({ metadataUrl: 'https://x', wantResponseSigned: true });
    expect(samlInputFrom('hand', fields)).toEqual({
      entityId: 'urn:idp',
      ssoUrl: 'https://idp.test/sso',
      certificates: [pem, pem],
      wantResponseSigned: true,
    });
  });
});
