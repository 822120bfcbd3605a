import type { Dialect } from '../dialect.js';
import { badRequest } from '../errors.js';
import { booleanOf, timeOf } from '../filter/typed.js';
import { type Attribute, findAttribute } from '../schema/attribute.js';
import { type Document, emptyDocument, isForbiddenName, isObject, type Value } from './document.js';
import { isStorable } from './storable.js';

/** Most values of one multi-valued attribute of a user. */
export const MAX_VALUES = 1_000;

/**
 * A client's value of an attribute as it is stored; undefined where it says "unassigned" (null, nothing, an empty list).
 * @throws ScimError 400 `invalidValue` where the value does not have the attribute's type
 */
export function coerceAttribute(
  attribute: Attribute,
  value: unknown,
  dialect: Dialect,
  where = attribute.name,
): Value | undefined {
  if (value === null || value === undefined) return undefined;
  return attribute.multiValued
    ? coerceValues(attribute, value, dialect, where)
    : coerceOne(attribute, value, dialect, where);
}

function coerceValues(
  attribute: Attribute,
  value: unknown,
  dialect: Dialect,
  where: string,
): Value[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : loneValue(value, dialect, where);
  if (list.length > MAX_VALUES) {
    throw badRequest('invalidValue', `"${where}" has ${list.length} values; at most ${MAX_VALUES} are kept.`);
  }
  const values = list
    .map((element: unknown, index) => coerceOne(attribute, element, dialect, `${where}[${index}]`))
    .filter((element) => element !== undefined);
  if (values.length === 0) return undefined;
  return attribute.type === 'complex' ? onePrimary(values as Document[], dialect, where) : values;
}

/** OneLogin sends one email as an object; Entra sends roles as JSON in a string. */
function loneValue(value: unknown, dialect: Dialect, where: string): unknown[] {
  if (dialect === 'strict') throw badRequest('invalidValue', `"${where}" has several values: send a list.`);
  if (typeof value !== 'string') return [value];
  if (value === '') return [];
  const parsed = /^\s*[[{]/.test(value) ? parsedJson(value) : undefined;
  if (parsed === undefined) return [value];
  return Array.isArray(parsed) ? parsed : [parsed];
}

function parsedJson(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

/** At most one value is primary (RFC 7643 §2.4). PingFederate sends two: the one of type work stays, else the first. */
function onePrimary(values: Document[], dialect: Dialect, where: string): Document[] {
  const primaries = values.filter((value) => value['primary'] === true);
  if (primaries.length <= 1) return values;
  if (dialect === 'strict') {
    throw badRequest(
      'invalidValue',
      `"${where}" has ${primaries.length} primary values; one may be primary.`,
    );
  }
  const kept = primaries.find(isWork) ?? primaries[0];
  for (const value of primaries) if (value !== kept) value['primary'] = false;
  return values;
}

/** One value: of a single-valued attribute, or one element of a multi-valued one. */
export function coerceOne(
  attribute: Attribute,
  value: unknown,
  dialect: Dialect,
  where = attribute.name,
): Value | undefined {
  if (value === null || value === undefined) return undefined;
  if (attribute.type === 'complex') return coerceComplex(attribute, value, dialect, where);
  const plain = dialect === 'lenient' ? unwrapped(value) : value;
  if (plain === undefined || plain === null) return undefined;
  switch (attribute.type) {
    case 'boolean': {
      const flag = typeof plain === 'boolean' ? plain : dialect === 'lenient' ? booleanOf(plain) : undefined;
      if (flag === undefined) throw wrongType(where, 'true or false', value);
      return flag;
    }
    case 'integer':
    case 'decimal':
      if (typeof plain !== 'number') throw wrongType(where, 'a number', value);
      return plain;
    case 'dateTime':
      if (typeof plain !== 'string' || timeOf(plain) === undefined)
        throw wrongType(where, 'a dateTime such as 2026-01-31T08:00:00Z', value);
      return plain;
    case 'string':
    case 'reference':
    case 'binary':
      return coerceText(attribute, plain, dialect, where);
  }
}

/** Entra, without its `aadOptscim062020` flag, sends simple values as `[{"$ref":null,"value":"x"}]`. */
function unwrapped(value: unknown): unknown {
  const only: unknown = Array.isArray(value) && value.length <= 1 ? value[0] : value;
  return isObject(only) && Object.hasOwn(only, 'value') ? only['value'] : only;
}

function coerceText(attribute: Attribute, value: unknown, dialect: Dialect, where: string): string {
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  const string = dialect === 'lenient' && isScalar ? String(value) : value;
  if (typeof string !== 'string') throw wrongType(where, 'a string', value);
  if (!isStorable(string)) {
    throw badRequest(
      'invalidValue',
      `"${where}" holds a NUL or half a surrogate pair, which can't be stored.`,
    );
  }
  if (attribute.maxLength !== undefined && string.length > attribute.maxLength) {
    throw badRequest(
      'invalidValue',
      `"${where}" has ${string.length} characters; at most ${attribute.maxLength} are kept.`,
    );
  }
  return string;
}

function coerceComplex(
  attribute: Attribute,
  value: unknown,
  dialect: Dialect,
  where: string,
): Document | undefined {
  const source = dialect === 'lenient' ? asObject(attribute, value) : value;
  if (source === undefined) return undefined;
  if (!isObject(source)) throw wrongType(where, 'an object', value);
  const result = emptyDocument();
  for (const [name, member] of Object.entries(source)) {
    if (isForbiddenName(name)) throw badRequest('invalidSyntax', `"${name}" is not an attribute name.`);
    const sub = subAttribute(attribute, name, dialect);
    if (!sub) {
      if (dialect === 'strict')
        throw badRequest('invalidValue', `"${where}" has no sub-attribute "${name}".`);
      continue;
    }
    if (sub.mutability === 'readOnly') continue;
    const coerced = coerceOne(sub, member, dialect, `${where}.${sub.name}`);
    if (coerced !== undefined) result[sub.name] = coerced;
  }
  return Object.keys(result).length === 0 ? undefined : result;
}

/** Entra sends the manager as a bare string, as a list of one, or as `""` to remove it. */
function asObject(attribute: Attribute, value: unknown): unknown {
  const only: unknown = Array.isArray(value) && !attribute.multiValued ? value[0] : value;
  if (only === '' || only === null) return undefined;
  const isScalar = typeof only === 'string' || typeof only === 'number';
  return isScalar && findAttribute(attribute.subAttributes, 'value') ? { value: only } : only;
}

export function subAttribute(attribute: Attribute, name: string, dialect: Dialect): Attribute | undefined {
  const found = findAttribute(attribute.subAttributes, name);
  // OneLogin's name for the manager's id, from SCIM 1.0.
  const isLegacy =
    dialect === 'lenient' && attribute.name === 'manager' && name.toLowerCase() === 'managerid';
  return found ?? (isLegacy ? findAttribute(attribute.subAttributes, 'value') : undefined);
}

function wrongType(where: string, expected: string, value: unknown) {
  const found = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a value of type ${typeof value}`;
  return badRequest('invalidValue', `"${where}" must be ${expected}, but is ${found}.`);
}

function isWork(value: Document): boolean {
  return typeof value['type'] === 'string' && value['type'].toLowerCase() === 'work';
}
