import type { IncomingRecord } from '../types.js';
import type { Handlers } from './handlers.js';

/** A record that no retry can mend: parked at once. */
export class MalformedEvent extends Error {
  override readonly name = 'MalformedEvent';
}

export type Decoded =
  | { kind: 'event'; type: string; data: unknown; version: number | null }
  | { kind: 'tombstone' }
  | { kind: 'ignored' }
  | { kind: 'malformed'; error: MalformedEvent };

/** Reads a record by its `ce_type`. Types without a handler are ignored; unknown fields are dropped by the schema. */
export function decode(record: IncomingRecord, handlers: Handlers): Decoded {
  if (record.value === null) return { kind: 'tombstone' };
  const type = record.headers.ce_type;
  if (type === undefined) return malformed('the header ce_type is missing');
  const definition = handlers.definitionOf(record.topic, type);
  if (!definition) return { kind: 'ignored' };
  let json: unknown;
  try {
    json = JSON.parse(record.value);
  } catch (error) {
    return malformed(`the value is not JSON: ${(error as Error).message}`);
  }
  const parsed = definition.schema.safeParse(json);
  if (!parsed.success) return malformed(`${type} doesn't fit its schema: ${parsed.error.message}`);
  return { kind: 'event', type, data: parsed.data, version: versionOf(parsed.data) };
}

function malformed(reason: string): Decoded {
  return { kind: 'malformed', error: new MalformedEvent(reason) };
}

function versionOf(data: unknown): number | null {
  const version = (data as { version?: unknown } | null)?.version;
  return typeof version === 'number' ? version : null;
}

export function eventId(record: IncomingRecord): string {
  return record.headers.ce_id ?? `${record.topic}/${record.partition}/${record.position}`;
}
