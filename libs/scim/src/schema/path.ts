import type { Dialect } from '../dialect.js';
import { type Attribute, findAttribute, type ResourceType } from './attribute.js';
import { commonAttributes } from './common.js';

/** An attribute of a resource (or, inside a value filter, of one element), and perhaps one sub-attribute of it. */
export interface AttributePath {
  /** URN of the extension that holds the attribute; null for core and common attributes. */
  readonly extension: string | null;
  readonly attribute: Attribute;
  readonly sub: Attribute | null;
}

/** SCIM 1.0 and 1.1 URNs that OneLogin still sends, with what they are called in 2.0. */
const LEGACY_URNS: ReadonlyMap<string, string> = new Map([
  ['urn:scim:schemas:core:1.0', 'urn:ietf:params:scim:schemas:core:2.0:User'],
  ['urn:scim:schemas:core:1.1', 'urn:ietf:params:scim:schemas:core:2.0:User'],
  ['urn:scim:schemas:extension:enterprise:1.0', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
  ['urn:scim:schemas:extension:enterprise:1.1', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
]);

/** The schema of a type that this URN names (case-insensitively), or undefined. */
export function schemaOfUrn(type: ResourceType, urn: string, dialect: Dialect) {
  const asked = urn.toLowerCase();
  const wanted = ((dialect === 'lenient' && LEGACY_URNS.get(asked)) || asked).toLowerCase();
  return [type.schema, ...type.extensions].find((schema) => schema.id.toLowerCase() === wanted);
}

/**
 * Resolves `attribute`, `attribute.sub`, `urn:…:attribute` or `urn:…:attribute.sub` (RFC 7644 §3.10), all of them
 * case-insensitive. Undefined where the schema knows no such attribute.
 */
export function resolvePath(type: ResourceType, path: string, dialect: Dialect): AttributePath | undefined {
  if (!path.includes(':')) return within(null, path, commonAttributes, type.schema.attributes);
  // The last colon ends the URN: no attribute name holds one, while `2.0` in the URN holds a dot.
  const end = path.lastIndexOf(':');
  const schema = schemaOfUrn(type, path.slice(0, end), dialect);
  if (!schema) return undefined;
  const extension = schema === type.schema ? null : schema.id;
  return within(extension, path.slice(end + 1), schema.attributes);
}

/** Resolves a path inside one element of a complex attribute. */
export function resolveWithin(attribute: Attribute, name: string): AttributePath | undefined {
  const sub = findAttribute(attribute.subAttributes, name);
  return sub && { extension: null, attribute: sub, sub: null };
}

function within(
  extension: string | null,
  dotted: string,
  ...lists: (readonly Attribute[])[]
): AttributePath | undefined {
  const [name = '', subName, ...rest] = dotted.split('.');
  if (rest.length > 0) return undefined;
  const attribute = lists.map((list) => findAttribute(list, name)).find((found) => found !== undefined);
  if (!attribute) return undefined;
  if (subName === undefined) return { extension, attribute, sub: null };
  const sub = findAttribute(attribute.subAttributes, subName);
  return sub && { extension, attribute, sub };
}

/** The attribute whose value a comparison looks at: the sub-attribute, or `value` of a complex one (RFC 7644 §3.4.2.2). */
export function comparedAttribute(path: AttributePath): AttributePath | undefined {
  if (path.sub ?? path.attribute.type !== 'complex') return path;
  const sub = findAttribute(path.attribute.subAttributes, 'value');
  return sub && { ...path, sub };
}

export function pathName({ extension, attribute, sub }: AttributePath): string {
  return `${extension === null ? '' : `${extension}:`}${attribute.name}${sub ? `.${sub.name}` : ''}`;
}
