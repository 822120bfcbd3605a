import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { unwritable } from '../data-dir.js';
import { StartError } from '../start-error.js';
import { assertReachable, type Binaries, findBinaries, findOwner, type Owner } from './binaries.js';
import { watchOver } from './watchdog.js';

const run = promisify(execFile);
const READY = /database system is ready to accept connections/;
const START_LIMIT_MS = 60_000;

export interface EmbeddedPostgres {
  superuserUrl: string;
  stop(): Promise<void>;
}

interface Cluster {
  binaries: Binaries;
  owner: Owner;
  dir: string;
}

/** Small, since standalone shares a machine with everything else; durable, since its data stay. */
const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'shared_buffers=48MB',
  'max_connections=100',
  'wal_level=minimal',
  'max_wal_senders=0',
  'timezone=UTC',
  'jit=off',
];

/**
 * Starts the embedded PostgreSQL on `dataDir/postgres`, made at the first start.
 * @throws StartError that names the cause: damaged data, full disk, another version, a folder that is closed to it
 * @param onLost is told why, should the server end before it is stopped: nothing starts it again
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  password: string,
  onLost: (error: StartError) => void = () => undefined,
): Promise<EmbeddedPostgres> {
  const cluster: Cluster = {
    binaries: await findBinaries(),
    owner: await findOwner(),
    dir: join(dataDir, 'postgres'),
  };
  await assertReachable(cluster.owner, [cluster.binaries.postgres, dataDir]);
  if (!(await isInitialised(cluster))) await initialise(cluster, password, dataDir);
  await stopLeftOver(cluster);
  const port = await freePort();
  const { server, log } = await start(cluster, port);
  const lost = (): void => onLost(explainLoss(cluster.dir, log.join('')));
  server.once('exit', lost);
  return {
    superuserUrl: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop: () => {
      server.off('exit', lost);
      return stop(server);
    },
  };
}

/** initdb makes PG_VERSION early, so our own mark, written last, says that it came to its end. */
async function isInitialised({ dir }: Cluster): Promise<boolean> {
  return readFile(join(dir, 'gatehouse.initialised')).then(
    () => true,
    () => false,
  );
}

async function initialise(
  { binaries, owner, dir }: Cluster,
  password: string,
  dataDir: string,
): Promise<void> {
  const passwordFile = join(dataDir, 'initdb-password');
  try {
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (owner.uid !== undefined && owner.gid !== undefined)
      for (const path of [dir, passwordFile]) await chown(path, owner.uid, owner.gid);
    await run(
      binaries.initdb,
      [
        `--pgdata=${dir}`,
        '--auth=scram-sha-256',
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
      ],
      { ...owner, env: { ...process.env, LC_ALL: 'C' } },
    );
    await writeFile(join(dir, 'gatehouse.initialised'), '');
  } catch (error) {
    await rm(dir, { recursive: true, force: true }).catch(() => undefined);
    throw explain(dir, `${(error as { stderr?: string }).stderr ?? ''}${(error as Error).message}`, error);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Ends a server that an earlier process left on this data directory. */
export async function stopLeftOverPostgres(dataDir: string): Promise<void> {
  await stopLeftOver({
    binaries: await findBinaries(),
    owner: await findOwner(),
    dir: join(dataDir, 'postgres'),
  });
}

/**
 * After a `kill -9` of ours the server may still be ending, or a crash may have left its lock. The number in it may be
 * another process' by now, which pg_ctl would signal and PostgreSQL would take for a running server.
 */
async function stopLeftOver({ binaries, owner, dir }: Cluster): Promise<void> {
  const lock = join(dir, 'postmaster.pid');
  const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0]);
  if (!(pid > 0)) return;
  if ((await programOf(pid)) !== 'postgres') return rm(lock, { force: true });
  await run(binaries.pg_ctl, ['stop', '-D', dir, '-m', 'fast', '-w', '-t', '20'], {
    ...owner,
    env: { ...process.env, LC_ALL: 'C' },
  }).catch(() => undefined);
}

/** The name of a running program; undefined where no such process runs. */
async function programOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'win32') return 'postgres';
  try {
    if (process.platform === 'linux') return (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
    return basename((await run('ps', ['-o', 'comm=', '-p', String(pid)])).stdout.trim());
  } catch (error) {
    // /proc has no such folder, or ps found nothing; where they cannot tell, caution is right.
    const { code } = error as { code?: string | number };
    return code === (process.platform === 'linux' ? 'ENOENT' : 1) ? undefined : 'postgres';
  }
}

/** In a session of its own: a Ctrl-C on the terminal is for us, who stop the server last. */
async function start(
  { binaries, owner, dir }: Cluster,
  port: number,
): Promise<{ server: ChildProcess; log: readonly string[] }> {
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const server = spawn(binaries.postgres, ['-D', dir, '-p', String(port), ...flags], {
    ...owner,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C' },
  });
  const log: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => reject(explain(dir, log.join(''))), START_LIMIT_MS);
    const settle = (act: () => void): void => {
      clearTimeout(limit);
      act();
    };
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log.push(text);
      if (log.length > 100) log.shift();
      if (READY.test(text)) settle(resolve);
    });
    server.once('error', (error) => settle(() => reject(explain(dir, error.message, error))));
    server.once('exit', () => settle(() => reject(explain(dir, log.join('')))));
  });
  if (server.pid !== undefined) watchOver(server.pid);
  return { server, log };
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  // Fast shutdown: PostgreSQL ends open connections and writes a checkpoint.
  server.kill('SIGINT');
  await ended;
}

function explain(dir: string, log: string, cause?: unknown): StartError {
  if (/No space left on device|ENOSPC/.test(log)) return unwritable(dir, { code: 'ENOSPC' });
  if ((cause as { code?: string } | undefined)?.code === 'EACCES') return unwritable(dir, cause);
  const fatal = /(?:FATAL|PANIC|error):\s*(.+)/.exec(log)?.[1]?.trim();
  if (/incompatible with server|initialized by PostgreSQL version/.test(log)) {
    return new StartError(
      `The data in ${dir} were made by another version of PostgreSQL. Start the release that made them and export, or empty them by "npm start -- --reset".`,
    );
  }
  return new StartError(
    `PostgreSQL did not start on ${dir}${fatal ? `: ${fatal}` : ''}. The data may be damaged: restore them from a backup, or empty them by "npm start -- --reset".`,
  );
}

function explainLoss(dir: string, log: string): StartError {
  if (/No space left on device/.test(log)) return unwritable(dir, { code: 'ENOSPC' });
  const panic = /PANIC:\s*(.+)/.exec(log)?.[1]?.trim();
  return new StartError(
    `PostgreSQL on ${dir} ended by itself${panic === undefined ? '' : `: ${panic}`}. Start Gatehouse again: what was committed is kept.`,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
