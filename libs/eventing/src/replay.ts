import type { Database } from '@gatehouse/database';
import type { Processor } from './consuming/processor.js';

export interface Replayer {
  readonly processor: Pick<Processor, 'replay'>;
}

interface ParkedRow {
  id: number;
  topic: string;
  key: string;
  partition: number;
  position: number | string;
  payload: string | null;
  headers: Record<string, string>;
  time: Date;
}

/** Handles again what the command line asked for, in order; a key whose event fails again keeps its later events waiting. */
export async function replayRequested(database: Database, processor: Replayer['processor']): Promise<void> {
  const rows = await database.query<ParkedRow>(
    `select id, topic, key, partition, position, payload, headers, time
       from parked_events where replay_requested_at is not null order by id limit 500`,
  );
  const failed = new Set<string>();
  for (const row of rows) {
    const subject = `${row.topic} ${row.key}`;
    if (failed.has(subject)) continue;
    const { id, topic, key, partition, payload, headers, time } = row;
    const record = { topic, key, partition, position: String(row.position), value: payload, headers, time };
    try {
      await processor.replay(record, id);
    } catch (error) {
      failed.add(subject);
      await database.query(
        `update parked_events set error = case when id = $1 then $2 else error end,
                attempts = attempts + (id = $1)::int, replay_requested_at = null
          where topic = $3 and key = $4`,
        [id, error instanceof Error ? `${error.name}: ${error.message}` : String(error), topic, key],
      );
    }
  }
}
