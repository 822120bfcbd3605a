import type { Dialect } from '../dialect.js';
import { badRequest } from '../errors.js';
import { type Attribute, findAttribute, type ResourceType, type Schema } from '../schema/attribute.js';
import { commonAttributes } from '../schema/common.js';
import { resolvePath, schemaOfUrn } from '../schema/path.js';
import { coerceAttribute } from './coerce.js';
import { type Document, emptyDocument, isForbiddenName, isObject } from './document.js';

/**
 * Reads the body of a POST or PUT: known attributes in their canonical form. Read-only ones are ignored
 * (RFC 7644 §3.3), a password is checked and dropped, unknown ones are ignored by the lenient dialect.
 * @throws ScimError 400 `invalidSyntax` or `invalidValue`
 */
export function readResource(type: ResourceType, body: unknown, dialect: Dialect): Document {
  if (!isObject(body)) throw badRequest('invalidSyntax', `The body must be a JSON object: a ${type.name}.`);
  checkSchemas(type, body, dialect);
  const document = emptyDocument();
  for (const [name, value] of Object.entries(body)) {
    if (isForbiddenName(name)) throw badRequest('invalidSyntax', `"${name}" is not an attribute name.`);
    const extension = name.includes(':') ? schemaOfUrn(type, name, dialect) : undefined;
    if (extension) readExtension(document, type, extension, value, dialect);
    else readAttribute(document, type, name, value, dialect);
  }
  checkRequired(type, document);
  return document;
}

function checkSchemas(type: ResourceType, body: Record<string, unknown>, dialect: Dialect): void {
  if (dialect === 'lenient') return;
  const key = Object.keys(body).find((name) => name.toLowerCase() === 'schemas');
  const schemas = key === undefined ? undefined : body[key];
  const names = Array.isArray(schemas) ? schemas.map((urn) => String(urn).toLowerCase()) : [];
  if (!names.includes(type.schema.id.toLowerCase())) {
    throw badRequest('invalidSyntax', `"schemas" must be a list that holds "${type.schema.id}".`);
  }
}

function readExtension(
  document: Document,
  type: ResourceType,
  schema: Schema,
  value: unknown,
  dialect: Dialect,
): void {
  if (value === null) return;
  if (!isObject(value)) throw badRequest('invalidValue', `"${schema.id}" must be an object.`);
  const target = schema === type.schema ? document : emptyDocument();
  for (const [name, member] of Object.entries(value)) {
    if (isForbiddenName(name)) throw badRequest('invalidSyntax', `"${name}" is not an attribute name.`);
    const attribute = findAttribute(schema.attributes, name);
    if (attribute) store(target, attribute, member, dialect);
    else if (dialect === 'strict') throw unknownAttribute(`${schema.id}:${name}`);
  }
  if (target !== document && Object.keys(target).length > 0) document[schema.id] = target;
}

function readAttribute(
  document: Document,
  type: ResourceType,
  name: string,
  value: unknown,
  dialect: Dialect,
): void {
  const found =
    findAttribute(commonAttributes, name) ??
    findAttribute(type.schema.attributes, name) ??
    qualifiedAttribute(type, name, dialect);
  if (found) store(document, found, value, dialect);
  else if (dialect === 'strict') throw unknownAttribute(name);
}

function qualifiedAttribute(type: ResourceType, name: string, dialect: Dialect): Attribute | undefined {
  const path = name.includes(':') ? resolvePath(type, name, dialect) : undefined;
  return path && path.extension === null && !path.sub ? path.attribute : undefined;
}

function store(target: Document, attribute: Attribute, value: unknown, dialect: Dialect): void {
  if (attribute.mutability === 'readOnly') return;
  const coerced = coerceAttribute(attribute, value, dialect);
  if (attribute.mutability === 'writeOnly') return;
  if (coerced !== undefined) target[attribute.name] = coerced;
}

/** @throws ScimError 400 `invalidValue` where a required attribute is missing or blank */
export function checkRequired(type: ResourceType, document: Document): void {
  for (const attribute of type.schema.attributes) {
    if (!attribute.required) continue;
    const value = document[attribute.name];
    if (value === undefined || (typeof value === 'string' && value.trim() === '')) {
      throw badRequest('invalidValue', `"${attribute.name}" is required and must not be blank.`);
    }
  }
}

function unknownAttribute(name: string) {
  return badRequest(
    'invalidValue',
    `"${name}" is not an attribute of the schema. See /Schemas for those there are.`,
  );
}
