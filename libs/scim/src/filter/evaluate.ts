import type { Attribute } from '../schema/attribute.js';
import type { AttributePath } from '../schema/path.js';
import type { CompareNode, Filter } from './ast.js';
import { fold } from './fold.js';
import { timeOf } from './typed.js';

/**
 * Whether a resource (or an element, inside a value path) fulfils the filter. `sql.ts` says the same in SQL.
 *
 * Where the RFC leaves room: a comparison of a multi-valued attribute is true where one of its values fulfils it (`ne`
 * too); `ne` of an absent single value is true.
 */
export function matches(filter: Filter, subject: unknown): boolean {
  switch (filter.kind) {
    case 'and':
      return matches(filter.left, subject) && matches(filter.right, subject);
    case 'or':
      return matches(filter.left, subject) || matches(filter.right, subject);
    case 'not':
      return !matches(filter.operand, subject);
    case 'present':
      return valuesAt(filter.path, subject).some((value) =>
        isPresent(filter.path.sub ?? filter.path.attribute, value),
      );
    case 'compare':
      return filter.path.attribute.multiValued
        ? valuesAt(filter.path, subject).some((value) => compares(filter, value))
        : compares(filter, valuesAt(filter.path, subject)[0]);
    case 'element':
      return elementsAt(filter.path, subject).some((element) => matches(filter.filter, element));
  }
}

/** The attribute's elements: all of a multi-valued one, the one of a single-valued one, none where it is absent. */
export function elementsAt(
  path: Pick<AttributePath, 'extension' | 'attribute'>,
  subject: unknown,
): unknown[] {
  const holder = path.extension === null ? subject : member(subject, path.extension);
  const value = member(holder, path.attribute.name);
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function valuesAt(path: AttributePath, subject: unknown): unknown[] {
  const elements = elementsAt(path, subject);
  const { sub } = path;
  return sub ? elements.map((element) => member(element, sub.name)) : elements;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

function isPresent(attribute: Attribute, value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (attribute.type !== 'complex') return true;
  return (attribute.subAttributes ?? []).some((sub) => isPresent(sub, member(value, sub.name)));
}

function compares(node: CompareNode, value: unknown): boolean {
  const attribute = node.path.sub ?? node.path.attribute;
  if (node.operator === 'ne') return !holds(attribute, 'eq', value, node.value);
  return holds(attribute, node.operator, value, node.value);
}

function holds(
  attribute: Attribute,
  operator: Exclude<CompareNode['operator'], 'ne'>,
  value: unknown,
  wanted: CompareNode['value'],
): boolean {
  const left = comparable(attribute, value);
  if (left === undefined) return false;
  const right =
    typeof wanted === 'string' && attribute.type !== 'dateTime' && !attribute.caseExact
      ? fold(wanted)
      : wanted;
  switch (operator) {
    case 'eq':
      return left === right;
    case 'co':
      return String(left).includes(String(right));
    case 'sw':
      return String(left).startsWith(String(right));
    case 'ew':
      return String(left).endsWith(String(right));
    case 'gt':
      return order(left, right) > 0;
    case 'ge':
      return order(left, right) >= 0;
    case 'lt':
      return order(left, right) < 0;
    case 'le':
      return order(left, right) <= 0;
  }
}

function comparable(attribute: Attribute, value: unknown): string | number | boolean | undefined {
  if (attribute.type === 'dateTime') return typeof value === 'string' ? timeOf(value) : undefined;
  if (typeof value === 'string') return attribute.caseExact ? value : fold(value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

/** Strings by code point, as Postgres' "C" collation orders UTF-8: not by UTF-16 code unit. */
function order(left: string | number | boolean, right: string | number | boolean): number {
  if (typeof left === 'string' && typeof right === 'string')
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return Number(left) - Number(right);
}
