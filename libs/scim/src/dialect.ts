/**
 * How a directory reads what its client sends. `lenient` takes what Okta, Entra, OneLogin, PingFederate and JumpCloud
 * really send (each leniency names its client where it is implemented); `strict` takes what RFC 7643 and 7644 allow.
 */
export type Dialect = 'lenient' | 'strict';
