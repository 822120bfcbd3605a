import type { Secrets } from '../secrets.js';
import type { StandaloneSettings } from '../settings.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.js';

/** The PostgreSQL of `DATABASE_URL`, a superuser's, where it is set; else the embedded one. */
export async function prepareForDatabase(
  settings: StandaloneSettings,
  secrets: Secrets,
  onLost: (error: Error) => void,
): Promise<EmbeddedPostgres> {
  if (settings.databaseUrl !== undefined)
    return { superuserUrl: settings.databaseUrl, stop: async () => undefined };
  return startEmbeddedPostgres(settings.dataDir, secrets.postgresPassword, onLost);
}
