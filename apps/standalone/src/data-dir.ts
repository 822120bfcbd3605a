import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from './start-error.js';

const PID_FILE = 'standalone.pid';
/** All that Gatehouse keeps under DATA_DIR; `--reset` deletes this and nothing else. */
const CONTENTS = ['postgres', 'secrets.json', 'demo.json', 'demo-idp'];

/**
 * Claims the data directory for this process, so that two never run on one; answers how to give it back.
 * @throws StartError where another process has it, or it cannot be written
 */
export async function claimDataDir(dataDir: string): Promise<() => Promise<void>> {
  const file = join(dataDir, PID_FILE);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o711 });
    // One of several that start at the same instant makes the file; a stale one is replaced, once.
    if (!(await writeNew(file))) {
      const owner = Number(await readFile(file, 'utf8').catch(() => ''));
      if (owner > 0 && owner !== process.pid && (await isGatehouse(owner))) throw runsAlready(dataDir, owner);
      await rm(file, { force: true });
      if (!(await writeNew(file))) throw runsAlready(dataDir, Number(await readFile(file, 'utf8')));
    }
  } catch (error) {
    throw error instanceof StartError ? error : unwritable(dataDir, error);
  }
  return () => rm(file, { force: true });
}

async function writeNew(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  }
}

function runsAlready(dataDir: string, owner: number): StartError {
  return new StartError(
    `Gatehouse already runs on ${dataDir} (process ${owner}). Stop it first, or set DATA_DIR to another folder.`,
  );
}

/** Empties the data directory of what Gatehouse keeps there. */
export async function resetDataDir(dataDir: string): Promise<void> {
  for (const entry of CONTENTS) await rm(join(dataDir, entry), { recursive: true, force: true });
}

/** A pid outlives its process in our file, and may then be another's: where /proc tells the command, it decides. */
async function isGatehouse(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'standalone');
  return command.includes('standalone');
}

export function unwritable(dataDir: string, error: unknown): StartError {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'ENOSPC')
    return new StartError(
      `The disk that holds ${dataDir} is full. Free some space and start again; nothing was lost.`,
    );
  return new StartError(
    `The data directory ${dataDir} cannot be used (${code ?? message}). Make it a folder that this user may write, or set DATA_DIR to another.`,
  );
}
