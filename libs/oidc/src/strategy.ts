import { createHash } from 'node:crypto';
import OpenIDConnectStrategy from 'passport-openidconnect';
import type { OidcConnectionOptions } from './options.js';

export interface StartInput {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly loginHint?: string;
}

/** The answer to an authorization request, verified by our own list of checks. */
export type VerifyCallback<T> = () => Promise<T>;

/**
 * passport-openidconnect makes the authorization request; its callback half is replaced. As it comes, that half accepts
 * `alg: none`, checks no signature, knows no PKCE, lets userinfo replace the identity, reads `error` before the state,
 * and ends the process on a token response of `null`.
 */
export class SafeOpenIDConnectStrategy<T> extends OpenIDConnectStrategy {
  constructor(
    connection: OidcConnectionOptions,
    private readonly work: { start: StartInput } | { callback: VerifyCallback<T> },
  ) {
    super(
      {
        issuer: connection.issuer,
        authorizationURL: connection.authorizationEndpoint,
        tokenURL: connection.tokenEndpoint,
        clientID: connection.clientId,
        // Never used there: the token request is our own.
        clientSecret: '',
        callbackURL: connection.redirectUri,
        scope: connection.scopes.filter((scope) => scope !== 'openid'),
        store: {
          store: (_request, _context, _appState, _meta, done) =>
            'start' in work ? done(null, work.start.state) : done(new TypeError('not a start')),
          verify: (_request, _state, done) => done(new TypeError('the callback is verified by Gatehouse')),
        },
      },
      (_issuer, _profile, done) => done(new TypeError('the callback is verified by Gatehouse')),
    );
  }

  override authenticate(_request: { query: Record<string, string> }, options: { loginHint?: string }): void {
    if ('start' in this.work)
      return super.authenticate({ query: {} }, { ...options, loginHint: this.work.start.loginHint });
    this.work.callback().then(
      (verdict) => this.success(verdict),
      (error: unknown) => this.error(error),
    );
  }

  /** Nonce always (OpenID Connect Core 1.0 §3.1.2.1), PKCE S256 always (RFC 7636 §4.2). */
  override authorizationParams(): Record<string, string> {
    if (!('start' in this.work)) return {};
    const { nonce, codeVerifier } = this.work.start;
    return {
      nonce,
      code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
  }
}

/** Runs the strategy and answers what it decided; `fail` and `pass`, which we never call, are refusals. */
export function runStrategy<T>(
  strategy: SafeOpenIDConnectStrategy<T>,
): Promise<{ url: string } | { verdict: T }> {
  return new Promise((resolve, reject) => {
    const refused = (): void => reject(new TypeError('The strategy refused without saying why.'));
    Object.assign(strategy, {
      redirect: (url: string) => resolve({ url }),
      success: (verdict: T) => resolve({ verdict }),
      error: (error: unknown) => reject(error instanceof Error ? error : new Error('The strategy failed.')),
      fail: refused,
      pass: refused,
    });
    strategy.authenticate({ query: {} }, {});
  });
}
