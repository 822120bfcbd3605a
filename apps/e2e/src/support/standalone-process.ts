import { eventually, spawnBound } from '@gatehouse/testing';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from '../deployment/program.js';

const END_LIMIT_MS = 60_000;

/** Gatehouse in one process, as `npm start` starts it, from the first line that it writes to its exit code. */
export class StandaloneProcess {
  private written = '';
  private readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.written += chunk.toString()));
    this.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  }

  static start(env: Record<string, string>, ...args: string[]): StandaloneProcess {
    const { PATH, HOME } = process.env;
    const child = spawnBound(process.execPath, [join(repository, 'apps/standalone/dist/main.js'), ...args], {
      cwd: repository,
      env: { PATH, HOME, DEMO: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new StandaloneProcess(child);
  }

  get output(): string {
    return this.written;
  }

  /** It says that it is ready; answers the seconds that it took. */
  async ready(): Promise<number> {
    const begun = performance.now();
    await eventually(
      () => {
        if (this.child.exitCode !== null)
          throw new Error(`It ended with ${this.child.exitCode}: ${this.output}`);
        if (!this.output.includes('Gatehouse is ready at')) throw new Error(`Not ready yet: ${this.output}`);
      },
      { timeoutMs: END_LIMIT_MS },
    );
    return (performance.now() - begun) / 1000;
  }

  async signal(name: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.child.kill(name);
    return this.end();
  }

  /** How it ends by itself. @throws where it does not */
  async end(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`It has not ended: ${this.output}`)), END_LIMIT_MS);
    });
    return Promise.race([this.ended, late]).finally(() => clearTimeout(timer));
  }
}

/** A data directory that the user whom PostgreSQL runs as can reach. */
export async function dataDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-standalone-'));
  await chmod(path, 0o711);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** The process of the embedded PostgreSQL on a data directory. */
export async function postgresOf(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
