import { describe, expect, it } from 'vitest';
import { logoutForm, logoutQuery, logoutXml, testingIdp } from '../testing-idp.js';
import {
  logoutResponseUrl,
  SamlRefusal,
  verifyPostedLogout,
  verifyRedirectedLogout,
  type SamlConnectionOptions,
} from '../index.js';

const idp = testingIdp();
const other = testingIdp(idp.entityId);
const sloUrl = 'https://gatehouse.example/saml/conn_1/slo';
const options: SamlConnectionOptions = {
  connectionId: 'conn_1',
  entityId: 'https://gatehouse.example/saml/conn_1/metadata',
  acsUrl: 'https://gatehouse.example/saml/conn_1/acs',
  sloUrl,
  idp: {
    entityId: idp.entityId,
    ssoUrl: idp.ssoUrl,
    sloUrl: 'https://idp.example/slo',
    ssoBinding: 'redirect',
    certificates: [idp.certificate],
  },
  wantResponseSigned: true,
  allowUnsolicited: false,
};
const parts = { sloUrl, nameId: 'ada@acme.test' };

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'accepted';
  } catch (error) {
    if (error instanceof SamlRefusal) return error.code;
    throw error;
  }
}

describe('a logout request by redirect (SAML bindings §3.4)', () => {
  const good = logoutQuery(idp, parts);

  it('names the person', () => {
    expect(verifyRedirectedLogout(options, good)).toMatchObject({ nameId: 'ada@acme.test', relayState: 'r' });
  });

  it.each([
    ['unsigned', 'logout_unsigned', good.replace(/&SigAlg=.*/, '')],
    ['an empty query', 'request_malformed', ''],
    ['somebody else’s signature', 'signature_invalid', logoutQuery(other, parts)],
    ['a changed RelayState', 'signature_invalid', good.replace('RelayState=r', 'RelayState=x')],
    ['SHA-1', 'weak_signature', logoutQuery(idp, parts, 'http://www.w3.org/2000/09/xmldsig#rsa-sha1')],
    ['a second, encoded message', 'request_malformed', `${good}&SAMLReques%74=x`],
    ['a second message', 'request_malformed', `${good}&SAMLRequest=x`],
    [
      'a foreign issuer',
      'issuer_mismatch',
      logoutQuery(idp, { ...parts, change: (xml) => xml.replace(idp.entityId, 'https://x') }),
    ],
    ['a foreign destination', 'destination_mismatch', logoutQuery(idp, { ...parts, sloUrl: 'https://x' })],
    [
      'an hour old',
      'time_invalid',
      logoutQuery(idp, {
        ...parts,
        change: (xml) => xml.replace(/IssueInstant="[^"]*"/, 'IssueInstant="2020-01-01T00:00:00Z"'),
      }),
    ],
    [
      'nobody',
      'subject_malformed',
      logoutQuery(idp, { ...parts, change: (xml) => xml.replace(/<saml:NameID>.*<\/saml:NameID>/, '') }),
    ],
    [
      'a deflate bomb',
      'base64_invalid',
      logoutQuery(idp, { ...parts, change: (xml) => xml + ' '.repeat(1_000_000) }),
    ],
  ])('refuses %s', async (_title, code, query) => {
    expect(await codeOf(() => verifyRedirectedLogout(options, query))).toBe(code);
  });
});

describe('a logout request by post', () => {
  const form = (SAMLRequest: string) => ({
    method: 'POST',
    contentType: 'application/x-www-form-urlencoded',
    body: { SAMLRequest },
  });

  it('names the person', async () => {
    expect(await verifyPostedLogout(options, form(logoutForm(idp, parts)))).toMatchObject({
      nameId: 'ada@acme.test',
    });
  });

  it.each([
    ['unsigned', 'logout_unsigned', Buffer.from(logoutXml(idp, parts)).toString('base64')],
    ['somebody else’s signature', 'signature_invalid', logoutForm(other, parts)],
    [
      'a changed name',
      'signature_invalid',
      Buffer.from(Buffer.from(logoutForm(idp, parts), 'base64').toString().replace('ada@', 'eve@')).toString(
        'base64',
      ),
    ],
    ['a foreign destination', 'destination_mismatch', logoutForm(idp, { ...parts, sloUrl: 'https://x' })],
  ])('refuses %s', async (_title, code, message) => {
    expect(await codeOf(() => verifyPostedLogout(options, form(message)))).toBe(code);
  });
});

it('answers a logout request', async () => {
  const url = await logoutResponseUrl(options, { id: '_r1', relayState: 'r' });
  expect(url).toMatch(/^https:\/\/idp\.example\/slo\?SAMLResponse=/);
  expect(
    await logoutResponseUrl(
      { ...options, idp: { ...options.idp, sloUrl: null } },
      { id: '_r1', relayState: undefined },
    ),
  ).toBeNull();
});
