import { freePorts } from '@gatehouse/testing';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoFile, Deployment } from './deployment.js';
import { program } from './program.js';

/** Everything in one process on embedded defaults: what `npm start` runs. */
export async function startStandalone(env: Record<string, string> = {}): Promise<Deployment> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-standalone-'));
  const [port, idpPort, metricsPort] = (await freePorts(3)) as [number, number, number];
  const standalone = program({
    name: 'standalone',
    script: 'apps/standalone/dist/main.js',
    env: {
      ...{
        PORT: String(port),
        DEMO_IDP_PORT: String(idpPort),
        METRICS_PORT: String(metricsPort),
        DATA_DIR: dataDir,
      },
      ...{ DEMO: '1', LOG_FORMAT: 'json', ...env },
    },
    readyUrl: `http://localhost:${port}/health/ready`,
    logFile: join(dataDir, 'standalone.log'),
  });
  const close = async () => {
    await standalone.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await standalone.start();
    const demo = JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')) as DemoFile;
    return { kind: 'standalone', demo, url: demo.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}
