import { describe, expect, it } from 'vitest';
import { responseXml, samlResponse } from '../testing-idp.js';
import { idp, parts, codeOf, afterSigning, posted, type Case } from './case.fixture.js';

describe('byte gate (before any parsing)', () => {
  it.each<[string, string, Case]>([
    [
      'a JSON body with a length',
      'request_malformed',
      posted({ SAMLResponse: { length: 2e9 } }, 'application/json'),
    ],
    ['an object in a form', 'request_malformed', posted({ SAMLResponse: { length: 2e9 } })],
    [
      'two messages',
      'request_malformed',
      posted({ SAMLResponse: [samlResponse(idp, parts), samlResponse(idp, parts)] }),
    ],
    [
      'a request beside the response',
      'request_malformed',
      posted({ SAMLResponse: samlResponse(idp, parts), SAMLRequest: 'x' }),
    ],
    ['no message', 'request_malformed', posted({})],
    ['null', 'request_malformed', posted(null)],
    [
      'GET',
      'request_malformed',
      posted({ SAMLResponse: samlResponse(idp, parts) }, 'application/x-www-form-urlencoded', 'GET'),
    ],
    ['300 KB', 'message_too_large', posted({ SAMLResponse: 'A'.repeat(300_000) })],
    ['not base64', 'base64_invalid', posted({ SAMLResponse: `*${samlResponse(idp, parts)}` })],
    ['base64url', 'base64_invalid', posted({ SAMLResponse: '-_-_' })],
    [
      'bad UTF-8',
      'xml_malformed',
      posted({ SAMLResponse: Buffer.from([0x3c, 0xff, 0xfe]).toString('base64') }),
    ],
    ['a DOCTYPE', 'xml_forbidden', { parts: { tampered: (xml) => `<!DOCTYPE x [<!ENTITY e "f">]>${xml}` } }],
    [
      'a comment in the address',
      'xml_forbidden',
      afterSigning('ada@acme.test<', 'ada@acme.test<!---->.evil.test<'),
    ],
    ['a processing instruction', 'xml_forbidden', afterSigning('ada@acme.test<', 'ada@acme.test<?x?><')],
    ['CDATA', 'xml_forbidden', afterSigning('>Ada<', '><![CDATA[Ada]]><')],
    ['an entity', 'xml_forbidden', afterSigning('>Ada<', '>&xxe;<')],
    [
      '8,000 siblings',
      'message_too_large',
      afterSigning('</samlp:Response>', `${'<a/>'.repeat(8000)}</samlp:Response>`),
    ],
    [
      '1,000 levels',
      'message_too_large',
      afterSigning('</samlp:Response>', `${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}</samlp:Response>`),
    ],
    ['not XML', 'xml_malformed', { xml: 'hello' }],
    ['cut off', 'xml_malformed', { xml: responseXml(idp, parts).slice(0, -20) }],
    [
      'a logout response',
      'root_unexpected',
      {
        xml: '<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0"/>',
      },
    ],
    ['another namespace', 'root_unexpected', { xml: '<Response xmlns="urn:x" Version="2.0"/>' }],
  ])('refuses %s', async (_title, code, it) => {
    expect(await codeOf(it)).toBe(code);
  });
});
