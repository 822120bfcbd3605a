import { isObject } from './document.js';

/**
 * The address that identifies a directory user: the primary work email, else the primary email, else the userName.
 * It is as the client wrote it, and need not be an address.
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
