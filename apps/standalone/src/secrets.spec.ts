import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSecrets } from './secrets.js';
import { StartError } from './start-error.js';

const run = promisify(execFile);

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-secrets-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe('the secrets of an installation', () => {
  it('are made once, kept, and readable by their user alone', async () => {
    const made = await loadSecrets(dataDir);
    expect(await loadSecrets(dataDir)).toEqual(made);
    expect(await readdir(dataDir)).toEqual(['secrets.json']);
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });

  it('say what to do when they are damaged', async () => {
    await writeFile(join(dataDir, 'secrets.json'), '{"operatorToken":');
    await expect(loadSecrets(dataDir)).rejects.toThrow(StartError);
  });

  // A tmpfs is the one disk that a test can fill; mounting needs root.
  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'are not left in half by a full disk',
    async ({ skip }) => {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'gatehouse-test', dataDir]).catch(() =>
        skip('no right to mount'),
      );
      try {
        const filler = join(dataDir, 'filler');
        await writeFile(filler, Buffer.alloc(64_000)).catch(() => undefined);
        await expect(loadSecrets(dataDir)).rejects.toThrow(/is full/);
        await rm(filler);
        const made = await loadSecrets(dataDir);
        expect(JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8'))).toEqual(made);
      } finally {
        await run('umount', [dataDir]);
      }
    },
  );
});
