import pg from 'pg';
import { lockKey, typeParsers } from '@gatehouse/database';
import type { Topic } from '@gatehouse/contracts';
import type { IncomingRecord, OutgoingRecord } from '@gatehouse/eventing';

const appendLock = lockKey('bus:append');

interface StoredRow {
  position: number;
  topic: string;
  key: string;
  value: string | null;
  headers: Record<string, string>;
  at: Date;
}

/** A leader's epoch is over: another one of the same outbox has begun. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/**
 * The log of the embedded bus: a table in the schema `bus`. Appends run one at a time under an advisory lock that is held
 * to the commit, so positions have the order of the commits and a cursor never passes a late one.
 */
export class BusLog {
  private readonly pool: pg.Pool;

  constructor(url: string, size: number) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: size,
      types: typeParsers,
      options: '-c search_path=bus',
      application_name: 'gatehouse-bus',
      connectionTimeoutMillis: 5000,
      keepAlive: true,
    });
    // A broken idle connection is replaced by the pool; whoever needs one next learns of the trouble.
    this.pool.on('error', () => undefined);
  }

  /** Makes the tables and the topics that are missing. */
  async prepare(topics: readonly Topic[]): Promise<void> {
    await this.transaction(async (client) => {
      await client.query('select pg_advisory_xact_lock($1)', [lockKey('bus:prepare')]);
      await client.query(tables);
      await client.query(
        `insert into topics (name, compacted, retention_hours)
         select * from unnest($1::text[], $2::boolean[], $3::int[])
         on conflict (name) do update set compacted = excluded.compacted, retention_hours = excluded.retention_hours`,
        [
          topics.map((t) => t.name),
          topics.map((t) => t.compacted),
          topics.map((t) => t.retentionHours ?? 24 * 7),
        ],
      );
    });
  }

  /** A new epoch for a producer. It waits for an append in flight, and every later one of an older epoch is refused. */
  async beginEpoch(producer: string): Promise<number> {
    return this.transaction(async (client) => {
      await client.query('select pg_advisory_xact_lock($1)', [appendLock]);
      const { rows } = await client.query<{ epoch: number }>(
        `insert into producers (name, epoch) values ($1, 1)
         on conflict (name) do update set epoch = producers.epoch + 1 returning epoch`,
        [producer],
      );
      return rows[0]?.epoch ?? 0;
    });
  }

  /** @throws Fenced */
  async append(producer: string, epoch: number, records: readonly OutgoingRecord[]): Promise<void> {
    await this.transaction(async (client) => {
      await client.query('select pg_advisory_xact_lock($1)', [appendLock]);
      const { rowCount } = await client.query(
        `insert into events (topic, key, value, headers)
         select e.topic, e.key, e.value, e.headers
           from producers p, unnest($3::text[], $4::text[], $5::text[], $6::jsonb[])
                with ordinality as e (topic, key, value, headers, n)
          where p.name = $1 and p.epoch = $2
          order by e.n`,
        [
          producer,
          epoch,
          records.map((r) => r.topic),
          records.map((r) => r.key),
          records.map((r) => r.value),
          records.map((r) => JSON.stringify(r.headers)),
        ],
      );
      if (rowCount !== records.length)
        throw new Fenced(`Another relay of ${producer} has begun; epoch ${epoch} is over.`);
    });
  }

  /** Gives a new group the beginning of each topic. */
  async subscribe(group: string, topics: readonly string[]): Promise<void> {
    await this.pool.query(
      `insert into positions (group_name, topic, position) select $1, t, 0 from unnest($2::text[]) t
       on conflict do nothing`,
      [group, topics],
    );
  }

  async isEmpty(topic: string): Promise<boolean> {
    const { rows } = await this.pool.query('select from events where topic = $1 limit 1', [topic]);
    return rows.length === 0;
  }

  /** The last position of each topic that a group has not reached; topics that it has are left out. */
  async unreachedEnds(group: string, topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.pool.query<{ topic: string; position: number }>(
      `select p.topic, e.position from positions p,
         lateral (select position from events where topic = p.topic order by position desc limit 1) e
        where p.group_name = $1 and p.topic = any($2) and e.position > p.position`,
      [group, topics],
    );
    return new Map(rows.map(({ topic, position }) => [topic, position]));
  }

  /** What a group has not handled yet, of all its topics, in the order of the log. */
  async read(group: string, topics: readonly string[], limit: number): Promise<IncomingRecord[]> {
    const { rows } = await this.pool.query<StoredRow>(
      `select e.* from positions p, lateral (
          select position, topic, key, value, headers, at from events
           where topic = p.topic and position > p.position order by position limit $3) e
        where p.group_name = $1 and p.topic = any($2) order by e.position`,
      [group, topics, limit],
    );
    return rows.map(({ position, topic, key, value, headers, at }) => {
      const time = headers.ce_time ? new Date(headers.ce_time) : at;
      return { topic, key, value, headers, time, partition: 0, position: String(position) };
    });
  }

  /** How far a group has come. */
  async positions(group: string): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.pool.query<{ topic: string; position: number }>(
      'select topic, position from positions where group_name = $1',
      [group],
    );
    return new Map(rows.map(({ topic, position }) => [topic, position]));
  }

  async commit(group: string, positions: ReadonlyMap<string, number>): Promise<void> {
    await this.pool.query(
      `update positions p set position = n.position from unnest($2::text[], $3::bigint[]) as n (topic, position)
        where p.group_name = $1 and p.topic = n.topic and p.position < n.position`,
      [group, [...positions.keys()], [...positions.values()]],
    );
  }

  /**
   * Keeps the latest record of a key on compacted topics, and drops tombstones after a day; drops what a topic keeps by
   * time. What is younger than a minute stays, so that consumers who keep up see every event.
   */
  async compact(): Promise<void> {
    await this.pool.query(
      `delete from events e using topics t
        where e.topic = t.name and t.compacted and e.at < now() - interval '1 minute'
          and exists (select from events l where l.topic = e.topic and l.key = e.key and l.position > e.position)`,
    );
    await this.pool.query(
      `delete from events e using topics t
        where e.topic = t.name and (
          (t.compacted and e.value is null and e.at < now() - interval '1 day')
          or (not t.compacted and e.at < now() - make_interval(hours => t.retention_hours)))`,
    );
  }

  /** One consumer a group: the lock lives with the connection. Undefined where another process has it. */
  async lockGroup(group: string): Promise<pg.PoolClient | undefined> {
    const client = await this.pool.connect();
    client.on('error', onClientError);
    try {
      const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
        lockKey(`bus:group:${group}`),
      ]);
      if (rows[0]?.held) return client;
      client.off('error', onClientError);
      client.release();
      return undefined;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** @throws where the database is away */
  async ping(): Promise<void> {
    await this.pool.query('select 1');
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken = false;
    client.on('error', onClientError);
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => {
        broken = true;
      });
      throw error;
    } finally {
      client.off('error', onClientError);
      client.release(broken);
    }
  }
}

/** The statement that was running reports the loss. */
function onClientError(): void {}

const tables = `
  create table if not exists topics (name text primary key, compacted boolean not null, retention_hours int not null);
  create table if not exists producers (name text primary key, epoch bigint not null);
  create table if not exists positions (
    group_name text not null, topic text not null, position bigint not null, primary key (group_name, topic));
  create table if not exists events (
    position bigint generated always as identity,
    topic text not null,
    key text not null,
    value text,
    headers jsonb not null,
    at timestamptz not null default clock_timestamp(),
    primary key (topic, position));
  create index if not exists events_key on events (topic, key, position);`;
