import { OidcRefusal } from './refusal.js';

/** What is used of an OpenID provider's metadata (OpenID Connect Discovery 1.0 §3). */
export interface Discovery {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  readonly userinfoEndpoint: string | null;
  readonly endSessionEndpoint: string | null;
  /** RFC 9207: the provider names itself in every authorization response. */
  readonly issParameterSupported: boolean;
  /** Those that Gatehouse accepts too. */
  readonly idTokenSigningAlgs: readonly string[];
  readonly tokenEndpointAuthMethods: readonly string[];
}

/** Asymmetric and not broken; `none` and HMAC by the client secret are never accepted. */
export const acceptedAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

export interface DiscoveryOptions {
  /** Origins that may use http, because the operator said so. */
  readonly allowedHttpOrigins?: readonly string[];
}

type Document = Readonly<Record<string, unknown>>;

/**
 * Checks a discovery document against the issuer that an admin gave.
 * @throws OidcRefusal
 */
export function checkDiscovery(document: unknown, issuer: string, options: DiscoveryOptions = {}): Discovery {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new OidcRefusal(
      'discovery_malformed',
      'The discovery document is not a JSON object. Check the issuer.',
    );
  }
  const metadata = document as Document;
  checkIssuer(metadata, issuer, options);
  const endpoint = (name: string): string => endpointOf(metadata, name, options);
  const optional = (name: string): string | null => (metadata[name] === undefined ? null : endpoint(name));
  return {
    issuer,
    authorizationEndpoint: endpoint('authorization_endpoint'),
    tokenEndpoint: endpoint('token_endpoint'),
    jwksUri: endpoint('jwks_uri'),
    userinfoEndpoint: optional('userinfo_endpoint'),
    endSessionEndpoint: optional('end_session_endpoint'),
    issParameterSupported: metadata['authorization_response_iss_parameter_supported'] === true,
    idTokenSigningAlgs: algorithmsOf(metadata),
    tokenEndpointAuthMethods: stringsOf(metadata['token_endpoint_auth_methods_supported']),
  };
}

/** Issuers that stand for many tenants: whoever signs in there could be anybody's. */
const AMBIGUOUS = /\/(common|organizations|consumers|\{tenantid\}|%7Btenantid%7D)(\/|$)/i;

function checkIssuer(metadata: Document, issuer: string, options: DiscoveryOptions): void {
  const received = metadata['issuer'];
  if (AMBIGUOUS.test(issuer) || (typeof received === 'string' && AMBIGUOUS.test(received))) {
    throw new OidcRefusal(
      'issuer_ambiguous',
      'This issuer stands for every tenant of the provider. Give the one of your own tenant, with its id in the address.',
      { received: issuer },
    );
  }
  checkAddress('issuer', issuer, options);
  if (received === issuer) return;
  throw new OidcRefusal(
    'discovery_issuer_mismatch',
    'The discovery document names another issuer. Give the issuer exactly as the provider does, with or without its last slash.',
    {
      expected: issuer,
      received: typeof received === 'string' ? received : 'no issuer',
    },
  );
}

function endpointOf(metadata: Document, name: string, options: DiscoveryOptions): string {
  const value = metadata[name];
  if (typeof value !== 'string')
    throw new OidcRefusal(
      'discovery_incomplete',
      `The discovery document has no ${name}. Check that the issuer is an OpenID provider.`,
    );
  checkAddress(name, value, options);
  return value;
}

function checkAddress(name: string, value: string, { allowedHttpOrigins = [] }: DiscoveryOptions): void {
  const url = URL.parse(value);
  const isSecure = url !== null && (url.protocol === 'https:' || allowedHttpOrigins.includes(url.origin));
  if (isSecure && url.username === '' && url.password === '' && url.hash === '') return;
  throw new OidcRefusal(
    'endpoint_refused',
    `The ${name} must be an https:// address without user name and fragment.`,
    { received: value.slice(0, 200) },
  );
}

function algorithmsOf(metadata: Document): string[] {
  // RS256 must be there in every provider, and stands for a document that does not say (§3).
  const supported =
    metadata['id_token_signing_alg_values_supported'] === undefined
      ? ['RS256']
      : stringsOf(metadata['id_token_signing_alg_values_supported']);
  const accepted = acceptedAlgorithms.filter((algorithm) => supported.includes(algorithm));
  if (accepted.length > 0) return accepted;
  throw new OidcRefusal(
    'algorithms_unsupported',
    'The provider signs ID tokens by no algorithm that is safe. Turn on RS256 or ES256 there.',
    {
      expected: acceptedAlgorithms.join(', '),
      received: supported.join(', '),
    },
  );
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
