import type { SafeFetch } from '@gatehouse/safe-fetch';
import { acceptedAlgorithms } from './discovery.js';
import type { KeySets } from './key-sets.js';

export interface OidcConnectionOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly tokenAuthMethod: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';
  /** The client secret, or the private key as PEM (PKCS #8). */
  readonly secret: string;
  readonly scopes: readonly string[];
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  readonly userinfoEndpoint: string | null;
  readonly issParameterSupported: boolean;
  readonly idTokenSigningAlgs: readonly string[];
  /** The one redirect URI of the connection. */
  readonly redirectUri: string;
  readonly fetch: SafeFetch;
  readonly keys: KeySets;
}

/** Longest age of an ID token, in seconds: it was made for the code that we redeemed a moment ago. */
export const MAX_TOKEN_AGE_SECONDS = 300;
export const CLOCK_TOLERANCE_SECONDS = 60;

/**
 * Refuses options that would turn a check off: jose compares no issuer and no audience where they are undefined.
 * @throws TypeError
 */
export function checkOptions(options: OidcConnectionOptions): OidcConnectionOptions {
  for (const name of [
    'issuer',
    'clientId',
    'secret',
    'authorizationEndpoint',
    'tokenEndpoint',
    'jwksUri',
    'redirectUri',
  ] as const) {
    if (typeof options[name] !== 'string' || options[name] === '')
      throw new TypeError(`An OpenID Connect connection needs ${name}.`);
  }
  const known: readonly string[] = acceptedAlgorithms;
  if (
    options.idTokenSigningAlgs.length === 0 ||
    options.idTokenSigningAlgs.some((algorithm) => !known.includes(algorithm))
  ) {
    throw new TypeError(`ID tokens may be signed by ${known.join(', ')} only.`);
  }
  return options;
}
