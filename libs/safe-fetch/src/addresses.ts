import ipaddr from 'ipaddr.js';

/**
 * Addresses in public ranges that answer only inside a cloud, and there hand out credentials or control the machine.
 * All other metadata services are in ranges that are refused anyway (169.254.0.0/16, 100.64.0.0/10, 192.0.0.0/24, fc00::/7).
 */
const metadataServices = new Set([
  '168.63.129.16', // Azure's wire server
]);

/** The one IPv6 range that IANA has handed out for global unicast (RFC 4291 §2.4); all else is special or unassigned. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True where an address is an ordinary one of the public internet. Everything in IANA's special-purpose registries
 * (RFC 6890) is refused, and so is every IPv6 form that carries an IPv4 address (mapped, compatible, NAT64, 6to4,
 * Teredo, ISATAP), public or not: a translator on the way would decide where it leads, and no identity provider needs one.
 */
export function isPublicAddress(address: string): boolean {
  // A zone (`fe80::1%eth0`) only makes sense for addresses of the local link.
  if (address.includes('%') || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === 'ipv4') {
    // `parse` also reads 127.1 and 0x7f000001; a resolver never answers those.
    return (
      ipaddr.IPv4.isValidFourPartDecimal(address) &&
      parsed.range() === 'unicast' &&
      !metadataServices.has(address)
    );
  }
  const six = parsed as ipaddr.IPv6;
  return six.range() === 'unicast' && six.match(globalUnicast) && !isIsatap(six);
}

/** ISATAP (RFC 5214 §6.1): the interface identifier 0000:5efe or 0200:5efe is followed by an IPv4 address. */
function isIsatap(address: ipaddr.IPv6): boolean {
  const [, , , , fifth, sixth] = address.parts;
  return sixth === 0x5efe && (fifth === 0 || fifth === 0x200);
}
