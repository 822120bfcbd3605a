import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { breakingChanges } from './compatibility.js';
import type { JsonSchema } from './json-schema.js';

const base = {
  id: z.string(),
  role: z.enum(['admin', 'member']),
  note: z.string().optional(),
  tags: z.array(z.object({ name: z.string() })),
  at: z.string().nullable(),
};
const schema = (shape: z.ZodRawShape): JsonSchema => z.toJSONSchema(z.object(shape), { io: 'output' });
const changes = (shape: z.ZodRawShape): string[] => breakingChanges(schema(base), schema(shape));

describe('a change of a published schema', () => {
  it('is harmless where nothing changed, and where a member is new', () => {
    expect(changes(base)).toEqual([]);
    expect(changes({ ...base, extra: z.string() })).toEqual([]);
  });

  it('is harmless where fewer values are possible', () => {
    expect(changes({ ...base, role: z.enum(['member']) })).toEqual([]);
    expect(changes({ ...base, at: z.string() })).toEqual([]);
    expect(changes({ ...base, note: z.string() })).toEqual([]);
  });

  const { id: _, ...withoutId } = base;
  it.each<[string, z.ZodRawShape, string]>([
    ['a member is gone', withoutId, 'id is gone'],
    ['a member has another type', { ...base, id: z.number() }, 'id may now be number'],
    ['a member may be missing', { ...base, id: z.string().optional() }, 'id may now be missing'],
    ['a member may be null', { ...base, id: z.string().nullable() }, 'id may now be null'],
    [
      'an enumeration has a new value',
      { ...base, role: z.enum(['admin', 'member', 'guest']) },
      'role may now be guest',
    ],
    ['an enumeration is open', { ...base, role: z.string() }, 'role is no longer one of a list'],
    ['a member of a list is gone', { ...base, tags: z.array(z.object({})) }, 'tags[].name is gone'],
    ['a nullable member has another type', { ...base, at: z.number().nullable() }, 'at may now be number'],
  ])('breaks consumers where %s', (_case, shape, message) => {
    expect(changes(shape)).toEqual([message]);
  });
});
