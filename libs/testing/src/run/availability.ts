import { existsSync } from 'node:fs';
import { appendFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { get } from 'node:http';
import { join } from 'node:path';
import { cachedKafka } from '../kafka/kafka-jars.js';
import { cachedKeycloak } from '../keycloak/keycloak-distribution.js';

export type Part = 'kafka' | 'keycloak' | 'browser' | 'nginx';
/** How a part can be had, or why not. */
export type Availability =
  { how: 'given' | 'docker' | 'jars' | 'installed'; where?: string } | { how: 'missing'; reason: string };
export type Availabilities = Record<Part, Availability>;

/** Looked up once a run, in the main process; workers read the answer synchronously to decide which suites exist. */
export const AVAILABILITY = 'GATEHOUSE_TEST_AVAILABILITY';
export const NOT_RUN_FILE = 'GATEHOUSE_TEST_NOT_RUN';
export const requireVariable = {
  kafka: 'REQUIRE_KAFKA',
  keycloak: 'REQUIRE_KEYCLOAK',
  browser: 'REQUIRE_BROWSER',
  nginx: 'REQUIRE_NGINX',
};

export async function lookUpParts(env: NodeJS.ProcessEnv = process.env): Promise<Availabilities> {
  const docker = await dockerReachable(env);
  const java = javaMajor();
  const maven = commandPath('mvn', env) !== undefined;
  return {
    kafka: env.KAFKA_BROKERS
      ? { how: 'given', where: env.KAFKA_BROKERS }
      : ownOrDocker(docker, java, maven || (await cachedKafka()), 'Set KAFKA_BROKERS, or start Docker'),
    keycloak: env.KEYCLOAK_URL
      ? { how: 'given', where: env.KEYCLOAK_URL }
      : ownOrDocker(docker, java, maven || (await cachedKeycloak()), 'Set KEYCLOAK_URL, or start Docker'),
    browser: findBrowser(env),
    nginx: installed(commandPath('nginx', env), 'nginx is not installed (Debian: nginx-light)'),
  };
}

function ownOrDocker(docker: boolean, java: number, jars: boolean, otherwise: string): Availability {
  if (docker) return { how: 'docker' };
  if (java < 17)
    return { how: 'missing', reason: `${otherwise}, or install Java 17 (found ${java || 'none'})` };
  if (!jars) return { how: 'missing', reason: `${otherwise}, or install Maven (mvn), which downloads it` };
  return { how: 'jars' };
}

function installed(where: string | undefined, reason: string): Availability {
  return where ? { how: 'installed', where } : { how: 'missing', reason };
}

function findBrowser(env: NodeJS.ProcessEnv): Availability {
  if (env.CHROMIUM_PATH) {
    return existsSync(env.CHROMIUM_PATH)
      ? { how: 'given', where: env.CHROMIUM_PATH }
      : { how: 'missing', reason: `CHROMIUM_PATH names ${env.CHROMIUM_PATH}, which does not exist` };
  }
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const found =
    names.map((name) => commandPath(name, env)).find(Boolean) ?? (existsSync(mac) ? mac : undefined);
  return installed(
    found,
    'Chromium is not installed (Debian: chromium); set CHROMIUM_PATH if it is elsewhere',
  );
}

function commandPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = [...(env.PATH ?? '').split(':'), '/usr/bin', '/usr/sbin', '/usr/local/bin'];
  return folders.map((folder) => join(folder || '.', name)).find((path) => existsSync(path));
}

function javaMajor(): number {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
}

/** Asks the engine itself: a client without an engine is common. */
async function dockerReachable(env: NodeJS.ProcessEnv): Promise<boolean> {
  const host = new URL(env.DOCKER_HOST ?? 'unix:///var/run/docker.sock');
  const target =
    host.protocol === 'unix:'
      ? { socketPath: host.pathname, path: '/_ping' }
      : { host: host.hostname, port: host.port || '2375', path: '/_ping' };
  return new Promise((resolve) => {
    const request = get({ ...target, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

/**
 * Whether a suite that needs `part` can run. Where it can't, that is written down and shown at the end of the run; with
 * `REQUIRE_KAFKA=1` and the like the answer is yes, and the suite fails where it asks for the part.
 */
export function canRun(part: Part, env: NodeJS.ProcessEnv = process.env): boolean {
  const found = availability(part, env);
  if (found.how !== 'missing' || env[requireVariable[part]] === '1') return true;
  if (env[NOT_RUN_FILE]) appendFileSync(env[NOT_RUN_FILE], `${part}\t${found.reason}\n`);
  return false;
}

export function availability(part: Part, env: NodeJS.ProcessEnv = process.env): Availability {
  const known = env[AVAILABILITY];
  if (!known)
    return {
      how: 'missing',
      reason: 'the run was not started by vitest with libs/testing/src/global-setup.ts',
    };
  return (JSON.parse(known) as Availabilities)[part];
}

/** @throws where the part is not there, saying what to install or to set. */
export function whereIs(part: Part): string {
  const found = availability(part);
  if (found.how === 'missing') throw new Error(`${part} is needed and is not there: ${found.reason}.`);
  return found.where ?? '';
}
