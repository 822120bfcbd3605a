import { allTopics } from '@gatehouse/contracts';
import type { Database } from '@gatehouse/database';
import { listParked } from '../consuming/parking.js';

/** A service's eventing tables, as the command line reaches them. */
export interface EventTables {
  service: string;
  database: Pick<Database, 'query'>;
}

/** The command line was wrong: its message is all that the person needs. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: npm run events -- <command>

  republish <topic>       publish the current state of every aggregate of a topic again
  parked                  list the events that could not be handled
  replay <service> <id>   handle a parked event again, with those of its key that wait behind it
  replay <service> all    handle all parked events of a service again
  discard <service> <id>  forget a parked event: its subject is judged by what was known before it

The services do the work; they must be running.`;

export interface CommandOptions {
  write: (line: string) => void;
  /** How long a running service may take to take a request up. */
  pickUpMs?: number;
  pollMs?: number;
}

/**
 * `npm run events`: asks running services by their tables, so it needs a database URL and nothing else.
 * @throws UsageError
 */
export async function runEventsCommand(
  argv: readonly string[],
  services: readonly EventTables[],
  options: CommandOptions,
): Promise<void> {
  const [command, first = '', second = ''] = argv;
  switch (command) {
    case 'republish':
      return republishTopic(first, services, options);
    case 'parked':
      return list(services, options);
    case 'replay':
      return replay(find(services, first), second, options);
    case 'discard':
      return discard(find(services, first), second, options);
    case undefined:
      throw new UsageError(usage);
    default:
      throw new UsageError(`Unknown command "${command}".\n\n${usage}`);
  }
}

async function republishTopic(
  name: string,
  services: readonly EventTables[],
  options: CommandOptions,
): Promise<void> {
  const topic = allTopics.find((one) => one.name === name);
  const compacted = allTopics
    .filter((one) => one.compacted && one.publisher !== 'all')
    .map((one) => one.name);
  if (!topic || !compacted.includes(name)) {
    throw new UsageError(`There is no topic "${name}" to republish. Topics: ${compacted.join(', ')}.`);
  }
  const { database } = find(services, topic.publisher);
  const [request] = await database.query<{ id: number }>(
    'insert into republish_requests (topic) values ($1) returning id',
    [name],
  );
  const done = await until(options, `${topic.publisher} did not take the request up`, async () => {
    const [row] = await database.query<{ published: number; done: boolean; error: string | null }>(
      'select published, done_at is not null as done, error from republish_requests where id = $1',
      [request?.id],
    );
    return { finished: row?.done ?? false, begun: (row?.published ?? 0) > 0, value: row };
  });
  if (done?.error) throw new Error(done.error);
  options.write(`${done?.published ?? 0} events of ${name} were published again.`);
}

async function list(services: readonly EventTables[], { write }: CommandOptions): Promise<void> {
  let count = 0;
  for (const { service, database } of services) {
    for (const event of await listParked(database)) {
      count += 1;
      write(`${service} ${event.id}  ${event.topic} ${event.type ?? '(tombstone)'} ${event.key}`);
      write(`  parked ${event.parkedAt.toISOString()} after ${event.attempts} attempts: ${event.error}`);
      write(`  npm run events -- replay ${service} ${event.id}`);
    }
  }
  if (count === 0) write('No event is parked.');
}

const ofRequest = `where $1 = 'all' or (topic, key) in (select topic, key from parked_events where id::text = $1)`;

async function replay(
  { service, database }: EventTables,
  id: string,
  options: CommandOptions,
): Promise<void> {
  const rows = await database.query<{ id: number }>(
    `update parked_events set replay_requested_at = now() ${ofRequest} returning id`,
    [id],
  );
  if (rows.length === 0) throw new UsageError(`${service} has no parked event ${id || '(no id given)'}.`);
  const ids = rows.map((row) => row.id);
  const left = await until(options, `${service} did not take the request up`, async () => {
    const still = await database.query<{ id: number; error: string; waiting: boolean }>(
      'select id, error, replay_requested_at is not null as waiting from parked_events where id = any($1) order by id',
      [ids],
    );
    return { finished: !still.some((row) => row.waiting), begun: still.length < ids.length, value: still };
  });
  options.write(`${ids.length - left.length} of ${ids.length} events were handled.`);
  for (const row of left) options.write(`  ${row.id} is still parked: ${row.error}`);
}

async function discard(
  { service, database }: EventTables,
  id: string,
  { write }: CommandOptions,
): Promise<void> {
  const rows = await database.query('delete from parked_events where id::text = $1 returning id', [id]);
  if (rows.length === 0) throw new UsageError(`${service} has no parked event ${id || '(no id given)'}.`);
  write(`Event ${id} of ${service} was discarded.`);
}

function find(services: readonly EventTables[], name: string): EventTables {
  const found = services.find(({ service }) => service === name);
  if (found) return found;
  const known = services.map(({ service }) => service).join(', ') || 'none';
  throw new UsageError(
    `The service "${name}" can't be reached with this DATABASE_URL. Services that can: ${known}.`,
  );
}

interface Poll<T> {
  finished: boolean;
  begun: boolean;
  value: T;
}

/** Waits for a running service; gives up where it has not even begun in time. */
async function until<T>(
  { pickUpMs = 15_000, pollMs = 200 }: CommandOptions,
  complaint: string,
  poll: () => Promise<Poll<T>>,
): Promise<T> {
  const limit = Date.now() + pickUpMs;
  for (;;) {
    const { finished, begun, value } = await poll();
    if (finished) return value;
    if (!begun && Date.now() > limit)
      throw new Error(`${complaint} within ${pickUpMs / 1000} s. Is it running?`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
