import type { Dialect } from '../dialect.js';
import { badRequest } from '../errors.js';
import { type Attribute, findAttribute, type ResourceType } from '../schema/attribute.js';
import { commonAttributes } from '../schema/common.js';
import { resolvePath, schemaOfUrn } from '../schema/path.js';
import { isObject } from './document.js';

/** A resource as it is stored. */
export interface StoredResource {
  readonly id: string;
  readonly version: number;
  readonly created: Date;
  readonly lastModified: Date;
  readonly document: Readonly<Record<string, unknown>>;
}

/** What a client asked to see: names are canonical and lower-case, `urn:…:attribute` or `attribute.sub`. */
export interface Projection {
  readonly kind: 'all' | 'only' | 'without';
  readonly names: ReadonlySet<string>;
}

export const everything: Projection = { kind: 'all', names: new Set() };

/**
 * Reads `attributes` or `excludedAttributes`, comma-separated (RFC 7644 §3.9). Unknown names select nothing.
 * @throws ScimError 400 `invalidValue` where both are given
 */
export function readProjection(
  type: ResourceType,
  attributes: string | undefined,
  excluded: string | undefined,
  dialect: Dialect,
): Projection {
  if (attributes && excluded) {
    throw badRequest('invalidValue', 'Give "attributes" or "excludedAttributes", not both.');
  }
  if (attributes) return { kind: 'only', names: namesOf(type, attributes, dialect) };
  if (excluded) return { kind: 'without', names: namesOf(type, excluded, dialect) };
  return everything;
}

function namesOf(type: ResourceType, list: string, dialect: Dialect): Set<string> {
  const names = new Set<string>();
  for (const name of list.split(',').map((part) => part.trim())) {
    const schema = schemaOfUrn(type, name, dialect);
    if (schema) {
      names.add(schema.id.toLowerCase());
      continue;
    }
    const path = resolvePath(type, name, dialect);
    if (!path) continue;
    const base = keyOf(path.extension, path.attribute.name);
    names.add(path.sub ? `${base}.${path.sub.name.toLowerCase()}` : base);
  }
  return names;
}

function keyOf(extension: string | null, name: string): string {
  return `${extension === null ? '' : `${extension}:`}${name}`.toLowerCase();
}

/** The value of `meta.version` and of the ETag header: weak, since members may be left out of a representation. */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/** The resource's JSON for the client. `baseUrl` is the directory's. */
export function presentResource(
  type: ResourceType,
  stored: StoredResource,
  baseUrl: string,
  projection: Projection = everything,
): Record<string, unknown> {
  const { document } = stored;
  const whole: Record<string, unknown> = {
    schemas: [type.schema.id, ...type.extensions.map((schema) => schema.id).filter((id) => id in document)],
    id: stored.id,
    ...document,
    meta: {
      resourceType: type.name,
      created: stored.created.toISOString(),
      lastModified: stored.lastModified.toISOString(),
      location: `${baseUrl}${type.endpoint}/${stored.id}`,
      version: etagOf(stored.version),
    },
  };
  return projection.kind === 'all' ? whole : projected(type, whole, projection);
}

function projected(
  type: ResourceType,
  whole: Record<string, unknown>,
  projection: Projection,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(whole)) {
    const extension = type.extensions.find((schema) => schema.id === name);
    const kept = extension
      ? projectedExtension(extension.attributes, extension.id, value, projection)
      : projectedAttribute(
          findAttribute(commonAttributes, name) ?? findAttribute(type.schema.attributes, name),
          null,
          value,
          projection,
        );
    if (kept !== undefined) result[name] = kept;
  }
  return result;
}

function projectedExtension(
  attributes: readonly Attribute[],
  urn: string,
  value: unknown,
  projection: Projection,
): unknown {
  if (projection.names.has(urn.toLowerCase())) return projection.kind === 'only' ? value : undefined;
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value)
    .map(([name, member]) => [
      name,
      projectedAttribute(findAttribute(attributes, name), urn, member, projection),
    ])
    .filter(([, member]) => member !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function projectedAttribute(
  attribute: Attribute | undefined,
  extension: string | null,
  value: unknown,
  projection: Projection,
): unknown {
  if (!attribute) return undefined;
  if (attribute.returned === 'always') return value;
  const key = keyOf(extension, attribute.name);
  const isNamed = projection.names.has(key);
  if (isNamed) return projection.kind === 'only' ? value : undefined;
  const subs = (attribute.subAttributes ?? []).filter((sub) =>
    projection.names.has(`${key}.${sub.name.toLowerCase()}`),
  );
  if (subs.length === 0) return projection.kind === 'only' ? undefined : value;
  const names = new Set(subs.map((sub) => sub.name));
  return Array.isArray(value)
    ? value.map((element: unknown) => pick(element, names, projection.kind))
    : pick(value, names, projection.kind);
}

function pick(value: unknown, names: ReadonlySet<string>, kind: Projection['kind']): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.has(name) === (kind === 'only')));
}
