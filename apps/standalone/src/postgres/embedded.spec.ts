import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findOwner } from './binaries.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.js';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-embedded-'));
  await chmod(dataDir, 0o711);
  await (await startEmbeddedPostgres(dataDir, 'secret')).stop();
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

describe('embedded PostgreSQL', () => {
  it('starts beside a lock file whose process number belongs to something else by now', async () => {
    const owner = await findOwner();
    // A machine that was cut off and started again hands the same numbers out again, in a container above all.
    const bystander = spawn('/bin/sleep', ['60'], { ...owner, cwd: '/' });
    const ended = once(bystander, 'exit');
    let server: EmbeddedPostgres | undefined;
    try {
      const lock = join(dataDir, 'postgres', 'postmaster.pid');
      await writeFile(
        lock,
        `${bystander.pid}\n${join(dataDir, 'postgres')}\n1700000000\n54321\n\n127.0.0.1\n\nready   \n`,
      );
      server = await startEmbeddedPostgres(dataDir, 'secret');
      expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
      expect((await readFile(lock, 'utf8')).split('\n')[0]).not.toBe(String(bystander.pid));
    } finally {
      await server?.stop();
      bystander.kill('SIGKILL');
      await ended;
    }
  });

  it('tells when the server ends by itself, and not when it is stopped', async () => {
    const told: Error[] = [];
    const stopped = await startEmbeddedPostgres(dataDir, 'secret', (error) => told.push(error));
    await stopped.stop();
    expect(told).toEqual([]);
    await startEmbeddedPostgres(dataDir, 'secret', (error) => told.push(error));
    const [pid] = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGQUIT');
    await expect.poll(() => told.length).toBe(1);
    expect(told[0]?.message).toMatch(/PostgreSQL .* ended/);
  });

  it('ends a server that an earlier process left, and takes its data over', async () => {
    const left = await startEmbeddedPostgres(dataDir, 'secret');
    const next = await startEmbeddedPostgres(dataDir, 'secret');
    expect(next.superuserUrl).not.toBe(left.superuserUrl);
    await next.stop();
  });
});
