import type { Dialect } from '../dialect.js';
import { badRequest } from '../errors.js';
import type { Filter } from '../filter/ast.js';
import { matches } from '../filter/evaluate.js';
import { fold } from '../filter/fold.js';
import { coerceAttribute, coerceOne, MAX_VALUES } from '../resource/coerce.js';
import {
  canonicalJson,
  copyDocument,
  type Document,
  emptyDocument,
  isObject,
  type Value,
} from '../resource/document.js';
import { checkRequired } from '../resource/read.js';
import type { Attribute, ResourceType } from '../schema/attribute.js';
import type { PatchPath } from './path.js';
import type { PatchOperation } from './read.js';

type Target = Extract<PatchPath, { kind: 'attribute' }>;

/**
 * The document after all operations; the given one is untouched, so that a failure changes nothing.
 * @throws ScimError 400 `noTarget`, `mutability` or `invalidValue`
 */
export function applyPatch(
  type: ResourceType,
  document: Readonly<Record<string, unknown>>,
  operations: readonly PatchOperation[],
  dialect: Dialect,
): Document {
  const result = copyDocument(document);
  for (const operation of operations) apply(type, result, operation, dialect);
  checkRequired(type, result);
  return result;
}

function apply(type: ResourceType, document: Document, operation: PatchOperation, dialect: Dialect): void {
  const { op, path, value } = operation;
  if (path.kind === 'schema') {
    if (path.schema === type.schema) throw badRequest('noTarget', 'Name the attribute to remove.');
    delete document[path.schema.id];
    return;
  }
  const holder = holderOf(document, path);
  if (op === 'remove') remove(holder, path, value, dialect);
  else if (path.filter) setElements(holder, path, path.filter, op, value, dialect);
  else if (path.sub) setSub(holder, path.attribute, path.sub, value, dialect);
  else setWhole(holder, path.attribute, op, value, dialect);
  if (path.extension !== null && Object.keys(holder).length === 0) delete document[path.extension];
}

function holderOf(document: Document, path: Target): Document {
  if (path.extension === null) return document;
  const existing = document[path.extension];
  if (isDocument(existing)) return existing;
  const created = emptyDocument();
  document[path.extension] = created;
  return created;
}

function isDocument(value: Value | undefined): value is Document {
  return isObject(value);
}

function elementsOf(holder: Document, attribute: Attribute): Document[] {
  const value = holder[attribute.name];
  if (Array.isArray(value)) return value.filter(isDocument);
  return isDocument(value) ? [value] : [];
}

function assign(holder: Document, attribute: Attribute, value: Value | undefined): void {
  const isEmpty =
    value === undefined ||
    (Array.isArray(value) && value.length === 0) ||
    (isDocument(value) && Object.keys(value).length === 0);
  if (isEmpty) delete holder[attribute.name];
  else holder[attribute.name] = value;
}

function setWhole(
  holder: Document,
  attribute: Attribute,
  op: 'add' | 'replace',
  value: unknown,
  dialect: Dialect,
): void {
  const coerced = coerceAttribute(attribute, value, dialect);
  // A password is checked and never stored.
  if (attribute.mutability === 'writeOnly') return;
  if (coerced === undefined && attribute.required) throw requiredError(attribute);
  const existing = holder[attribute.name];
  if (attribute.multiValued && op === 'add') addValues(holder, attribute, asList(coerced));
  else if (attribute.type === 'complex' && !attribute.multiValued && coerced !== undefined) {
    // RFC 7644 §3.5.2.1 and .3: sub-attributes that are not named keep their values. A null among them clears one.
    const merged = { ...(isDocument(existing) ? existing : {}), ...(coerced as Document) };
    for (const name of nullMembers(attribute, value)) delete merged[name];
    assign(holder, attribute, copyDocument(merged));
  } else assign(holder, attribute, coerced);
}

function nullMembers(attribute: Attribute, value: unknown): string[] {
  if (!isObject(value)) return [];
  const cleared = new Set(
    Object.keys(value)
      .filter((name) => value[name] === null)
      .map((name) => name.toLowerCase()),
  );
  return (attribute.subAttributes ?? [])
    .map((sub) => sub.name)
    .filter((name) => cleared.has(name.toLowerCase()));
}

function asList(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** Appends what is not there yet; a value that is there takes the new sub-attributes over. */
function addValues(holder: Document, attribute: Attribute, added: Value[]): void {
  const values = asList(holder[attribute.name]);
  for (const value of added) {
    const same = values.find((existing) => isSameValue(attribute, existing, value));
    if (same === undefined) values.push(value);
    else if (isDocument(same) && isDocument(value)) Object.assign(same, value);
    if (isDocument(value)) keepOnePrimary(values, same !== undefined && isDocument(same) ? same : value);
  }
  if (values.length > MAX_VALUES) {
    throw badRequest('invalidValue', `"${attribute.name}" would have more than ${MAX_VALUES} values.`);
  }
  assign(holder, attribute, values);
}

/** Two elements are one where `value` is the same and `type` does not tell them apart. */
function isSameValue(attribute: Attribute, left: Value, right: Value): boolean {
  if (!isDocument(left) || !isDocument(right)) return left === right;
  if (left['value'] === undefined) return canonicalJson(left) === canonicalJson(right);
  return (
    equalText(attribute, left['value'], right['value']) &&
    (right['type'] === undefined || equalText(attribute, left['type'], right['type']))
  );
}

function equalText(attribute: Attribute, left: unknown, right: unknown): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') return left === right;
  const isExact = attribute.subAttributes?.find((sub) => sub.name === 'value')?.caseExact === true;
  return isExact ? left === right : fold(left) === fold(right);
}

