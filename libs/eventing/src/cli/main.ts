import { openDatabase, type Database } from '@gatehouse/database';
import { runEventsCommand, UsageError, usage, type EventTables } from './events-command.js';

const schemas = {
  account: 'account',
  'sso-config': 'sso_config',
  'directory-sync': 'directory_sync',
  'auth-gateway': 'auth_gateway',
};

/**
 * Runs the command for all services whose schema this URL's role may use: all with a superuser's, one with a service's own.
 * @returns the exit code
 */
export async function eventsMain(
  argv: readonly string[],
  url: string | undefined,
  write: (line: string) => void = console.log,
): Promise<number> {
  if (!url) {
    write(`DATABASE_URL is missing.\n\n${usage}`);
    return 2;
  }
  const opened: Database[] = [];
  try {
    const services: EventTables[] = [];
    for (const [service, schema] of Object.entries(schemas)) {
      const database = await openDatabase({ url, schema, entities: [], migrations: [], poolSize: 1 });
      opened.push(database);
      const [row] = await database.query<{ usable: boolean | null }>(
        `select has_table_privilege(to_regclass($1), 'insert') as usable`,
        [`${schema}.republish_requests`],
      );
      if (row?.usable) services.push({ service, database });
    }
    await runEventsCommand(argv, services, { write });
    return 0;
  } catch (error) {
    write(error instanceof Error ? error.message : String(error));
    return error instanceof UsageError ? 2 : 1;
  } finally {
    await Promise.all(opened.map((database) => database.close()));
  }
}
