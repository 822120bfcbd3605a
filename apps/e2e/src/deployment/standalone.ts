import { eventually, freePorts } from '@gatehouse/testing';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoFile, StandaloneDeployment } from './deployment.js';
import { program } from './program.js';

/** Everything in one process on embedded defaults: what `npm start` runs. */
export async function startStandalone(env: Record<string, string> = {}): Promise<StandaloneDeployment> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-standalone-'));
  // As root, PostgreSQL runs as a user of its own, who has to reach its folder in there.
  await chmod(dataDir, 0o711);
  const [port, idpPort, metricsPort] = (await freePorts(3)) as [number, number, number];
  const operatorToken = randomBytes(24).toString('base64url');
  const standalone = program({
    name: 'standalone',
    script: 'apps/standalone/dist/main.js',
    env: {
      ...{
        PORT: String(port),
        DEMO_IDP_PORT: String(idpPort),
        METRICS_PORT: String(metricsPort),
        DATA_DIR: dataDir,
        OPERATOR_TOKEN: operatorToken,
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
    const demo =
      env['DEMO'] === '0'
        ? withoutDemo(`http://localhost:${port}`, operatorToken)
        : await writtenDemo(join(dataDir, 'demo.json'));
    return {
      kind: 'standalone',
      ...{ demo, url: demo.url, dataDir, close, kill: () => standalone.kill() },
      restart: async () => {
        await standalone.stop();
        await standalone.start();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** It is ready for requests before the demo's account is set up; the file comes last. */
async function writtenDemo(file: string): Promise<DemoFile> {
  return eventually(async () => JSON.parse(await readFile(file, 'utf8')) as DemoFile, { timeoutMs: 60_000 });
}

const withoutDemo = (url: string, operatorToken: string): DemoFile => ({
  ...{ url, operatorToken, accounts: [], idp: { url: '', users: [] } },
});
