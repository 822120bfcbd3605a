import { generateKeyPairSync } from 'node:crypto';
import { parseSealingKeys, unseal, type ConnectionState } from '@gatehouse/contracts';
import { makeCertificate } from '@gatehouse/safe-fetch/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealingKeys, startFixture, type Fixture } from '../sso-config.fixture.js';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

const { cert } = makeCertificate(['idp'], { rsaBits: 2048 });
const base64 = cert.replace(/-----[^-]+-----|\s/g, '');

async function connection(protocol: 'saml' | 'oidc') {
  const accountId = await fixture.account();
  const domain = await fixture.enabledDomain(accountId);
  const client = fixture.admin(accountId);
  const base = `/api/v1/accounts/${accountId}/connections`;
  const made = await client.post(base, { protocol, provider: protocol, name: 'IdP', domainIds: [domain.id] });
  const id = String(made.body['id']);
  const put = (body: object) => client.put(`${base}/${id}/${protocol}`, body);
  return { accountId, id, client, path: `${base}/${id}`, put };
}

const lastState = async (id: string, count: number) =>
  (await fixture.published<ConnectionState>('sso.connections.v1', id, count)).at(-1)?.data;

function metadata(ssoUrl = 'https://idp.example/sso'): string {
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example/entity">
    <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
      <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
        <ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
      <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${ssoUrl}"/>
    </md:IDPSSODescriptor></md:EntityDescriptor>`;
}

describe('SAML metadata', () => {
  it('are read from XML', async () => {
    const made = await connection('saml');
    expect((await made.put({ metadataXml: metadata() })).body).toMatchObject({
      configVersion: 1,
      saml: {
        entityId: 'https://idp.example/entity',
        ssoUrl: 'https://idp.example/sso',
        ssoBinding: 'post',
        sloUrl: null,
        certificates: [{ subject: 'CN=gatehouse test' }],
        wantResponseSigned: true,
        metadataUrl: null,
      },
    });
  });

  it('are fetched from an address, which is remembered', async () => {
    const made = await connection('saml');
    fixture.idp.serve({ '/metadata': metadata() });
    const metadataUrl = `${fixture.idp.origin}/metadata`;
    expect((await made.put({ metadataUrl })).body).toMatchObject({
      saml: { entityId: 'https://idp.example/entity', metadataUrl },
    });
  });

  it.each<[string, object, string, string]>([
    [
      'a document type',
      { metadataXml: `<!DOCTYPE x>${metadata()}` },
      'metadata_invalid',
      'metadata_malformed',
    ],
    ['something else', { metadataXml: '<html/>' }, 'metadata_invalid', 'metadata_entities'],
    [
      'another scheme',
      { metadataXml: metadata('javascript:alert(1)') },
      'metadata_invalid',
      'endpoint_refused',
    ],
    ['a private address', { metadataUrl: 'https://127.0.0.1/metadata' }, 'fetch_refused', 'address_refused'],
    [
      'a metadata service',
      { metadataUrl: 'https://169.254.169.254/latest' },
      'fetch_refused',
      'address_refused',
    ],
    ['plain http', { metadataUrl: 'http://idp.example/metadata' }, 'fetch_refused', 'scheme_refused'],
  ])('with %s are refused', async (_, body, code, reason) => {
    const made = await connection('saml');
    expect(await made.put(body)).toMatchObject({ status: 422, body: { code, reason } });
    expect((await made.put({ metadataXml: metadata() })).status).toBe(200);
  });

  it('that are not there, or redirect away, are refused without quoting what was answered', async () => {
    const made = await connection('saml');
    fixture.idp.serve({});
    const answer = await made.put({ metadataUrl: `${fixture.idp.origin}/metadata` });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'fetch_refused', reason: 'unexpected_status' },
    });
    expect(JSON.stringify(answer.body)).not.toContain('not here');
    fixture.idp.redirect('http://169.254.169.254/latest/meta-data/');
    expect(await made.put({ metadataUrl: `${fixture.idp.origin}/metadata` })).toMatchObject({
      status: 422,
      body: { code: 'fetch_refused', reason: 'scheme_refused' },
    });
  });
});

describe('an OpenID provider', () => {
  const discovery = (change: object = {}) => {
    const issuer = fixture.idp.origin;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/userinfo`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
      authorization_response_iss_parameter_supported: true,
      ...change,
    };
  };
  const jwks = { keys: [{ kty: 'RSA', n: 'x', e: 'AQAB' }] };
  const serve = (change?: object, keys: object = jwks) =>
    fixture.idp.serve({ '/.well-known/openid-configuration': discovery(change), '/jwks': keys });
  const input = (change: object = {}) => ({
    issuer: fixture.idp.origin,
    clientId: 'gatehouse',
    clientSecret: 'hush-hush',
    ...change,
  });

  it('is discovered and checked; its secret is sealed and never shown', async () => {
    const made = await connection('oidc');
    serve();
    const answer = await made.put(input());
    expect(answer.body).toMatchObject({
      configVersion: 1,
      saml: null,
      oidc: {
        issuer: fixture.idp.origin,
        clientId: 'gatehouse',
        tokenAuthMethod: 'client_secret_post',
        scopes: ['openid', 'email', 'profile'],
        tokenEndpoint: `${fixture.idp.origin}/token`,
      },
    });
    const state = await lastState(made.id, 2);
    const sealed = state?.draft?.oidc?.sealedSecret ?? '';
    const everything = JSON.stringify([answer.body, state, await fixture.query('select * from connections')]);
    expect(everything).not.toContain('hush-hush');
    expect(JSON.stringify(answer.body)).not.toContain(sealed);
    const binding = { accountId: made.accountId, connectionId: made.id };
    expect(await unseal(parseSealingKeys(sealingKeys), binding, sealed)).toBe('hush-hush');
  });

  it('keeps the secret only for the same issuer, client and kind of method', async () => {
    const made = await connection('oidc');
    serve();
    expect(await made.put(input({ clientSecret: undefined }))).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/clientSecret' }] },
    });
    await made.put(input());
    const before = (await lastState(made.id, 2))?.draft?.oidc?.sealedSecret;
    expect((await made.put(input({ clientSecret: undefined, scopes: ['email'] }))).body).toMatchObject({
      oidc: { scopes: ['openid', 'email'] },
    });
    expect((await lastState(made.id, 3))?.draft?.oidc?.sealedSecret).toBe(before);
    for (const change of [{ clientId: 'other' }, { issuer: `${fixture.idp.origin}/other` }]) {
      expect(await made.put(input({ clientSecret: undefined, ...change }))).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/clientSecret' }] },
      });
    }
    expect(
      await made.put(input({ clientSecret: undefined, tokenAuthMethod: 'private_key_jwt' })),
    ).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/privateKeyJwt' }] },
    });
  });

  it('takes a private key instead', async () => {
    const made = await connection('oidc');
    serve();
    const pem = (bits: number) =>
      generateKeyPairSync('rsa', { modulusLength: bits })
        .privateKey.export({ format: 'pem', type: 'pkcs8' })
        .toString();
    const withKey = (privateKeyJwt: string) => made.put(input({ clientSecret: undefined, privateKeyJwt }));
    expect(await withKey('not a key')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/privateKeyJwt' }] },
    });
    expect(await withKey(pem(1024))).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/privateKeyJwt' }] },
    });
    const key = pem(2048);
    expect((await withKey(key)).body).toMatchObject({ oidc: { tokenAuthMethod: 'private_key_jwt' } });
    const sealed = (await lastState(made.id, 2))?.draft?.oidc?.sealedSecret ?? '';
    expect(
      await unseal(
        parseSealingKeys(sealingKeys),
        { accountId: made.accountId, connectionId: made.id },
        sealed,
      ),
    ).toBe(key);
  });

  it.each<[string, () => object, string]>([
    ['another issuer', () => ({ issuer: 'https://other.example' }), 'discovery_invalid'],
    ['a private jwks_uri', () => ({ jwks_uri: 'https://10.0.0.1/jwks' }), 'fetch_refused'],
    ['a private token endpoint', () => ({ token_endpoint: 'https://[::1]/token' }), 'fetch_refused'],
    [
      'a private userinfo endpoint',
      () => ({ userinfo_endpoint: 'https://169.254.169.254/' }),
      'fetch_refused',
    ],
    ['no token endpoint', () => ({ token_endpoint: undefined }), 'discovery_invalid'],
    [
      'a script for an endpoint',
      () => ({ authorization_endpoint: 'javascript:alert(1)' }),
      'discovery_invalid',
    ],
  ])('with %s is refused', async (_, change, code) => {
    const made = await connection('oidc');
    serve(change());
    expect(await made.put(input())).toMatchObject({
      status: 422,
      body: { code, reason: expect.any(String) },
    });
    serve();
    expect((await made.put(input())).status).toBe(200);
  });

  it('without usable keys, with no JSON, or without the wanted method is refused', async () => {
    const made = await connection('oidc');
    serve({}, { keys: [] });
    expect(await made.put(input())).toMatchObject({ status: 422, body: { reason: 'keys_missing' } });
    fixture.idp.serve({ '/.well-known/openid-configuration': '<html>login</html>' });
    expect(await made.put(input())).toMatchObject({
      status: 422,
      body: { code: 'discovery_invalid', reason: 'not_json' },
    });
    serve();
    expect(await made.put(input({ tokenAuthMethod: 'client_secret_basic' }))).toMatchObject({
      status: 422,
      body: { reason: 'auth_method_unsupported' },
    });
    expect(await made.put(input({ tokenAuthMethod: 'client_secret_post' }))).toMatchObject({ status: 200 });
    expect(await made.put(input({ issuer: 'https://127.0.0.1' }))).toMatchObject({
      status: 422,
      body: { reason: 'address_refused' },
    });
  });
});
