/** Why a request was not made, or its answer not used. Stable: stored in logs, metrics and problem documents. */
export type SafeFetchReason =
  | 'url_invalid'
  | 'scheme_refused'
  | 'port_refused'
  | 'credentials_in_url'
  | 'unresolvable'
  | 'address_refused'
  | 'connection_failed'
  | 'tls_failed'
  | 'redirect_refused'
  | 'too_many_redirects'
  | 'timed_out'
  | 'too_large'
  | 'encoding_refused'
  | 'response_malformed'
  | 'not_json';

/**
 * A refusal by `safe-fetch`. `message` is written for the person who typed the address: it names the host that they
 * gave, never a resolved address (that would map our network for them) and never anything of the answer's body.
 */
export class SafeFetchError extends Error {
  override readonly name = 'SafeFetchError';

  constructor(
    readonly reason: SafeFetchReason,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
