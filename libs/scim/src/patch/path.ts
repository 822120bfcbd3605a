import type { Dialect } from '../dialect.js';
import { badRequest } from '../errors.js';
import type { Filter } from '../filter/ast.js';
import { tokenise } from '../filter/lexer.js';
import { FilterReader } from '../filter/parser.js';
import { subAttribute } from '../resource/coerce.js';
import type { Attribute, ResourceType, Schema } from '../schema/attribute.js';
import { resolvePath, schemaOfUrn } from '../schema/path.js';

/** What a PATCH operation is aimed at. */
export type PatchPath =
  | { readonly kind: 'schema'; readonly schema: Schema }
  | {
      readonly kind: 'attribute';
      readonly extension: string | null;
      readonly attribute: Attribute;
      /** The value filter in brackets. */
      readonly filter: Filter | null;
      readonly sub: Attribute | null;
    };

/**
 * Parses `attrPath / valuePath [subAttr]` (RFC 7644 Figure 7).
 * @throws ScimError 400 `invalidPath`, or `invalidFilter` for the part in brackets
 */
export function parsePatchPath(type: ResourceType, input: string, dialect: Dialect): PatchPath {
  const path = findPatchPath(type, input, dialect);
  if (path) return path;
  throw badRequest(
    'invalidPath',
    `"${input.slice(0, 200)}" is not an attribute. See /Schemas for those there are.`,
  );
}

/** The same; undefined where the schema does not know the attribute. */
export function findPatchPath(type: ResourceType, input: string, dialect: Dialect): PatchPath | undefined {
  const schema = schemaOfUrn(type, input, dialect);
  if (schema) return { kind: 'schema', schema };
  const reader = new FilterReader(tokenise(input, 'invalidPath'), dialect, 'invalidFilter');
  const head = reader.next();
  if (head.kind !== 'word') throw badRequest('invalidPath', 'A path begins with the name of an attribute.');
  const resolved = resolvePath(type, head.value, dialect) ?? legacyPath(type, head.value, dialect);
  if (!resolved) return undefined;
  const { extension, attribute } = resolved;
  let { sub } = resolved;
  let filter: Filter | null = null;
  if (reader.peek().kind === '[') {
    filter = reader.element(resolved, 0);
    const tail = reader.peek();
    if (tail.kind === 'word') {
      reader.next();
      sub = subAfterBrackets(attribute, tail.value, dialect);
    }
  }
  if (reader.next().kind !== 'end') {
    throw badRequest('invalidPath', `"${input.slice(0, 200)}" goes on where the path should end.`);
  }
  return { kind: 'attribute', extension, attribute, filter, sub };
}

function subAfterBrackets(attribute: Attribute, tail: string, dialect: Dialect): Attribute {
  const sub = tail.startsWith('.') ? subAttribute(attribute, tail.slice(1), dialect) : undefined;
  if (sub) return sub;
  throw badRequest('invalidPath', `"${attribute.name}" has no sub-attribute "${tail.replace(/^\./, '')}".`);
}

/** `manager.managerId`, which OneLogin still sends. */
function legacyPath(type: ResourceType, input: string, dialect: Dialect) {
  const dot = input.lastIndexOf('.');
  const base = dot > 0 ? resolvePath(type, input.slice(0, dot), dialect) : undefined;
  const sub = base && !base.sub ? subAttribute(base.attribute, input.slice(dot + 1), dialect) : undefined;
  return base && sub && { ...base, sub };
}