/** RFC 7644 §3.5.2: a new primary value takes the mark from the others. */
function keepOnePrimary(values: readonly Value[], chosen: Document): void {
  if (chosen['primary'] !== true) return;
  for (const value of values) {
    if (isDocument(value) && value !== chosen && value['primary'] === true) value['primary'] = false;
  }
}

function setSub(
  holder: Document,
  attribute: Attribute,
  sub: Attribute,
  value: unknown,
  dialect: Dialect,
): void {
  const coerced = coerceOne(sub, value, dialect, `${attribute.name}.${sub.name}`);
  const elements = elementsOf(holder, attribute);
  if (elements.length > 0) {
    for (const element of elements) assign(element, sub, coerced);
    assign(holder, attribute, attribute.multiValued ? withoutEmpty(elements) : elements[0]);
    return;
  }
  if (coerced === undefined) return;
  if (attribute.multiValued && dialect === 'strict') throw noTarget(attribute);
  const created = emptyDocument();
  created[sub.name] = coerced;
  assign(holder, attribute, attribute.multiValued ? [created] : created);
}

function withoutEmpty(elements: readonly Document[]): Document[] {
  return elements.filter((element) => Object.keys(element).length > 0);
}

function setElements(
  holder: Document,
  path: Target,
  filter: Filter,
  op: 'add' | 'replace',
  value: unknown,
  dialect: Dialect,
): void {
  const { attribute, sub } = path;
  const elements = elementsOf(holder, attribute);
  let targets = elements.filter((element) => matches(filter, element));
  if (targets.length === 0) {
    // Entra sets `emails[type eq "work"].value` on a user without one and expects it to be made.
    const created = dialect === 'lenient' ? elementOf(filter) : undefined;
    if (!created) throw noTarget(attribute);
    if (isUnassignment(path, value, dialect)) return;
    elements.push(created);
    targets = [created];
  }
  for (const target of targets) {
    if (sub) assign(target, sub, coerceOne(sub, value, dialect, `${attribute.name}.${sub.name}`));
    else setElement(target, coerceOne(attribute, value, dialect), op === 'replace' && dialect === 'strict');
    keepOnePrimary(elements, target);
  }
  assign(holder, attribute, attribute.multiValued ? withoutEmpty(elements) : elements[0]);
}

function isUnassignment({ attribute, sub }: Target, value: unknown, dialect: Dialect): boolean {
  return coerceOne(sub ?? attribute, value, dialect) === undefined;
}

/** Strict: the matched value is replaced whole (RFC 7644 §3.5.2.3). Lenient: clients send only what changes. */
function setElement(target: Document, value: Value | undefined, isWhole: boolean): void {
  if (isWhole || value === undefined) for (const name of Object.keys(target)) delete target[name];
  if (isDocument(value)) Object.assign(target, value);
}

/** The element that a filter of equalities describes, or undefined for any other filter. */
function elementOf(filter: Filter): Document | undefined {
  if (filter.kind === 'compare' && filter.operator === 'eq' && filter.path.attribute.type !== 'dateTime') {
    const element = emptyDocument();
    element[filter.path.attribute.name] = filter.value;
    return element;
  }
  if (filter.kind !== 'and') return undefined;
  const left = elementOf(filter.left);
  const right = elementOf(filter.right);
  return left && right && Object.assign(left, right);
}

function remove(holder: Document, path: Target, value: unknown, dialect: Dialect): void {
  const { attribute, filter, sub } = path;
  if (!filter && !sub) {
    if (attribute.required) throw requiredError(attribute);
    // Entra removes single values by `{"op":"Remove","path":"members","value":[{"value":"id"}]}`. To read that as "all"
    // would empty the attribute.
    const listed = attribute.multiValued && value !== undefined && value !== null;
    if (listed) removeListed(holder, attribute, value, dialect);
    else delete holder[attribute.name];
    return;
  }
  const elements = elementsOf(holder, attribute);
  const isTarget = (element: Document) => !filter || matches(filter, element);
  if (sub) for (const element of elements) if (isTarget(element)) delete element[sub.name];
  const kept = sub ? withoutEmpty(elements) : elements.filter((element) => !isTarget(element));
  assign(holder, attribute, attribute.multiValued ? kept : kept[0]);
}

function removeListed(holder: Document, attribute: Attribute, value: unknown, dialect: Dialect): void {
  const listed = asList(coerceAttribute(attribute, value, dialect));
  const kept = asList(holder[attribute.name]).filter(
    (existing) => !listed.some((one) => isSameValue(attribute, existing, one)),
  );
  assign(holder, attribute, kept);
}

function requiredError(attribute: Attribute) {
  return badRequest('mutability', `"${attribute.name}" is required and can't be removed.`);
}

function noTarget(attribute: Attribute) {
  return badRequest('noTarget', `No value of "${attribute.name}" fulfils the filter of the path.`);
}
