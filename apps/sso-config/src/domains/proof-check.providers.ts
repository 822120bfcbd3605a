/** Looks proofs up; made from DNS_SERVERS. */
export const PROOF_CHECK = Symbol('sso-config:proof-check');

/** How long a proof counts before it is looked up again. PostgreSQL's interval syntax. */
export const REPROOF_INTERVAL = '24 hours';

/** How soon a proof that was not found is looked up again. */
export const RECHECK_INTERVAL = '4 hours';

/** Definite failures in a row after which a domain is lost: with the intervals above, between 8 and 36 hours after the record went. */
export const FAILURES_UNTIL_LOST = 3;
