import { startDemoIdp } from '@gatehouse/demo-idp';
import type { Environment } from '@gatehouse/service-host';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { StandaloneSettings } from '../settings.js';
import { StartError } from '../start-error.js';
import { call } from './api.js';
import { type DemoFile, OWNER, seedDemo } from './seed.js';

export interface Demo {
  /** What the services need to reach the demo's identity provider and DNS. */
  settings: Environment;
  /** Sets the demo account up, once; answers what to tell the person at the terminal. */
  seed(operatorToken: string): Promise<{ text: string }>;
  close(): Promise<void>;
}

const written = z.looseObject({ accounts: z.array(z.looseObject({ slug: z.string() })).min(1) });

/** The demo: an identity provider and DNS of its own, and an account that is set up through the public API. */
export async function startDemo(settings: StandaloneSettings): Promise<Demo> {
  const idp = await openIdp({ port: settings.demoIdpPort, dataDir: join(settings.dataDir, 'demo-idp') });
  return {
    settings: { DNS_SERVERS: idp.dnsAddress, ALLOWED_PRIVATE_ORIGINS: idp.url },
    seed: async (operatorToken) => {
      const file = join(settings.dataDir, 'demo.json');
      const demo =
        (await earlier(file, settings.publicUrl, operatorToken)) ??
        (await seedDemo(settings.publicUrl, idp.url, operatorToken));
      await writeFile(file, JSON.stringify({ ...demo, url: settings.publicUrl }, null, 2), { mode: 0o600 });
      return { text: describe(demo, settings, file) };
    },
    close: () => idp.close(),
  };
}

async function openIdp(options: Parameters<typeof startDemoIdp>[0]): ReturnType<typeof startDemoIdp> {
  try {
    return await startDemoIdp(options);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
    throw new StartError(
      `Port ${options.port}, of the demo identity provider, is taken by another process. Stop it, or set DEMO_IDP_PORT to a free one.`,
    );
  }
}

/** The demo of an earlier start, if its account is still there. */
async function earlier(file: string, url: string, operatorToken: string): Promise<DemoFile | undefined> {
  try {
    const demo = written.parse(JSON.parse(await readFile(file, 'utf8')));
    const { items } = await call<{ items: { slug: string }[] }>(
      url,
      'GET',
      '/api/v1/accounts?limit=200',
      operatorToken,
    );
    return items.some(({ slug }) => slug === demo.accounts[0]?.slug)
      ? (demo as unknown as DemoFile)
      : undefined;
  } catch {
    return undefined;
  }
}

function describe(demo: DemoFile, settings: StandaloneSettings, file: string): string {
  const member = demo.idp.users[0];
  return [
    'The demo account is Acme, with single sign-on for acme.test:',
    `  Owner    ${OWNER.email}   password ${OWNER.password}`,
    `  Member   ${member?.email ?? ''}     signs in through the demo identity provider, password ${member?.password ?? ''}`,
    '',
    'What to try:',
    `  1. Sign in as the owner at ${settings.publicUrl} and open the account's SSO page.`,
    `  2. Sign in as the member in a private window.`,
    `  3. Unassign the member at ${demo.idp.url}: the next request is refused.`,
    '  4. npm run journey walks the whole way and prints each step.',
    `Tokens for scripts are in ${file}.`,
  ].join('\n');
}
