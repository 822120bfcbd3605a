import type { Database, Tx } from '@gatehouse/database';
import type { IncomingRecord } from '../types.js';
import { eventId } from './decode.js';

export interface ParkedEvent {
  id: number;
  eventId: string;
  topic: string;
  key: string;
  type: string | null;
  error: string;
  attempts: number;
  parkedAt: Date;
}

export interface Parking {
  record: IncomingRecord;
  compacted: boolean;
  version: number | null;
  error: unknown;
  attempts: number;
}

/** Parks a record. A key of a compacted topic has one parked event: the newest. */
export async function park(
  database: Database,
  { record, compacted, version, error, attempts }: Parking,
): Promise<void> {
  await database.inTransaction(async (tx) => {
    if (compacted) await supersede(tx, [{ ...record, version }]);
    await tx.query(
      `insert into parked_events
         (event_id, topic, key, type, partition, position, version, payload, headers, time, error, attempts, parked_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, clock_timestamp())
       on conflict (topic, event_id) do update set error = excluded.error, attempts = excluded.attempts`,
      [
        eventId(record),
        record.topic,
        record.key,
        record.headers.ce_type ?? null,
        record.partition,
        record.position,
        version,
        storable(record.value),
        JSON.stringify(record.headers),
        record.time,
        describe(error),
        attempts,
      ],
    );
  });
}

/** PostgreSQL's text can't hold NUL; a payload that has one is malformed JSON anyway. */
function storable(value: string | null): string | null {
  return value?.replaceAll('\0', '\uFFFD') ?? null;
}

function describe(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replaceAll('\0', '').slice(0, 2000);
}

/**
 * Removes the parked events that later state of the same key makes needless. A tombstone and a record without a version
 * supersede everything; a redelivered older version does not.
 * @returns the keys that are no longer parked
 */
export async function supersede(
  tx: Tx,
  records: readonly { topic: string; key: string; version: number | null }[],
): Promise<{ topic: string; key: string }[]> {
  if (records.length === 0) return [];
  return tx.query<{ topic: string; key: string }>(
    `delete from parked_events p
      using unnest($1::text[], $2::text[], $3::bigint[]) as r (topic, key, version)
      where p.topic = r.topic and p.key = r.key and (p.version is null or r.version is null or p.version <= r.version)
     returning p.topic, p.key`,
    [records.map((r) => r.topic), records.map((r) => r.key), records.map((r) => r.version)],
  );
}

/** Which of these keys have a parked event, as `topic key`: events behind it wait on topics of deltas. */
export async function parkedAmong(
  tx: Tx,
  records: readonly { topic: string; key: string }[],
): Promise<ReadonlySet<string>> {
  if (records.length === 0) return new Set();
  const rows = await tx.query<{ topic: string; key: string }>(
    `select distinct p.topic, p.key from parked_events p
       join unnest($1::text[], $2::text[]) as r (topic, key) on p.topic = r.topic and p.key = r.key`,
    [records.map((r) => r.topic), records.map((r) => r.key)],
  );
  return new Set(rows.map(({ topic, key }) => `${topic} ${key}`));
}

/** The keys that have a parked event: what is known of their subjects is not to be trusted. */
export async function parkedKeys(database: Database, topic?: string): Promise<string[]> {
  const rows = await database.query<{ key: string }>(
    'select distinct key from parked_events where $1::text is null or topic = $1 order by key',
    [topic ?? null],
  );
  return rows.map(({ key }) => key);
}

export async function listParked(database: Pick<Database, 'query'>): Promise<ParkedEvent[]> {
  return database.query<ParkedEvent>(
    `select id, event_id as "eventId", topic, key, type, error, attempts, parked_at as "parkedAt"
       from parked_events order by id limit 1000`,
  );
}
