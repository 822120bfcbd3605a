import { hasKafka } from '@gatehouse/testing';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from './deployment/deployment.js';
import { repository } from './deployment/program.js';
import { startDeployment } from './deployment/start.js';

const run = promisify(execFile);

describe.skipIf(process.env['DEPLOYMENT'] === 'separate' && !hasKafka())('npm run journey', () => {
  let deployment: Deployment;
  let dataDir: string;
  beforeAll(async () => {
    deployment = await startDeployment();
    dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-journey-'));
    await writeFile(join(dataDir, 'demo.json'), JSON.stringify(deployment.demo), { mode: 0o600 });
  });
  afterAll(async () => {
    await deployment?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** As a person would run it; the error of a failed run holds what it printed. */
  function walk(...args: string[]): Promise<{ stdout: string }> {
    return run(process.execPath, ['scripts/journey.mjs', ...args], {
      cwd: repository,
      env: { PATH: process.env['PATH'], DATA_DIR: dataDir },
    });
  }

  it('walks the whole way, and may do so again', async () => {
    for (let time = 0; time < 2; time += 1) {
      const { stdout } = await walk();
      expect(stdout).toContain('The journey is complete');
      expect(stdout).toMatch(/refused [\d.]+ ms after the directory was answered/);
    }
  });

  it('ends with exit code 1 at the first step that fails', async () => {
    // The identity provider answers there, but not as Gatehouse does.
    const failure: unknown = await walk(deployment.demo.idp.url).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 1 });
    expect((failure as { stdout: string }).stdout).toContain('The journey ended at step 1.');
  });
});
