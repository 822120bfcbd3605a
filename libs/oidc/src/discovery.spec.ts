import { describe, expect, it } from 'vitest';
import { checkDiscovery } from './discovery.js';
import { OidcRefusal, type OidcReason } from './refusal.js';

const issuer = 'https://idp.acme.test/tenant';
const good: Record<string, unknown> = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  id_token_signing_alg_values_supported: ['HS256', 'none', 'ES256', 'RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_post'],
  authorization_response_iss_parameter_supported: true,
};

function codeOf(document: unknown, asked = issuer): OidcReason | 'accepted' {
  try {
    checkDiscovery(document, asked);
    return 'accepted';
  } catch (error) {
    if (error instanceof OidcRefusal) return error.code;
    throw error;
  }
}

describe('a discovery document', () => {
  it('is taken with the algorithms that are safe', () => {
    expect(checkDiscovery(good, issuer)).toEqual({
      issuer,
      authorizationEndpoint: `${issuer}/authorize`,
      tokenEndpoint: `${issuer}/token`,
      jwksUri: `${issuer}/jwks`,
      userinfoEndpoint: null,
      endSessionEndpoint: null,
      issParameterSupported: true,
      idTokenSigningAlgs: ['RS256', 'ES256'],
      tokenEndpointAuthMethods: ['client_secret_post'],
    });
  });

  it('may use http where the operator allowed its origin, and only there', () => {
    const local = JSON.parse(
      JSON.stringify(good).replaceAll('https://idp.acme.test', 'http://127.0.0.1:8081'),
    ) as unknown;
    expect(
      checkDiscovery(local, 'http://127.0.0.1:8081/tenant', { allowedHttpOrigins: ['http://127.0.0.1:8081'] })
        .issuer,
    ).toBe('http://127.0.0.1:8081/tenant');
    expect(codeOf(local, 'http://127.0.0.1:8081/tenant')).toBe('endpoint_refused');
  });

  it.each<[string, OidcReason, unknown, string?]>([
    ['null', 'discovery_malformed', null],
    ['a list', 'discovery_malformed', [good]],
    ['of another issuer', 'discovery_issuer_mismatch', { ...good, issuer: 'https://evil.test' }],
    ['of the issuer with a slash more', 'discovery_issuer_mismatch', { ...good, issuer: `${issuer}/` }],
    ['without an issuer', 'discovery_issuer_mismatch', { ...good, issuer: undefined }],
    ['without a token endpoint', 'discovery_incomplete', { ...good, token_endpoint: undefined }],
    ['with a jwks_uri that is a list', 'discovery_incomplete', { ...good, jwks_uri: [`${issuer}/jwks`] }],
    ['with an http endpoint', 'endpoint_refused', { ...good, token_endpoint: 'http://idp.acme.test/token' }],
    [
      'with a javascript: endpoint',
      'endpoint_refused',
      { ...good, authorization_endpoint: 'javascript:alert(1)' },
    ],
    [
      'with credentials in an endpoint',
      'endpoint_refused',
      { ...good, token_endpoint: 'https://a:b@idp.acme.test/token' },
    ],
    [
      'with unsafe algorithms only',
      'algorithms_unsupported',
      { ...good, id_token_signing_alg_values_supported: ['none', 'HS256'] },
    ],
    [
      'of every Entra tenant',
      'issuer_ambiguous',
      { ...good, issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' },
      'https://login.microsoftonline.com/common/v2.0',
    ],
    [
      'of every Entra organisation',
      'issuer_ambiguous',
      good,
      'https://login.microsoftonline.com/organizations/v2.0',
    ],
    ['of Entra consumers', 'issuer_ambiguous', good, 'https://login.microsoftonline.com/consumers/v2.0'],
  ])('is refused %s: %s', (_case, code, document, asked) => {
    expect(codeOf(good)).toBe('accepted');
    expect(codeOf(document, asked)).toBe(code);
  });
});
