import { readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../run/cache.js';

const FOLDER = /^gatehouse-postgres-(\d+)-/;

/** A run that was killed leaves its server: the next one stops it and removes its data. */
export async function stopAbandonedClusters(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = Number(FOLDER.exec(name)?.[1] ?? 0);
    if (owner === 0 || isRunning(owner)) continue;
    const folder = join(tmpdir(), name);
    for (const data of await readdir(folder).catch(() => [])) await stopServer(join(folder, data));
    await rm(folder, { recursive: true, force: true });
  }
}

/** postmaster.pid: line 1 is the process id, line 2 the data folder, which tells our server from a reused id. */
async function stopServer(data: string): Promise<void> {
  const [pid, folder] = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  if (folder !== data || !isRunning(Number(pid))) return;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => data);
  if (commandLine.includes(data)) process.kill(Number(pid), 'SIGQUIT');
}
