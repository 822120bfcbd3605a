import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from './addresses.js';

/** Each refused address beside a public one that is as near to it as the range allows. */
const pairs: [what: string, refused: string, allowed: string][] = [
  ['unspecified', '0.0.0.0', '1.0.0.0'],
  ['this network', '0.255.255.255', '1.0.0.0'],
  ['loopback', '127.0.0.1', '126.255.255.255'],
  ['loopback, end', '127.255.255.255', '128.0.0.1'],
  ['private 10/8', '10.1.2.3', '11.1.2.3'],
  ['private 172.16/12', '172.31.255.255', '172.32.0.0'],
  ['private 192.168/16', '192.168.0.1', '192.169.0.1'],
  ['carrier-grade NAT', '100.64.0.1', '100.63.255.255'],
  ['carrier-grade NAT, end', '100.127.255.255', '100.128.0.1'],
  ['link-local, metadata', '169.254.169.254', '169.253.169.254'],
  ['metadata, Azure wire server', '168.63.129.16', '168.63.129.17'],
  ['metadata, Alibaba', '100.100.100.200', '100.200.100.200'],
  ['metadata, Oracle', '192.0.0.192', '192.0.1.192'],
  ['documentation', '192.0.2.1', '192.0.3.1'],
  ['documentation', '203.0.113.9', '203.0.114.9'],
  ['benchmarking', '198.18.0.1', '198.20.0.1'],
  ['6to4 relay', '192.88.99.1', '192.88.98.1'],
  ['multicast', '224.0.0.1', '223.255.255.255'],
  ['reserved', '240.0.0.1', '223.255.255.254'],
  ['broadcast', '255.255.255.255', '223.255.255.253'],
  ['IPv6 unspecified', '::', '2606:4700::'],
  ['IPv6 loopback', '::1', '2606:4700::1'],
  ['IPv4-mapped loopback', '::ffff:127.0.0.1', '2606:4700::7f00:1'],
  ['IPv4-mapped, hex', '::ffff:7f00:1', '2606:4700::7f00:1'],
  ['IPv4-mapped, of a public address', '::ffff:1.1.1.1', '1.1.1.1'],
  ['IPv4-compatible', '::127.0.0.1', '2606:4700::7f00:1'],
  ['IPv4-translated', '::ffff:0:127.0.0.1', '2606:4700::7f00:1'],
  ['NAT64', '64:ff9b::a00:1', '2606:4700::a00:1'],
  ['local NAT64', '64:ff9b:1::a00:1', '2606:4700::a00:1'],
  ['6to4 of 10.0.0.1', '2002:a00:1::1', '2003:a00:1::1'],
  ['Teredo', '2001:0:1234::1', '2001:4860:1234::1'],
  ['ORCHID', '2001:20::1', '2001:4860:20::1'],
  ['IPv6 documentation', '2001:db8::1', '2001:db9::1'],
  ['IPv6 documentation, RFC 9637', '3fff::1', '2606::1'],
  ['ISATAP', '2606:4700::5efe:a00:1', '2606:4700::5eff:a00:1'],
  ['ISATAP, universal bit', '2606:4700::200:5efe:a00:1', '2606:4700::201:5efe:a00:1'],
  ['link-local', 'fe80::1', '2606:4700::1'],
  ['link-local with a zone', 'fe80::1%eth0', '2606:4700::1'],
  ['a zone on a public address', '2606:4700::1%eth0', '2606:4700::1'],
  ['site-local', 'fec0::1', '2606:4700::1'],
  ['unique local, AWS metadata', 'fd00:ec2::254', '2600:ec2::254'],
  ['IPv6 multicast', 'ff02::1', '2602::1'],
  ['discard', '100::1', '2600::1'],
  ['segment routing', '5f00::1', '2f00::1'],
  ['unassigned', '4000::1', '2400::1'],
  ['short form', '127.1', '126.0.0.1'],
  ['hex form', '0x7f000001', '126.0.0.1'],
  ['octal form', '0177.0.0.1', '126.0.0.1'],
  ['no address', 'example.com', '1.1.1.1'],
];

describe('isPublicAddress', () => {
  it.each(pairs)('%s: %s is refused, %s is not', (_, refused, allowed) => {
    expect(isPublicAddress(refused)).toBe(false);
    expect(isPublicAddress(allowed)).toBe(true);
  });

  it('refuses every IPv6 form of every IPv4 address', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(octet, octet, octet, octet), (octets) => {
        const dotted = octets.join('.');
        for (const prefix of ['::ffff:', '::', '::ffff:0:', '64:ff9b::', '64:ff9b:1::']) {
          expect(isPublicAddress(prefix + dotted)).toBe(false);
        }
      }),
    );
  });
});
