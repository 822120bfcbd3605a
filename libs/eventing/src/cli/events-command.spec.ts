import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountsTopic } from '@gatehouse/contracts';
import { openDatabase, schemaDifferences, type Database } from '@gatehouse/database';
import { testDatabase, type TestDatabase } from '@gatehouse/testing';
import { eventingEntities, eventingMigrations, runEventsCommand } from '../index.js';
import { eventsMain } from './main.js';

describe('npm run events', () => {
  let test: TestDatabase;
  let database: Database;
  const definition = { schema: 'account', entities: eventingEntities, migrations: eventingMigrations };
  beforeAll(async () => {
    test = await testDatabase(definition);
    database = await openDatabase({ ...definition, url: test.url });
  });
  beforeEach(() => database.query('delete from parked_events'));
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  async function run(...argv: string[]): Promise<string> {
    const lines: string[] = [];
    const options = { write: (line: string) => void lines.push(line), pickUpMs: 200, pollMs: 10 };
    await runEventsCommand(argv, [{ service: 'account', database }], options);
    return lines.join('\n');
  }

  async function parkOne(): Promise<number> {
    const [row] = await database.query<{ id: number }>(
      `insert into parked_events (event_id, topic, key, type, partition, position, headers, time, error, attempts, parked_at)
       values ('evt_1', 'directory.users.v1', 'duser_1', 'UserUpdated', 0, 1, '{}', now(), 'Error: no', 6, now()) returning id`,
    );
    return row?.id ?? 0;
  }

  it('lists parked events with their error and the command to replay them', async () => {
    expect(await run('parked')).toBe('No event is parked.');
    const id = await parkOne();
    expect(await run('parked')).toMatch(
      new RegExp(`account ${id} .*UserUpdated duser_1\\n.*6 attempts: Error: no\\n.*replay account ${id}`),
    );
  });

  it('waits for the service to replay, and says what stays parked', async () => {
    const id = await parkOne();
    const command = run('replay', 'account', String(id));
    await expect(command).rejects.toThrow('account did not take the request up within 0.2 s. Is it running?');
    const [row] = await database.query('select replay_requested_at is not null as asked from parked_events');
    expect(row).toEqual({ asked: true });
    await expect(run('replay', 'account', '0')).rejects.toThrow('account has no parked event 0.');
  });

  it('discards a parked event, and only one that is there', async () => {
    const id = await parkOne();
    expect(await run('discard', 'account', String(id))).toBe(`Event ${id} of account was discarded.`);
    await expect(run('discard', 'account', String(id))).rejects.toThrow('has no parked event');
  });

  it('asks the publisher of a topic to republish it', async () => {
    await expect(run('republish', 'account.accounts.v9')).rejects.toThrow(
      'There is no topic "account.accounts.v9"',
    );
    await expect(run('republish', accountsTopic.name)).rejects.toThrow('Is it running?');
    expect(await database.query('select topic from republish_requests')).toEqual([
      { topic: accountsTopic.name },
    ]);
  });

  it('has tables that equal their entities', async () => {
    expect(await schemaDifferences(database)).toEqual([]);
  });

  it('names what is wrong with the command line, and exits with 2', async () => {
    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);
    expect(await eventsMain(['parked'], undefined, write)).toBe(2);
    expect(await eventsMain(['nothing'], test.superuserUrl, write)).toBe(2);
    expect(await eventsMain(['parked'], test.superuserUrl, write)).toBe(0);
    expect(lines[0]).toContain('DATABASE_URL is missing');
    expect(lines[1]).toContain('Unknown command "nothing"');
    expect(lines[2]).toBe('No event is parked.');
  });
});
