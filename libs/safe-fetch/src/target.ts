import { isIP } from 'node:net';
import { isPublicAddress } from './addresses.js';
import { SafeFetchError } from './error.js';

/** Answers the addresses of a host name, all of them. Throws, or answers none, where the name does not exist. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export interface TargetRules {
  /** Origins, exactly as `URL.origin` writes them, that an operator allows to be private and to use http. */
  readonly allowedPrivateOrigins: ReadonlySet<string>;
  readonly ports: ReadonlySet<number>;
  readonly resolve: Resolve;
}

/** A URL that may be asked, with the addresses that were checked for it: the connection goes to one of these and to no other. */
export interface Target {
  readonly url: URL;
  /** The host without the brackets of an IPv6 literal and without a trailing dot. */
  readonly hostname: string;
  readonly port: number;
  readonly addresses: readonly string[];
}

/**
 * Checks a URL that a tenant chose. Order: shape, scheme, credentials, port, name, addresses.
 *
 * The WHATWG parser has already turned decimal, octal and hex hosts (`2130706433`, `0177.0.0.1`, `0x7f.1`) into dotted
 * form, so what is checked here is what would be connected to.
 */
export async function checkTarget(given: string | URL, rules: TargetRules): Promise<Target> {
  const url = parse(given);
  const allowed = rules.allowedPrivateOrigins.has(url.origin);
  refuseScheme(url, allowed);
  if (url.username !== '' || url.password !== '') {
    throw new SafeFetchError(
      'credentials_in_url',
      'The address holds a user name or a password. Give it without them.',
    );
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (!allowed && !rules.ports.has(port)) {
    const ports = [...rules.ports].join(', ');
    throw new SafeFetchError('port_refused', `Port ${port} is not allowed; use port ${ports}.`);
  }
  const hostname = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  // RFC 6761 §6.3: these are loopback whatever a resolver says.
  if (!allowed && (hostname === 'localhost' || hostname.endsWith('.localhost'))) refuseAddress(url.hostname);
  const addresses = isIP(hostname) === 0 ? await resolveName(hostname, rules.resolve) : [hostname];
  // One private address among public ones is refused too: which of them a connection takes would be chance.
  if (!allowed && !addresses.every(isPublicAddress)) refuseAddress(url.hostname);
  return { url, hostname, port, addresses };
}

function parse(given: string | URL): URL {
  const url = URL.parse(String(given));
  if (url !== null) return url;
  throw new SafeFetchError(
    'url_invalid',
    'This is not a web address. Give one such as https://idp.example.com/metadata.',
  );
}

function refuseScheme(url: URL, allowed: boolean): void {
  if (url.protocol === 'https:' || (allowed && url.protocol === 'http:')) return;
  throw new SafeFetchError(
    'scheme_refused',
    `Addresses must begin with https:// (this one: ${url.protocol}).`,
  );
}

function refuseAddress(host: string): never {
  throw new SafeFetchError(
    'address_refused',
    `${host} does not lead to a public internet address. Only public hosts can be reached from here; ` +
      'an operator may allow a private one by ALLOWED_PRIVATE_ORIGINS.',
  );
}

async function resolveName(hostname: string, resolve: Resolve): Promise<readonly string[]> {
  const addresses = await resolve(hostname).catch((cause: unknown) => {
    throw unresolvable(hostname, cause);
  });
  if (addresses.length === 0 || addresses.some((address) => isIP(address) === 0))
    throw unresolvable(hostname);
  return [...new Set(addresses)];
}

function unresolvable(hostname: string, cause?: unknown): SafeFetchError {
  return new SafeFetchError(
    'unresolvable',
    `No address was found for ${hostname}. Check the spelling of the host.`,
    {
      cause,
    },
  );
}
