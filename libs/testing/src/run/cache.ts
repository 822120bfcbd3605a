import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { eventually } from '../eventually.js';

const FILLING_LIMIT_MS = 10 * 60_000;

/** Where downloads that tests need are kept between runs (XDG Base Directory Specification). */
export function cacheRoot(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'gatehouse');
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * The folder `target`, filled once by whoever comes first: in a temporary folder, which is then renamed, so that an interrupted
 * download never looks complete. Others wait for it.
 */
export async function filledOnce(target: string, fill: (folder: string) => Promise<void>): Promise<string> {
  if (existsSync(target)) return target;
  await mkdir(dirname(target), { recursive: true });
  const release = await lock(`${target}.lock`);
  try {
    if (existsSync(target)) return target;
    const partial = `${target}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    await fill(partial);
    await rename(partial, target);
    return target;
  } finally {
    await release();
  }
}

async function lock(path: string): Promise<() => Promise<void>> {
  return eventually(
    async () => {
      await removeIfAbandoned(path);
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    },
    { timeoutMs: FILLING_LIMIT_MS, intervalMs: 200 },
  );
}

async function removeIfAbandoned(path: string): Promise<void> {
  const owner = Number(await readFile(path, 'utf8').catch(() => ''));
  if (owner > 0 && !isRunning(owner)) await rm(path, { force: true });
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
