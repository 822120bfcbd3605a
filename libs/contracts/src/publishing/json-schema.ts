import { z } from 'zod';
import type { EventDefinition } from '../event.js';

export type JsonSchema = Record<string, unknown>;

/** JSON Schema (2020-12) of an event's data, as consumers receive it: they must ignore members that it does not name. */
export function schemaOf(event: EventDefinition): JsonSchema {
  const {
    $schema,
    additionalProperties: _,
    ...rest
  } = z.toJSONSchema(event.schema, { io: 'output', target: 'draft-2020-12' }) as JsonSchema;
  return { $schema, title: event.type, description: event.description, ...rest };
}

/** Where the schema of an event is committed, below `schemas/`. */
export function schemaFile(event: EventDefinition): string {
  return `${event.topic.name}/${event.type}.json`;
}
