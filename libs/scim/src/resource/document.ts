/**
 * What is stored of a resource: canonical names, typed values, nothing unassigned, nothing read-only. Objects have no
 * prototype, so that no attribute name can reach one (CVE-class: prototype pollution in scim-patch).
 */
export interface Document {
  [name: string]: Value;
}
export type Value = string | number | boolean | Document | Value[];

const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export function isForbiddenName(name: string): boolean {
  return FORBIDDEN_NAMES.has(name.trim().toLowerCase());
}

export function emptyDocument(): Document {
  return Object.create(null) as Document;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A deep copy without prototypes; also turns a document as the database returned it into one. */
export function copyDocument(source: Record<string, unknown>): Document {
  const copy = emptyDocument();
  for (const [name, value] of Object.entries(source)) copy[name] = copyValue(value);
  return copy;
}

function copyValue(value: unknown): Value {
  if (Array.isArray(value)) return value.map(copyValue);
  return isObject(value) ? copyDocument(value) : (value as Value);
}

/** Whether two documents say the same: members in any order, values of a multi-valued attribute in any order. */
export function sameDocument(left: unknown, right: unknown): boolean {
  return canonicalJson(left) === canonicalJson(right);
}

export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).sort().join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`);
  return `{${members.join(',')}}`;
}
