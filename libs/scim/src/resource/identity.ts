import { domainToASCII } from 'node:url';
import { isObject } from './document.js';

/**
 * The address that identifies a directory user: the primary work email, else the primary email, else the userName.
 * It is as the client wrote it; `canonicalAddress` decides whether it is an address at all.
 */
export function identityAddress(document: Readonly<Record<string, unknown>>): string {
  const emails = Array.isArray(document['emails']) ? document['emails'].filter(isObject) : [];
  const primaries = emails.filter(
    (email) => email['primary'] === true && typeof email['value'] === 'string' && email['value'] !== '',
  );
  const chosen = primaries.find((email) => String(email['type']).toLowerCase() === 'work') ?? primaries[0];
  const address = chosen?.['value'] ?? document['userName'];
  return typeof address === 'string' ? address : '';
}

export interface CanonicalAddress {
  readonly address: string;
  /** Lower case, A-labels: what domains are compared by, byte for byte. */
  readonly domain: string;
}

// Visible ASCII without quotes, brackets, comma, colon, semicolon: RFC 5322 atoms and dots, and nothing that another
// reader could take for a second address.
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/**
 * An email address in lower case with its domain in A-labels (UTS 46), or undefined for anything that is not plainly
 * one address: several `@`, quoted local parts, IP literals, trailing dots, control and full-width characters.
 */
export function canonicalAddress(input: string): CanonicalAddress | undefined {
  const parts = input.trim().split('@');
  const [local, host] = parts;
  if (parts.length !== 2 || !local || !host || local.length > 64) return undefined;
  if (!LOCAL_PART.test(local) || host.endsWith('.')) return undefined;
  const domain = domainToASCII(host);
  if (!DOMAIN.test(domain)) return undefined;
  return { address: `${local.toLowerCase()}@${domain}`, domain };
}
