/** Why an OpenID Connect message or configuration was not accepted. Stable: stored in sign-in records, logs and metrics. */
export type OidcReason =
  // callback
  | 'parameters_malformed'
  | 'state_missing'
  | 'state_unknown'
  | 'browser_mismatch'
  | 'issuer_parameter_mismatch'
  | 'access_denied'
  | 'provider_error'
  | 'code_missing'
  // token endpoint
  | 'token_request_failed'
  | 'token_response_malformed'
  // ID token
  | 'id_token_missing'
  | 'id_token_malformed'
  | 'algorithm_not_allowed'
  | 'token_type'
  | 'keys_unavailable'
  | 'key_unknown'
  | 'signature_invalid'
  | 'issuer_mismatch'
  | 'audience_mismatch'
  | 'authorized_party_mismatch'
  | 'claim_missing'
  | 'time_invalid'
  | 'subject_malformed'
  | 'nonce_mismatch'
  | 'at_hash_mismatch'
  | 'tenant_mismatch'
  | 'hosted_domain_mismatch'
  // userinfo and person
  | 'userinfo_failed'
  | 'userinfo_subject_mismatch'
  | 'email_missing'
  | 'email_malformed'
  | 'email_unverified'
  | 'email_domain_not_enabled'
  // configuration
  | 'discovery_malformed'
  | 'discovery_issuer_mismatch'
  | 'discovery_incomplete'
  | 'issuer_ambiguous'
  | 'endpoint_refused'
  | 'algorithms_unsupported';

/** One check of a sign-in: what it expected and what it found. */
export interface Check {
  readonly code: OidcReason;
  readonly ok: boolean;
  readonly expected?: string;
  readonly received?: string;
  /** What to change, at the identity provider or here. */
  readonly hint?: string;
}

type Details = Pick<Check, 'expected' | 'received' | 'hint'>;

/** What is not accepted. `message` is for an admin; people outside see a uniform page. */
export class OidcRefusal extends Error {
  override readonly name = 'OidcRefusal';

  constructor(
    readonly code: OidcReason,
    message: string,
    readonly details: Details = {},
  ) {
    super(message);
  }
}

const LONGEST = 300;

/** A check that failed; what the other side said is never shown at full length. */
export function refuse(code: OidcReason, details: Details & { hint: string }): never {
  const shortened = Object.fromEntries(
    Object.entries(details).map(([name, value]: [string, string]) => [
      name,
      value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value,
    ]),
  );
  throw new OidcRefusal(code, details.hint, shortened);
}
