import type { OidcConnectionOptions } from '../options.js';
import type { Check } from '../refusal.js';
import type { Claims } from '../userinfo.js';

/** What was stored when a sign-in started. */
export interface StartedAuthorization {
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Whether the browser that comes back is the one that was sent. */
  readonly sameBrowser: boolean;
}

/** The parameters of the authorization response, each a string. */
export interface CallbackContext {
  readonly options: OidcConnectionOptions;
  readonly params: ReadonlyMap<string, string>;
}

export interface TokenContext {
  readonly options: OidcConnectionOptions;
  readonly started: StartedAuthorization;
  readonly claims: Claims;
  readonly algorithm: string;
  readonly accessToken: string | null;
}

export interface PersonContext {
  readonly options: OidcConnectionOptions;
  readonly claims: Claims;
  /** Domains for which the account's connection may speak; `null` in a test of the connection alone. */
  readonly enabledDomains: readonly string[] | null;
}

export type CheckOf<C> = (context: C) => Check;
