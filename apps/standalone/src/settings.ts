import { isLocal, SettingsError } from '@gatehouse/service-host';
import { resolve } from 'node:path';
import { z } from 'zod';

const flag = z.enum(['0', '1'], 'must be 0 or 1').transform((value) => value === '1');
const port = z.coerce.number('must be a port number').int().min(0).max(65535);

const schema = z.object({
  DATA_DIR: z.string().default('.gatehouse'),
  DEMO: flag.default(true),
  DEMO_IDP_PORT: port.default(8081),
  PORT: port.default(8080),
  HOST: z.string().optional(),
  PUBLIC_URL: z.url().optional(),
  DATABASE_URL: z.string().optional(),
});

export interface StandaloneSettings {
  dataDir: string;
  demo: boolean;
  demoIdpPort: number;
  port: number;
  host: string;
  publicUrl: string;
  databaseUrl: string | undefined;
}

/** What standalone reads before the services read theirs. @throws SettingsError */
export function readStandaloneSettings(env: NodeJS.ProcessEnv): StandaloneSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (!result.success)
    throw new SettingsError(result.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`));
  const { DATA_DIR, DEMO, DEMO_IDP_PORT, PORT, HOST, PUBLIC_URL, DATABASE_URL } = result.data;
  const publicUrl = PUBLIC_URL ?? `http://localhost:${PORT}`;
  if (DEMO && !isLocal(publicUrl)) {
    throw new SettingsError([
      'DEMO is 1, which is for localhost only: its people and passwords are public. Set DEMO=0 to run with this PUBLIC_URL',
    ]);
  }
  return {
    dataDir: resolve(env['INIT_CWD'] ?? process.cwd(), DATA_DIR),
    demo: DEMO,
    demoIdpPort: DEMO_IDP_PORT,
    port: PORT,
    host: HOST ?? (DEMO ? '127.0.0.1' : '0.0.0.0'),
    publicUrl,
    databaseUrl: DATABASE_URL,
  };
}
