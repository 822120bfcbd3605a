import type { Dialect } from '../dialect.js';
import { badRequest } from '../errors.js';
import { isForbiddenName, isObject } from '../resource/document.js';
import { findAttribute, type ResourceType } from '../schema/attribute.js';
import { commonAttributes } from '../schema/common.js';
import { findPatchPath, parsePatchPath, type PatchPath } from './path.js';

export const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const MAX_PATCH_OPERATIONS = 1_000;

/** One change of one target; an operation without a path becomes one of these for each member of its value. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: PatchPath;
  readonly value: unknown;
}

/**
 * Reads the body of a PATCH (RFC 7644 §3.5.2).
 * @throws ScimError 400 `invalidSyntax`, `invalidPath`, `invalidFilter`, `noTarget` or `mutability`
 */
export function readPatch(type: ResourceType, body: unknown, dialect: Dialect): PatchOperation[] {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'The body must be a JSON object with "Operations".');
  const schemas = memberOf(body, 'schemas');
  const isPatch =
    Array.isArray(schemas) && schemas.some((urn) => String(urn).toLowerCase() === PATCH_SCHEMA.toLowerCase());
  if (dialect === 'strict' && !isPatch) {
    throw badRequest('invalidSyntax', `"schemas" must be ["${PATCH_SCHEMA}"].`);
  }
  const operations = memberOf(body, 'operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw badRequest('invalidSyntax', '"Operations" must be a list with at least one operation.');
  }
  if (operations.length > MAX_PATCH_OPERATIONS) {
    throw badRequest(
      'tooMany',
      `There are ${operations.length} operations; at most ${MAX_PATCH_OPERATIONS} are taken.`,
    );
  }
  return operations.flatMap((operation: unknown) => readOperation(type, operation, dialect));
}

/** Names in messages are case-insensitive like all names; JumpCloud writes `operations`. */
function memberOf(object: Record<string, unknown>, name: string): unknown {
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : object[key];
}

function readOperation(type: ResourceType, operation: unknown, dialect: Dialect): PatchOperation[] {
  if (!isObject(operation)) throw badRequest('invalidSyntax', 'Each of "Operations" must be an object.');
  const op = readOp(memberOf(operation, 'op'), dialect);
  const path = memberOf(operation, 'path');
  const value = memberOf(operation, 'value');
  if (op !== 'remove' && value === undefined) {
    throw badRequest('invalidValue', `The operation "${op}" needs a "value".`);
  }
  if (path === undefined || path === null || path === '') return withoutPath(type, op, value, dialect);
  if (typeof path !== 'string') throw badRequest('invalidPath', '"path" must be a string.');
  return aimed(type, op, parsePatchPath(type, path, dialect), value, dialect);
}

/** Entra writes Add, Replace and Remove. */
function readOp(op: unknown, dialect: Dialect): PatchOperation['op'] {
  const name = typeof op === 'string' && dialect === 'lenient' ? op.trim().toLowerCase() : op;
  if (name === 'add' || name === 'replace' || name === 'remove') return name;
  throw badRequest('invalidSyntax', '"op" must be "add", "replace" or "remove".');
}

function aimed(
  type: ResourceType,
  op: PatchOperation['op'],
  path: PatchPath,
  value: unknown,
  dialect: Dialect,
): PatchOperation[] {
  if (path.kind === 'schema') {
    if (op === 'remove') return [{ op, path, value }];
    if (!isObject(value))
      throw badRequest('invalidValue', `The value of "${path.schema.id}" must be an object.`);
    return members(type, op, value, dialect, `${path.schema.id}:`);
  }
  if (path.attribute.mutability === 'readOnly' || path.sub?.mutability === 'readOnly') {
    throw badRequest('mutability', `"${(path.sub ?? path.attribute).name}" is read-only.`);
  }
  return [{ op, path, value }];
}

function withoutPath(
  type: ResourceType,
  op: PatchOperation['op'],
  value: unknown,
  dialect: Dialect,
): PatchOperation[] {
  if (op === 'remove') throw badRequest('noTarget', 'The operation "remove" needs a "path".');
  if (!isObject(value)) {
    throw badRequest(
      'invalidValue',
      `Without a "path", the value of "${op}" must be an object of attributes.`,
    );
  }
  return members(type, op, value, dialect, '');
}

/** The members of a value without a path: attributes, and for Entra whole paths such as `name.givenName`. */
function members(
  type: ResourceType,
  op: 'add' | 'replace',
  value: Record<string, unknown>,
  dialect: Dialect,
  prefix: string,
): PatchOperation[] {
  return Object.entries(value).flatMap(([name, member]) => {
    if (isForbiddenName(name)) throw badRequest('invalidSyntax', `"${name}" is not an attribute name.`);
    if (dialect === 'strict') refuseUnlessAttribute(type, name, prefix);
    const path = findPatchPath(type, prefix + name, dialect);
    if (!path) {
      if (dialect === 'strict')
        throw badRequest('invalidPath', `"${name.slice(0, 200)}" is not an attribute.`);
      return [];
    }
    // Okta echoes id, schemas and meta beside what it changes.
    if (dialect === 'lenient' && path.kind === 'attribute' && isReadOnly(path)) return [];
    return aimed(type, op, path, member, dialect);
  });
}

function isReadOnly(path: Extract<PatchPath, { kind: 'attribute' }>): boolean {
  return path.attribute.mutability === 'readOnly' || path.sub?.mutability === 'readOnly';
}

function refuseUnlessAttribute(type: ResourceType, name: string, prefix: string): void {
  const isPlain =
    prefix !== '' ||
    name.includes(':') ||
    (findAttribute(type.schema.attributes, name) ?? findAttribute(commonAttributes, name)) !== undefined;
  if (!isPlain) throw badRequest('invalidPath', `"${name.slice(0, 200)}" is not the name of an attribute.`);
}
