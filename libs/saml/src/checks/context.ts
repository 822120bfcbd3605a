import type { GatedMessage } from '../gate/byte-gate.js';
import type { ResolvedOptions } from '../options.js';
import type { Element } from '../xml.js';

/** What was stored when a sign-in started. */
export interface StartedRequest {
  readonly connectionId: string;
  readonly issuedAt: Date;
  /** Whether the browser that brings the response is the one that the request was made in. */
  readonly sameBrowser: boolean;
}

/** A response whose signatures are not verified yet: its checks can refuse it, and vouch for nothing. */
export interface ResponseContext {
  readonly message: GatedMessage;
  readonly options: ResolvedOptions;
  readonly now: number;
  /** The stored request that the response names, if there is one. */
  readonly request: StartedRequest | null;
}

/** The assertion is parsed anew from the very bytes whose signature was verified. */
export interface AssertionContext extends ResponseContext {
  readonly assertion: Element;
  /** Domains for which the account's connection may speak; `null` in a test of the connection alone. */
  readonly enabledDomains: readonly string[] | null;
}
