import { describe, expect, it } from 'vitest';
import { SamlConnection } from '../index.js';
import { samlResponse } from '../testing-idp.js';
import {
  idp,
  attacker,
  requestId,
  options,
  parts,
  verify,
  codeOf,
  replace,
  type Case,
} from './case.fixture.js';

describe('a response of the identity provider', () => {
  it('names the person', async () => {
    const verdict = await verify({});
    expect(verdict).toMatchObject({
      ok: true,
      identity: {
        subject: 'ada@acme.test',
        subjectIsEmail: true,
        nameId: 'ada@acme.test',
        email: 'ada@acme.test',
        firstName: 'Ada',
        lastName: 'Lovelace',
        groups: [],
      },
      consume: { requestId },
      sessionIndex: '_s1',
    });
    expect(verdict.checks.length).toBeGreaterThan(15);
    expect(verdict.checks.every(({ ok }) => ok)).toBe(true);
  });

  it.each<[string, Case]>([
    [
      'signed both ways, with an XML declaration',
      { parts: { tampered: (xml) => `<?xml version="1.0" encoding="UTF-8"?>${xml}` } },
    ],
    [
      'base64 in lines',
      { input: { body: { SAMLResponse: samlResponse(idp, parts).replace(/.{76}/g, '$&\r\n') } } },
    ],
    [
      'assertion alone signed, where that is enough',
      { options: { wantResponseSigned: false }, parts: { sign: 'assertion' } },
    ],
    [
      'unsolicited, where that is allowed',
      { options: { allowUnsolicited: true }, parts: { inResponseTo: null } },
    ],
    [
      'the second certificate of a rotation',
      { options: { idp: { ...options.idp, certificates: [attacker.certificate, idp.certificate] } } },
    ],
    ['groups that repeat', { parts: { attributes: { email: 'ada@acme.test', groups: ['a', 'b'] } } }],
    [
      'claim URIs of Microsoft',
      {
        parts: {
          attributes: {
            'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress': 'ada@acme.test',
          },
        },
      },
    ],
    ['an address in capitals', { parts: { email: 'Ada@ACME.test' } }],
    [
      'a persistent NameID beside an email attribute',
      { parts: { nameId: 'u-17', nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' } },
    ],
    [
      'a response without Issuer',
      {
        parts: {
          sign: 'assertion',
          response: replace(/(<samlp:Response[^>]*>)<saml:Issuer>[^<]*<\/saml:Issuer>/, '$1'),
        },
        options: { wantResponseSigned: false },
      },
    ],
    ['an expired certificate, where that is accepted', { options: { acceptExpiredCertificates: true } }],
    [
      'rsa-sha512',
      {
        parts: {
          signature: {
            algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
            digest: 'http://www.w3.org/2001/04/xmlenc#sha512',
          },
        },
      },
    ],
  ])('is accepted: %s', async (_title, it) => {
    expect(await codeOf(it)).toBe('accepted');
  });

  it('keys the identity on the configured attribute', async () => {
    const attributes = { id: 'emp-7', email: 'ada@acme.test' };
    const verdict = await verify({ options: { attributeMapping: { id: 'id' } }, parts: { attributes } });
    expect(verdict).toMatchObject({ ok: true, identity: { subject: 'emp-7', subjectIsEmail: false } });
    const missing = { options: { attributeMapping: { id: 'employee' } }, parts: { attributes } };
    expect(await codeOf(missing)).toBe('attribute_malformed');
  });
});

describe('a connection', () => {
  it.each([-1, Number.NaN, 60_001, 1.5])(
    'refuses a clock skew of %s, which would turn checks off',
    (clockSkewMs) => {
      expect(() => new SamlConnection({ ...options, clockSkewMs })).toThrow(TypeError);
      expect(() => new SamlConnection({ ...options, clockSkewMs: 30_000 })).not.toThrow();
    },
  );

  it('starts by redirect, with our own request ID', async () => {
    const start = await new SamlConnection(options).startSignIn({ requestId, relayState: 'handle' });
    expect(start.binding).toBe('redirect');
    const url = new URL(start.url);
    expect(url.origin + url.pathname).toBe(idp.ssoUrl);
    expect(url.searchParams.get('RelayState')).toBe('handle');
  });

  it('starts by post with an undeflated message', async () => {
    const connection = new SamlConnection({ ...options, idp: { ...options.idp, ssoBinding: 'post' } });
    const start = await connection.startSignIn({ requestId, relayState: 'handle' });
    if (start.binding !== 'post') throw new Error('not by post');
    expect(Buffer.from(start.fields['SAMLRequest']!, 'base64').toString()).toContain(`ID="${requestId}"`);
    expect(start.fields['RelayState']).toBe('handle');
  });
});
