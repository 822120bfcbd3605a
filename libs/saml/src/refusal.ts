/** Why a SAML message or configuration was not accepted. Stable: stored in sign-in records, logs and metrics. */
export type SamlReason =
  // byte gate
  | 'request_malformed'
  | 'message_too_large'
  | 'base64_invalid'
  | 'xml_forbidden'
  | 'xml_malformed'
  | 'root_unexpected'
  // response
  | 'status_not_success'
  | 'assertion_count'
  | 'encryption_not_supported'
  | 'duplicate_id'
  | 'weak_signature'
  | 'signature_malformed'
  | 'signature_missing'
  | 'signature_invalid'
  | 'certificate_expired'
  | 'unsolicited'
  | 'in_response_to_missing'
  | 'in_response_to_unknown'
  | 'browser_mismatch'
  | 'destination_mismatch'
  | 'issuer_mismatch'
  | 'response_invalid'
  // assertion
  | 'audience_mismatch'
  | 'recipient_mismatch'
  | 'confirmation_method'
  | 'subject_malformed'
  | 'time_invalid'
  | 'attribute_malformed'
  | 'email_missing'
  | 'email_malformed'
  | 'email_domain_not_enabled'
  // configuration
  | 'metadata_malformed'
  | 'metadata_entities'
  | 'metadata_no_identity_provider'
  | 'metadata_no_endpoint'
  | 'metadata_no_certificate'
  | 'endpoint_refused'
  | 'certificate_malformed'
  | 'certificate_weak'
  // logout
  | 'logout_unsigned'
  | 'logout_not_supported';

/** One check of a message: what it expected and what it found. */
export interface Check {
  readonly code: SamlReason;
  readonly ok: boolean;
  readonly expected?: string;
  readonly received?: string;
  /** What to change, at the identity provider or here. */
  readonly hint?: string;
}

/** A message or a document that is not accepted. `message` is for an admin; people outside see a uniform page. */
export class SamlRefusal extends Error {
  override readonly name = 'SamlRefusal';

  constructor(
    readonly code: SamlReason,
    message: string,
    readonly details: Pick<Check, 'expected' | 'received' | 'hint'> = {},
  ) {
    super(message);
  }
}

type Details = Pick<Check, 'expected' | 'received' | 'hint'>;

const longest = 300;

/** What a message says is shown to admins: never at full length. */
function shortened(details: Details): Details {
  return Object.fromEntries(
    Object.entries(details).flatMap(([name, value]: [string, string | undefined]) =>
      value === undefined ? [] : [[name, value.length > longest ? `${value.slice(0, longest)}…` : value]],
    ),
  );
}

export function passed(code: SamlReason, details: Details = {}): Check {
  return { code, ok: true, ...shortened(details) };
}

export function failed(code: SamlReason, details: Details): Check {
  return { code, ok: false, ...shortened(details) };
}

/** Runs checks in their order and notes each; stops at the first that fails. @throws SamlRefusal */
export function runChecks<C>(checks: readonly ((context: C) => Check)[], context: C, notes: Check[]): void {
  for (const check of checks) {
    const note = check(context);
    // Response and assertion share a few codes: the later finding stands.
    const before = notes.findIndex(({ code }) => code === note.code);
    if (before !== -1) notes.splice(before, 1);
    notes.push(note);
    if (!note.ok) throw new SamlRefusal(note.code, note.hint ?? note.code, note);
  }
}
