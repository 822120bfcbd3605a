import type { Dialect } from '../dialect.js';
import { badRequest, type ScimType } from '../errors.js';
import type { Attribute } from '../schema/attribute.js';
import { type AttributePath, comparedAttribute, pathName } from '../schema/path.js';
import type { Comparison, Filter } from './ast.js';
import type { Token } from './lexer.js';

type Literal = string | number | boolean | null;

/** Makes a comparison whose value has the attribute's type, or refuses it. */
export function comparison(
  path: AttributePath,
  operator: Comparison,
  token: Token,
  dialect: Dialect,
  scimType: ScimType,
): Filter {
  const compared = comparedAttribute(path);
  if (!compared) {
    throw badRequest(
      scimType,
      `"${pathName(path)}" is complex: compare one of its sub-attributes, for example "${pathName(path)}.${path.attribute.subAttributes?.[0]?.name ?? ''}".`,
    );
  }
  const literal = literalOf(token, scimType);
  if (literal === null) return comparisonWithNull(path, operator, scimType);
  const attribute = compared.sub ?? compared.attribute;
  refuseOperator(attribute, operator, scimType);
  const value = typedValue(attribute, literal, dialect);
  if (value === undefined) {
    throw badRequest(
      scimType,
      `"${pathName(compared)}" is a ${attribute.type}: ${JSON.stringify(literal)} can't be compared with it.`,
    );
  }
  return { kind: 'compare', path: compared, operator, value };
}

function literalOf(token: Token, scimType: ScimType): Literal {
  if (token.kind === 'text') return token.value;
  const word = token.value.toLowerCase();
  if (word === 'true') return true;
  if (word === 'false') return false;
  if (word === 'null') return null;
  // The word holds at most 8 KiB and no breaks; JSON's own number syntax decides.
  const number = /^-?\d/.test(word) ? safeNumber(word) : undefined;
  if (number === undefined) {
    throw badRequest(
      scimType,
      `At position ${token.at + 1} a value was expected (a quoted string, a number, true, false or null), but "${token.value}" was found.`,
    );
  }
  return number;
}

function safeNumber(word: string): number | undefined {
  try {
    const value: unknown = JSON.parse(word);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `title eq null` is the same as "not present" (RFC 7643 §2.5: unassigned and null are the same). */
function comparisonWithNull(path: AttributePath, operator: Comparison, scimType: ScimType): Filter {
  if (operator === 'ne') return { kind: 'present', path };
  if (operator === 'eq') return { kind: 'not', operand: { kind: 'present', path } };
  throw badRequest(scimType, `null can be compared with eq and ne only, not with ${operator}.`);
}

const ORDERED: ReadonlySet<Comparison> = new Set(['gt', 'ge', 'lt', 'le']);
const PARTIAL: ReadonlySet<Comparison> = new Set(['co', 'sw', 'ew']);

/** RFC 7644 Table 3: booleans and binaries have no order; parts exist of strings only. */
function refuseOperator(attribute: Attribute, operator: Comparison, scimType: ScimType): void {
  const unordered = attribute.type === 'boolean' || attribute.type === 'binary';
  const whole = attribute.type !== 'string' && attribute.type !== 'reference';
  if ((ORDERED.has(operator) && unordered) || (PARTIAL.has(operator) && whole)) {
    throw badRequest(
      scimType,
      `"${attribute.name}" is a ${attribute.type}, which the operator ${operator} does not apply to.`,
    );
  }
}

function typedValue(
  attribute: Attribute,
  literal: string | number | boolean,
  dialect: Dialect,
): string | number | boolean | undefined {
  switch (attribute.type) {
    case 'boolean':
      if (typeof literal === 'boolean') return literal;
      return dialect === 'lenient' ? booleanOf(literal) : undefined;
    case 'integer':
    case 'decimal':
      return typeof literal === 'number' ? literal : undefined;
    case 'dateTime':
      return typeof literal === 'string' ? timeOf(literal) : undefined;
    case 'string':
    case 'reference':
    case 'binary':
    case 'complex':
      return typeof literal === 'string' ? literal : undefined;
  }
}

/** Entra and OneLogin write booleans as strings, in any case. */
export function booleanOf(value: unknown): boolean | undefined {
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since 1970 of an xsd:dateTime with a zone, or undefined. */
export function timeOf(value: string): number | undefined {
  if (value.length > 40 || !DATE_TIME.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
