import { etagOf } from '@gatehouse/scim';

/** The ETags of an If-Match header, or null where there is none, or `*`: the resource exists, or 404 is answered anyway. */
export function ifMatchOf(header: string | undefined): ReadonlySet<string> | null {
  if (header === undefined || header.trim() === '*') return null;
  return etagsOf(header);
}

/** Whether If-None-Match names the present version: the client has it already. */
export function matchesEtag(header: string | undefined, version: number): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || etagsOf(header).has(opaque(etagOf(version)));
}

/** Whether a version is among the ETags that a client holds. Weak comparison: our ETags are weak (RFC 7644 §3.14). */
export function isAmong(etags: ReadonlySet<string>, version: number): boolean {
  return etags.has(opaque(etagOf(version)));
}

function etagsOf(header: string): Set<string> {
  return new Set(header.split(',').map(opaque));
}

function opaque(etag: string): string {
  return etag.trim().replace(/^W\//, '');
}
