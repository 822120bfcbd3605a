import { canonicalEmail, emailDomain } from '@gatehouse/contracts';
import { failed, passed, type Check } from '../refusal.js';
import { attribute, children, ns, emailFormat, textOf, type Element } from '../xml.js';
import type { AttributeMapping } from '../options.js';
import type { AssertionContext } from './context.js';
import { subjectOf } from './subject.js';

const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const microsoft = 'http://schemas.microsoft.com/ws/2008/06/identity/claims';

/** The usual names, in the order in which they are tried where the connection maps none. */
const usualNames: Record<'email' | 'firstName' | 'lastName' | 'groups', readonly string[]> = {
  email: ['email', `${claims}/emailaddress`, 'urn:oid:0.9.2342.19200300.100.1.3', 'mail'],
  firstName: ['firstName', `${claims}/givenname`, 'urn:oid:2.5.4.42', 'givenName'],
  lastName: ['lastName', `${claims}/surname`, 'urn:oid:2.5.4.4', 'sn'],
  groups: ['groups', `${microsoft}/groups`, 'http://schemas.xmlsoap.org/claims/Group'],
};

type Field = keyof AttributeMapping;

/** Values by name, in a map: a name such as `__proto__` is only a name. Undefined stands for a value that is not plain text. */
export function attributesOf(assertion: Element): Map<string, (string | undefined)[][]> {
  const found = new Map<string, (string | undefined)[][]>();
  for (const statement of children(assertion, ns.assertion, 'AttributeStatement')) {
    for (const it of children(statement, ns.assertion, 'Attribute')) {
      const name = attribute(it, 'Name') ?? '';
      const values = children(it, ns.assertion, 'AttributeValue').map(textOf);
      found.set(name, [...(found.get(name) ?? []), values]);
    }
  }
  return found;
}

function nameOf(
  field: Field,
  mapping: AttributeMapping,
  found: ReadonlyMap<string, unknown>,
): string | undefined {
  const mapped = mapping[field];
  if (mapped !== undefined) return mapped;
  return field === 'id' ? undefined : usualNames[field].find((name) => found.has(name));
}

/** The one value of a mapped field; undefined where the assertion does not have it. */
export function valueOf(
  field: Exclude<Field, 'groups'>,
  mapping: AttributeMapping,
  assertion: Element,
): string | undefined {
  const found = attributesOf(assertion);
  const name = nameOf(field, mapping, found);
  const value = name === undefined ? undefined : found.get(name)?.[0]?.[0];
  return value?.trim() || undefined;
}

/** Group names; several attributes of the name and several values are all right (Keycloak repeats `Role`). */
export function groupsOf(mapping: AttributeMapping, assertion: Element): string[] {
  const found = attributesOf(assertion);
  const name = nameOf('groups', mapping, found);
  return [
    ...new Set((name === undefined ? [] : (found.get(name) ?? [])).flat().flatMap((it) => it?.trim() || [])),
  ];
}

const reserved = new Set([
  '__proto__',
  'constructor',
  'prototype',
  'nameID',
  'nameIDFormat',
  'issuer',
  'inResponseTo',
]);

/** What names a person has one value: of two, a lax reader takes the one that the identity provider did not mean. */
export function mappedAttributesAreSingle({ assertion, options }: AssertionContext): Check {
  const found = attributesOf(assertion);
  const odd = [...found.keys()].find((name) => reserved.has(name));
  if (odd !== undefined) return malformed(odd, 'an attribute by this name is never taken');
  for (const field of ['id', 'email', 'firstName', 'lastName'] as const) {
    const name = nameOf(field, options.attributeMapping, found);
    const occurrences = (name === undefined ? undefined : found.get(name)) ?? [];
    const values = occurrences.flat();
    if (occurrences.length > 1 || values.length > 1) return malformed(name!, `${values.length} values`);
    if (values.length === 1 && values[0] === undefined)
      return malformed(name!, 'a value with elements in it');
    if (field === 'id' && name !== undefined && !values[0]?.trim()) return malformed(name, 'no value');
  }
  return passed('attribute_malformed', { received: [...found.keys()].join(', ') });
}

function malformed(name: string, received: string): Check {
  return failed('attribute_malformed', {
    expected: `one plain value of "${name}"`,
    received,
    hint: `Let the identity provider send "${name}" once, with one value.`,
  });
}

/** The email attribute, or else a NameID that is an address. */
export function emailOf({ assertion, options }: AssertionContext): string | undefined {
  const mapped = rawEmail(assertion, options.attributeMapping);
  return mapped === undefined ? undefined : canonicalEmail(mapped);
}

function rawEmail(assertion: Element, mapping: AttributeMapping): string | undefined {
  const value = valueOf('email', mapping, assertion);
  if (value !== undefined) return value;
  const { nameId } = subjectOf(assertion)!;
  const name = textOf(nameId) ?? '';
  return attribute(nameId, 'Format') === emailFormat || name.includes('@') ? name : undefined;
}

// Control and format characters, and the full-width forms that some normalisation turns into ASCII.
const deceiving = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFF00-\uFFEF]/u;

export function emailIsAnAddress(context: AssertionContext): Check {
  const { assertion, options } = context;
  const nameId = textOf(subjectOf(assertion)!.nameId) ?? '';
  const raw = rawEmail(assertion, options.attributeMapping);
  if (raw === undefined) {
    return failed('email_missing', {
      expected: 'an email attribute, or an email address as NameID',
      received: [...attributesOf(assertion).keys()].join(', ') || 'no attributes',
      hint: 'Add the attribute "email" with the email address at the identity provider.',
    });
  }
  const id = valueOf('id', options.attributeMapping, assertion) ?? '';
  const deceives = [nameId, raw, id].some((it) => deceiving.test(it));
  if (!deceives && canonicalEmail(raw) !== undefined) return passed('email_malformed', { received: raw });
  return failed('email_malformed', {
    expected: 'an email address such as person@example.com',
    received: raw.replace(/[^\x20-\x7e]/g, '?'),
    hint: 'The email address (or the NameID) holds something that is no part of an address.',
  });
}

/** Whether an address may sign in through a connection: its domain is, byte for byte, one of those enabled for it. */
export function isEmailDomainEnabled(email: string, enabledDomains: readonly string[]): boolean {
  return enabledDomains.includes(emailDomain(email));
}

/** CVE-2025-22146 and kin: a tenant's provider vouches for its own domains and for nobody else's. */
export function emailDomainIsEnabled(context: AssertionContext): Check {
  const email = emailOf(context)!;
  if (context.enabledDomains === null || isEmailDomainEnabled(email, context.enabledDomains)) {
    return passed('email_domain_not_enabled', { received: emailDomain(email) });
  }
  return failed('email_domain_not_enabled', {
    expected: context.enabledDomains.join(', ') || 'no domain is enabled',
    received: emailDomain(email),
    hint: 'Enable the domain of this address for the connection, or sign in as somebody of an enabled domain.',
  });
}
