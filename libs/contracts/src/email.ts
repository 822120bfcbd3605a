import { domainToASCII } from 'node:url';

// RFC 5321 §4.5.3.1: 64 octets before the @, 255 in a domain; RFC 3696 erratum 1690: 254 in all.
const maxLength = 254;
const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainPart = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The one spelling of an address by which Gatehouse compares people: lower case, the domain as A-labels. Undefined
 * for what it does not take as an address: quoted local parts, several `@`, IP literals, trailing dots, non-ASCII
 * local parts. Compare results byte for byte.
 */
export function canonicalEmail(input: string): string | undefined {
  const parts = input.trim().split('@');
  if (parts.length !== 2) return undefined;
  // Checked before it is lower-cased: the Kelvin sign, for one, has a plain k as its lower case.
  const local = parts[0]!;
  const domain = domainToASCII(parts[1]!.toLowerCase());
  const isAddress =
    local.length <= 64 &&
    localPart.test(local) &&
    domainPart.test(domain) &&
    !/^[\d.]+$/.test(domain) &&
    local.length + domain.length + 1 <= maxLength;
  return isAddress ? `${local.toLowerCase()}@${domain}` : undefined;
}

/** The domain of a canonical address. */
export function emailDomain(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1);
}
