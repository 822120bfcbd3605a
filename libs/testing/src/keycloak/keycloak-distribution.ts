import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, filledOnce } from '../run/cache.js';
import { run } from '../run/process.js';

export const KEYCLOAK_VERSION = '26.7.3';
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.11.0';

const cacheFolder = () => join(cacheRoot(), 'keycloak', KEYCLOAK_VERSION);

export async function cachedKeycloak(): Promise<boolean> {
  return existsSync(cacheFolder());
}

/** Keycloak's own distribution by Maven (177 MB), unpacked once. */
export async function keycloakDistribution(): Promise<string> {
  return filledOnce(cacheFolder(), async (partial) => {
    const zip = join(partial, 'zip');
    const artifact = `org.keycloak:keycloak-quarkus-dist:${KEYCLOAK_VERSION}:zip`;
    const quiet = ['-q', '-B', '-ntp'];
    await run('mvn', [...quiet, `${PLUGIN}:get`, `-Dartifact=${artifact}`, '-Dtransitive=false']);
    // The goal unpacks too, so that no other program is needed for it.
    await run('mvn', [
      ...quiet,
      `${PLUGIN}:unpack`,
      `-Dartifact=${artifact}`,
      `-DoutputDirectory=${zip}`,
      `-DmarkersDirectory=${join(zip, 'markers')}`,
    ]);
    const inner = join(zip, `keycloak-${KEYCLOAK_VERSION}`);
    for (const name of ['bin', 'conf', 'lib', 'providers', 'themes'])
      await rename(join(inner, name), join(partial, name));
    await rm(zip, { recursive: true });
  });
}
