import { createPrivateKey } from 'node:crypto';
import { seal, type OidcConfig, type SealBinding, type SealingKey } from '@gatehouse/contracts';
import { checkDiscovery, OidcRefusal } from '@gatehouse/oidc';
import { Problem } from '@gatehouse/service-host';
import { asFetchRefused, fetchDocument, type Outbound } from '../outbound.js';
import type { OidcInput } from './connections.operations.js';

type Discovered = ReturnType<typeof checkDiscovery>;
type AuthMethod = OidcConfig['tokenAuthMethod'];

/**
 * Reads what an admin gave about an OpenID provider: its discovery document is fetched and checked, and so is every
 * address in it that we shall ask ourselves (a public document may name a private `jwks_uri`).
 * @throws Problem `discovery_invalid`, `fetch_refused` or `invalid_request`
 */
export async function readOidcInput(
  input: OidcInput,
  before: OidcConfig | null,
  outbound: Outbound,
  keys: readonly SealingKey[],
  binding: SealBinding,
): Promise<OidcConfig> {
  const kept = keptSecret(input, before);
  const discovered = await discover(input.issuer, outbound);
  const tokenAuthMethod = chooseAuthMethod(input, discovered, kept?.method);
  return {
    issuer: discovered.issuer,
    clientId: input.clientId,
    tokenAuthMethod,
    sealedSecret: kept?.sealed ?? (await seal(keys, binding, givenSecret(input))),
    scopes: [...new Set(['openid', ...(input.scopes ?? ['email', 'profile'])])],
    authorizationEndpoint: discovered.authorizationEndpoint,
    tokenEndpoint: discovered.tokenEndpoint,
    jwksUri: discovered.jwksUri,
    userinfoEndpoint: discovered.userinfoEndpoint,
    issParameterSupported: discovered.issParameterSupported,
    idTokenSigningAlgs: [...discovered.idTokenSigningAlgs],
  };
}

/** A stored secret goes on only to the issuer and client that it was given for: to another it would be a leak. */
function keptSecret(
  input: OidcInput,
  before: OidcConfig | null,
): { sealed: string; method: AuthMethod } | undefined {
  if (input.clientSecret !== undefined || input.privateKeyJwt !== undefined) return undefined;
  const usable =
    before !== null &&
    before.issuer === input.issuer &&
    before.clientId === input.clientId &&
    (input.tokenAuthMethod === undefined ||
      (input.tokenAuthMethod === 'private_key_jwt') === (before.tokenAuthMethod === 'private_key_jwt'));
  if (usable) return { sealed: before.sealedSecret, method: before.tokenAuthMethod };
  const detail =
    before === null ? 'is required' : 'is required, because the issuer, the client or the method changed';
  const pointer = input.tokenAuthMethod === 'private_key_jwt' ? '/privateKeyJwt' : '/clientSecret';
  throw new Problem('invalid_request', 'The client secret is missing.', { errors: [{ pointer, detail }] });
}

function givenSecret(input: OidcInput): string {
  if (input.privateKeyJwt === undefined) return input.clientSecret ?? '';
  try {
    const key = createPrivateKey(input.privateKeyJwt);
    const strong =
      key.asymmetricKeyType === 'ec' ||
      key.asymmetricKeyType === 'ed25519' ||
      (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048);
    if (strong) return key.export({ format: 'pem', type: 'pkcs8' }).toString();
  } catch {
    // Node's message may quote the key.
  }
  throw new Problem('invalid_request', 'The private key cannot be used.', {
    errors: [
      {
        pointer: '/privateKeyJwt',
        detail: 'must be an unencrypted RSA (2048 bits or more), EC or Ed25519 key in PEM',
      },
    ],
  });
}

async function discover(issuer: string, outbound: Outbound): Promise<Discovered> {
  // OpenID Connect Discovery 1.0 §4.1: a terminating slash of the issuer is removed before appending.
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetchDocument(outbound, url, {
    accept: 'application/json',
    maxBytes: 65_536,
    redirects: 0,
  });
  const discovered = await refusing(() =>
    checkDiscovery(jsonOf(answer), issuer, { allowedHttpOrigins: outbound.allowedPrivateOrigins }),
  );
  for (const endpoint of [discovered.tokenEndpoint, discovered.userinfoEndpoint]) {
    if (endpoint !== null) await checkAddress(outbound, endpoint);
  }
  await fetchKeys(outbound, discovered.jwksUri);
  return discovered;
}

async function checkAddress(outbound: Outbound, url: string): Promise<void> {
  await outbound.check(url).catch((error: unknown) => {
    throw asFetchRefused(error, url);
  });
}

/** Keys that can't be fetched now would fail every sign-in later. */
async function fetchKeys(outbound: Outbound, url: string): Promise<void> {
  const answer = await fetchDocument(outbound, url, {
    accept: 'application/json',
    maxBytes: 262_144,
    redirects: 0,
  });
  const document = jsonOf(answer);
  if (
    document instanceof Object &&
    'keys' in document &&
    Array.isArray(document.keys) &&
    document.keys.length > 0
  )
    return;
  throw new Problem('discovery_invalid', `${url} holds no keys.`, { reason: 'keys_missing' });
}

function jsonOf(answer: { json(): unknown; url: string }): unknown {
  try {
    return answer.json();
  } catch {
    throw new Problem('discovery_invalid', `${answer.url} is not a JSON document.`, { reason: 'not_json' });
  }
}

async function refusing<T>(work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof OidcRefusal)) throw error;
    throw new Problem('discovery_invalid', error.message, { reason: error.code, ...error.details });
  }
}

function chooseAuthMethod(
  input: OidcInput,
  discovered: Discovered,
  kept: AuthMethod | undefined,
): AuthMethod {
  const supported: readonly string[] = discovered.tokenEndpointAuthMethods;
  const fallback = supported.includes('client_secret_basic') || !supported.includes('client_secret_post');
  const method =
    input.tokenAuthMethod ??
    (input.privateKeyJwt === undefined
      ? (kept ?? (fallback ? 'client_secret_basic' : 'client_secret_post'))
      : 'private_key_jwt');
  if (method === 'private_key_jwt' && input.privateKeyJwt === undefined && kept === undefined) {
    throw new Problem('invalid_request', 'The private key is missing.', {
      errors: [{ pointer: '/privateKeyJwt', detail: 'is required for private_key_jwt' }],
    });
  }
  // The default where a provider says nothing is client_secret_basic (OpenID Connect Discovery 1.0 §3).
  if (supported.length === 0 || supported.includes(method)) return method;
  throw new Problem(
    'discovery_invalid',
    `The provider does not support ${method}; it supports ${supported.join(', ')}.`,
    {
      reason: 'auth_method_unsupported',
    },
  );
}
