import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, Wait } from 'testcontainers';
import { freePorts } from '../network/ports.js';
import type { Availability } from '../run/availability.js';
import { hasEnded, lastOutput, spawnBound, stopProcess } from '../run/process.js';
import { keycloakDistribution, KEYCLOAK_VERSION } from './keycloak-distribution.js';

export interface KeycloakServer {
  url: string;
  user: string;
  password: string;
  stop(): Promise<void>;
}

const READY_LIMIT_MS = 180_000;
const administrator = { user: 'admin', password: 'admin' };
const bootstrap = {
  KC_BOOTSTRAP_ADMIN_USERNAME: administrator.user,
  KC_BOOTSTRAP_ADMIN_PASSWORD: administrator.password,
};

/** `KEYCLOAK_URL` with `KEYCLOAK_ADMIN` and `KEYCLOAK_ADMIN_PASSWORD`; else a container; else its distribution on Java. */
export async function startKeycloak(found: Availability): Promise<KeycloakServer> {
  switch (found.how) {
    case 'given':
      return {
        url: (found.where ?? '').replace(/\/$/, ''),
        user: process.env.KEYCLOAK_ADMIN ?? administrator.user,
        password: process.env.KEYCLOAK_ADMIN_PASSWORD ?? administrator.password,
        stop: async () => {},
      };
    case 'docker':
      return startContainer();
    case 'jars':
    case 'installed':
      return startDistribution();
    case 'missing':
      throw new Error(`Keycloak is needed and is not there: ${found.reason}.`);
  }
}

async function startContainer(): Promise<KeycloakServer> {
  const container = await new GenericContainer(`quay.io/keycloak/keycloak:${KEYCLOAK_VERSION}`)
    .withEnvironment(bootstrap)
    .withCommand(['start-dev', '--hostname-strict=false'])
    .withExposedPorts(8080)
    .withWaitStrategy(Wait.forHttp('/realms/master', 8080).withStartupTimeout(READY_LIMIT_MS))
    .start();
  const url = `http://${container.getHost()}:${container.getMappedPort(8080)}`;
  return { url, ...administrator, stop: async () => void (await container.stop()) };
}

/** A copy of the small folders and links to nothing: `start-dev` rewrites parts of its own folder. */
async function startDistribution(): Promise<KeycloakServer> {
  const distribution = await keycloakDistribution();
  const home = await mkdtemp(join(tmpdir(), 'gatehouse-keycloak-'));
  await cp(distribution, home, { recursive: true });
  const [port, managementPort] = (await freePorts(2)) as [number, number];
  const child = spawnBound(
    join(home, 'bin', 'kc.sh'),
    [
      'start-dev',
      ...['--http-host=127.0.0.1', `--http-port=${port}`, '--hostname-strict=false', '--cache=local'],
      ...[`--http-management-port=${managementPort}`, '--log-level=warn'],
    ],
    {
      env: { ...process.env, ...bootstrap, JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1 -Xmx512m' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output = lastOutput(child);
  const url = `http://127.0.0.1:${port}`;
  await answers(url, () => (hasEnded(child) ? output() : undefined)).catch(async (error: unknown) => {
    await stopProcess(child);
    throw error;
  });
  return {
    url,
    ...administrator,
    stop: async () => {
      await stopProcess(child);
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function answers(url: string, deathNote: () => string | undefined): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS;
  for (;;) {
    const ready = await fetch(`${url}/realms/master`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    const note = deathNote();
    if (note !== undefined) throw new Error(`Keycloak ended while starting:\n${note}`);
    if (performance.now() > deadline)
      throw new Error(`Keycloak at ${url} did not answer in ${READY_LIMIT_MS / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
