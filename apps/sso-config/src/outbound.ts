import { SafeFetchError, type SafeFetch, type SafeResponse } from '@gatehouse/safe-fetch';
import { Problem } from '@gatehouse/service-host';

/** How this service reaches addresses that a tenant chose; made from the settings. */
export interface Outbound {
  readonly fetch: SafeFetch;
  /** Checks an address that the gateway will ask later. Throws SafeFetchError. */
  readonly check: (url: string) => Promise<void>;
  /** Origins that an operator allows to be private and to use http. */
  readonly allowedPrivateOrigins: readonly string[];
}
export const OUTBOUND = Symbol('sso-config:outbound');

/** Fetches a document, or says why not in words for the person who gave the address. @throws Problem `fetch_refused` */
export async function fetchDocument(
  outbound: Outbound,
  url: string,
  options: { accept: string; maxBytes: number; redirects: number },
): Promise<SafeResponse> {
  const answer = await outbound.fetch(url, { ...options, timeoutMs: 8_000 }).catch((error: unknown) => {
    throw asFetchRefused(error, url);
  });
  if (answer.status === 200) return answer;
  throw new Problem('fetch_refused', `${url} answered with status ${answer.status}; expected 200.`, {
    reason: 'unexpected_status',
    url,
  });
}

export function asFetchRefused(error: unknown, url: string): unknown {
  if (!(error instanceof SafeFetchError)) return error;
  return new Problem('fetch_refused', error.message, { reason: error.reason, url });
}
