import { isIP } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';
import { parse } from 'tldts';
import { publicMailProviders } from './public-mail-providers.js';

export type DomainNameRefusalCode =
  'malformed' | 'trailing_dot' | 'ip_address' | 'mixed_scripts' | 'public_suffix' | 'public_mail_provider';

/** Why a name can't be claimed. `message` says what was expected. */
export class DomainNameRefusal extends Error {
  override readonly name = 'DomainNameRefusal';

  constructor(
    readonly code: DomainNameRefusalCode,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The one form in which a domain is stored, published and compared, byte by byte: lower case, A-labels (UTS #46, by
 * the algorithm of the URL standard), no trailing dot.
 * @throws DomainNameRefusal
 */
export function canonicalDomainName(given: string): string {
  const typed = given.trim();
  if (/[.\u3002\uff0e\uff61]$/u.test(typed)) {
    throw new DomainNameRefusal('trailing_dot', 'Leave the dot at the end off: acme.com.');
  }
  if (typed.includes('@')) {
    throw new DomainNameRefusal('malformed', 'Give only what is behind the @ of an email address: acme.com.');
  }
  // A character outside names must not get as far as the host parser, which would stop at some and decode others.
  if (typed === '' || /[\s/\\:?#%*[\]<>^|"'`{}(),;!$&=+~]/u.test(typed)) throw malformed();
  const name = domainToASCII(typed);
  if (isIP(name) !== 0 || isIP(typed) !== 0) {
    throw new DomainNameRefusal(
      'ip_address',
      'An IP address is not an email domain. Give a name such as acme.com.',
    );
  }
  if (!isHostname(name) || name.split('.').some(isFakeALabel)) throw malformed();
  if (domainToUnicode(name).split('.').some(mixesScripts)) {
    throw new DomainNameRefusal(
      'mixed_scripts',
      'A part of this name mixes letters of several scripts, which is how look-alike names are made.',
    );
  }
  refusePublic(name);
  return name;
}

/** Letters, digits and hyphens (RFC 1123 §2.1), two labels at least, within DNS's lengths (RFC 1035 §2.3.4). */
function isHostname(name: string): boolean {
  const labels = name.split('.');
  return (
    name.length <= 253 &&
    labels.length >= 2 &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? '')
  );
}

/** Node's parser lets A-labels through that decode to nothing sensible (`xn--a` is U+0080). */
function isFakeALabel(label: string): boolean {
  return label.startsWith('xn--') && !/(?![\0-\x7f])[\p{L}\p{N}]/u.test(domainToUnicode(label));
}

function refusePublic(name: string): void {
  const { domain } = parse(name, { allowPrivateDomains: true, validateHostname: true });
  if (domain === null) {
    throw new DomainNameRefusal(
      'public_suffix',
      `Everybody can register names under ${name}. Give your own domain below it.`,
    );
  }
  if (publicMailProviders.has(domain) || publicMailProviders.has(name)) {
    throw new DomainNameRefusal(
      'public_mail_provider',
      `Everybody can get an address at ${domain}, so no account can own it. Give your company's own domain.`,
    );
  }
}

const scripts = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Bopomofo',
  'Arabic',
  'Hebrew',
  'Armenian',
  'Georgian',
  'Devanagari',
  'Bengali',
  'Gujarati',
  'Gurmukhi',
  'Kannada',
  'Malayalam',
  'Oriya',
  'Sinhala',
  'Tamil',
  'Telugu',
  'Thai',
  'Lao',
  'Khmer',
  'Myanmar',
  'Tibetan',
  'Ethiopic',
  'Cherokee',
  'Mongolian',
  'Thaana',
].map((script) => ({ script, letters: new RegExp(`\\p{Script=${script}}`, 'u') }));

/** Combinations in which languages are really written: UTS #39 §5.2, "highly restrictive". */
const together = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
];

function mixesScripts(label: string): boolean {
  const used = scripts.filter(({ letters }) => letters.test(label)).map(({ script }) => script);
  return used.length > 1 && !together.some((allowed) => used.every((script) => allowed.includes(script)));
}

function malformed(): DomainNameRefusal {
  return new DomainNameRefusal('malformed', 'This is not a domain name. Give one such as acme.com.');
}
