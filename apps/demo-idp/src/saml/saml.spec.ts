import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formActionOf, hiddenFieldsOf, post, testIdp, type TestIdp } from '../demo-idp.fixture.js';

const entityId = 'https://gatehouse.test/saml/conn_1/metadata';
const acsUrl = 'https://gatehouse.test/saml/conn_1/acs';
const ada = { email: 'ada@acme.test', password: 'ada-demo' };

describe('SAML sign-in', () => {
  let idp: TestIdp;
  let serviceProvider: SAML;

  beforeAll(async () => {
    idp = await testIdp();
    await idp.call('POST', '/api/saml/service-providers', { entityId, acsUrl });
    serviceProvider = await strictServiceProvider(idp);
  });
  afterAll(() => idp.remove());

  const signInPage = async (relayState = 'state-1') => {
    const url = await serviceProvider.getAuthorizeUrlAsync(relayState, undefined, {});
    return (await fetch(url)).text();
  };

  it('answers a redirect-bound request by a signed response that a strict service provider accepts', async () => {
    const page = await signInPage();
    const answer = await post(idp.url + formActionOf(page), { ...hiddenFieldsOf(page), ...ada });
    const body = await answer.text();
    expect(answer.status).toBe(200);
    expect(formActionOf(body)).toBe(acsUrl);
    const { SAMLResponse, RelayState } = hiddenFieldsOf(body);
    expect(RelayState).toBe('state-1');

    const { profile } = await serviceProvider.validatePostResponseAsync({
      SAMLResponse: SAMLResponse as string,
    });
    expect(profile).toMatchObject({
      ...{ issuer: `${idp.url}/saml/metadata`, nameID: ada.email },
      attributes: { email: ada.email, firstName: 'Ada', lastName: 'Lovelace' },
    });
  });

  it('gives an answer once and to nobody else: the response names the request, the audience and the recipient', async () => {
    const page = await signInPage();
    const body = await (await post(idp.url + formActionOf(page), { ...hiddenFieldsOf(page), ...ada })).text();
    const xml = Buffer.from(hiddenFieldsOf(body).SAMLResponse as string, 'base64').toString();
    const request = Buffer.from(hiddenFieldsOf(page).request as string, 'base64').toString();
    const id = / ID="([^"]+)"/.exec(request)?.[1] as string;
    expect(xml.match(new RegExp(`InResponseTo="${id}"`, 'g'))).toHaveLength(2);
    expect(xml).toContain(`Recipient="${acsUrl}"`);
    expect(xml).toContain(`<saml:Audience>${entityId}</saml:Audience>`);
    expect(xml.match(/<ds:SignatureValue>/g)).toHaveLength(2);
  });

  it.each([
    ['a wrong password', { ...ada, password: 'wrong' }, 401, 'Email or password is wrong.'],
    [
      'somebody who is not assigned',
      { email: 'edsger@acme.test', password: 'edsger-demo' },
      403,
      'is not assigned',
    ],
  ])('refuses %s', async (_case, credentials, status, message) => {
    const page = await signInPage();
    const answer = await post(idp.url + formActionOf(page), { ...hiddenFieldsOf(page), ...credentials });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(message);
  });

  it('refuses a service provider that is not registered, and says what to do', async () => {
    const stranger = await strictServiceProvider(idp, 'https://stranger.test');
    const answer = await fetch(await stranger.getAuthorizeUrlAsync('', undefined, {}));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('&quot;https://stranger.test&quot; is not registered here');
  });

  it('refuses an answer to another address than the registered', async () => {
    const moved = await strictServiceProvider(idp, entityId, 'https://attacker.test/acs');
    const answer = await fetch(await moved.getAuthorizeUrlAsync('', undefined, {}));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('The request asks for an answer to https://attacker.test/acs');
  });

  it('takes a posted request from the service provider’s own page', async () => {
    const form = await serviceProvider.getAuthorizeFormAsync('state-2', undefined, {});
    const SAMLRequest = /name="SAMLRequest" value="([^"]+)"/.exec(form)?.[1] as string;
    const inflated = await post(
      `${idp.url}/saml/sso`,
      { SAMLRequest, RelayState: 'state-2' },
      { origin: 'https://gatehouse.test' },
    );
    // node-saml deflates for both bindings unless told otherwise; the POST binding has no deflate (bindings §3.5.4).
    expect(inflated.status).toBe(400);
    serviceProvider.options.skipRequestCompression = true;
    const plain = await serviceProvider.getAuthorizeFormAsync('state-2', undefined, {});
    serviceProvider.options.skipRequestCompression = false;
    const request = /name="SAMLRequest" value="([^"]+)"/.exec(plain)?.[1] as string;
    const answer = await post(
      `${idp.url}/saml/sso`,
      { SAMLRequest: request, RelayState: 'state-2' },
      { origin: 'https://gatehouse.test' },
    );
    expect(answer.status).toBe(200);
    expect(hiddenFieldsOf(await answer.text()).RelayState).toBe('state-2');
  });

  it('publishes metadata with a certificate of ten years', async () => {
    const certificate = await certificateOf(idp);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(new Date(certificate.validTo).getFullYear()).toBe(new Date().getFullYear() + 10);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });
});

async function certificateOf(idp: TestIdp): Promise<X509Certificate> {
  const metadata = await (await fetch(`${idp.url}/saml/metadata`)).text();
  const base64 = /<ds:X509Certificate>([^<]+)</.exec(metadata)?.[1] as string;
  return new X509Certificate(Buffer.from(base64, 'base64'));
}

async function strictServiceProvider(idp: TestIdp, issuer = entityId, callbackUrl = acsUrl): Promise<SAML> {
  return new SAML({
    ...{ issuer, callbackUrl, audience: issuer, entryPoint: `${idp.url}/saml/sso` },
    idpCert: (await certificateOf(idp)).toString(),
    idpIssuer: `${idp.url}/saml/metadata`,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: true,
    validateInResponseTo: ValidateInResponseTo.always,
    signatureAlgorithm: 'sha256',
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    acceptedClockSkewMs: 1_000,
  });
}
