import type { JsonSchema } from './json-schema.js';

/**
 * What of a published schema a new one takes away from consumers. They were promised that a member is there, of which
 * type, and which values an enumeration has; a breaking change needs a new version of the topic.
 */
export function breakingChanges(published: JsonSchema, next: JsonSchema, at = ''): string[] {
  const where = at === '' ? 'the data' : at;
  const changes: string[] = [];
  const [before, after] = [typesOf(published), typesOf(next)];
  const gained = [...after].filter((type) => !before.has(type));
  if (before.size > 0 && gained.length > 0) changes.push(`${where} may now be ${gained.join(', ')}`);
  changes.push(...enumChanges(published, next, where));
  changes.push(...propertyChanges(published, next, at));
  const [items, nextItems] = [published['items'], next['items']];
  if (isSchema(items) && isSchema(nextItems)) changes.push(...breakingChanges(items, nextItems, `${at}[]`));
  changes.push(...variantChanges(published, next, at));
  return changes;
}

function enumChanges(published: JsonSchema, next: JsonSchema, where: string): string[] {
  const [before, after] = [published['enum'], next['enum']];
  if (!Array.isArray(before)) return [];
  if (!Array.isArray(after)) return [`${where} is no longer one of a list`];
  const gained = after.filter((value) => !before.includes(value));
  return gained.length > 0 ? [`${where} may now be ${gained.map(String).join(', ')}`] : [];
}

function propertyChanges(published: JsonSchema, next: JsonSchema, at: string): string[] {
  const before = (published['properties'] ?? {}) as Record<string, JsonSchema>;
  const after = (next['properties'] ?? {}) as Record<string, JsonSchema>;
  const required = new Set((next['required'] ?? []) as string[]);
  return Object.entries(before).flatMap(([name, schema]) => {
    const path = at === '' ? name : `${at}.${name}`;
    const now = after[name];
    if (!now) return [`${path} is gone`];
    const optional =
      ((published['required'] ?? []) as string[]).includes(name) && !required.has(name)
        ? [`${path} may now be missing`]
        : [];
    return [...optional, ...breakingChanges(schema, now, path)];
  });
}

function variantChanges(published: JsonSchema, next: JsonSchema, at: string): string[] {
  const [before, after] = [variantsOf(published), variantsOf(next)];
  if (before.length === 0 && after.length === 0) return [];
  const where = at === '' ? 'the data' : at;
  return after.flatMap((variant) => {
    const results = (before.length > 0 ? before : [published]).map((known) =>
      breakingChanges(known, variant, at),
    );
    return results.some((result) => result.length === 0)
      ? []
      : [`${where} may now have a shape that was not published`];
  });
}

function variantsOf(schema: JsonSchema): JsonSchema[] {
  return [schema['anyOf'], schema['oneOf']].flatMap((list) =>
    Array.isArray(list) ? (list as JsonSchema[]) : [],
  );
}

function typesOf(schema: JsonSchema): Set<unknown> {
  const type = schema['type'];
  return new Set(Array.isArray(type) ? type : type === undefined ? [] : [type]);
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
