import { ownKafka, testDatabase } from '@gatehouse/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment, SeparateDeployment } from './deployment.js';
import { anyPorts } from './own-parts.js';
import { startSeparate } from './separate.js';
import { startStandalone } from './standalone.js';

/** The deployment that this run of the suite is about, fresh: `DEPLOYMENT=standalone` or `separate`. */
export async function startDeployment(): Promise<Deployment> {
  return process.env.DEPLOYMENT === 'separate' ? startSeparateForSpec() : startStandalone();
}

/** Separate processes on the run's Postgres and a Kafka of their own: topics have fixed names, and specs must not meet there. */
export async function startSeparateForSpec(env: Record<string, string> = {}): Promise<SeparateDeployment> {
  const [broker, database] = await Promise.all([ownKafka(), testDatabase()]);
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-separate-'));
  const deployment = await startSeparate({
    brokers: broker.brokers,
    databaseUrl: database.url,
    ports: await anyPorts(),
    dataDir,
    env,
  });
  return {
    ...deployment,
    close: async () => {
      await deployment.close();
      await broker.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
