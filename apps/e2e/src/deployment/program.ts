import { killProcess, lastOutput, spawnBound, stopProcess } from '@gatehouse/testing';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';

export const repository = join(import.meta.dirname, '../../../..');
const READY_LIMIT_MS = 90_000;

export interface Program {
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** The last lines that it wrote. */
  output(): string;
}

export interface ProgramOptions {
  name: string;
  /** Compiled, from the repository's root. */
  script: string;
  args?: string[];
  env: Record<string, string>;
  readyUrl: string;
  logFile: string;
}

/** One of our programs as a process of its own, as an operator would run it: compiled, and set up by its environment alone. */
export function program({ name, script, args = [], env, readyUrl, logFile }: ProgramOptions): Program {
  let child: ChildProcess | undefined;
  let output = () => '';

  const start = async () => {
    const started = spawnBound(process.execPath, [join(repository, script), ...args], {
      cwd: repository,
      env: { ...inherited(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    output = lastOutput(started);
    const log = createWriteStream(logFile, { flags: 'a' });
    started.stdout?.pipe(log, { end: false });
    started.stderr?.pipe(log, { end: false });
    started.once('close', () => log.end());
    await ready(readyUrl, () => {
      if (started.exitCode === null && started.signalCode === null) return;
      throw new Error(
        `${name} ended with ${started.exitCode ?? started.signalCode} while starting:\n${output()}`,
      );
    });
  };
  return {
    start,
    kill: async () => (child ? killProcess(child) : undefined),
    stop: async () => (child ? stopProcess(child) : undefined),
    output: () => output(),
  };
}

/** Nothing of the test run's own settings may reach the program. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG, TZ, XDG_CACHE_HOME, LOG_LEVEL } = process.env;
  const given = { PATH, HOME, TMPDIR, LANG, TZ, XDG_CACHE_HOME, LOG_LEVEL };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

async function ready(url: string, assertAlive: () => void): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS;
  let seen = 'no answer';
  while (performance.now() < deadline) {
    assertAlive();
    seen = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      async (response) => (response.ok ? 'ready' : `${response.status} ${await response.text()}`),
      (error: unknown) => String(error),
    );
    if (seen === 'ready') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} was not ready in ${READY_LIMIT_MS / 1000} s; last seen: ${seen}`);
}
