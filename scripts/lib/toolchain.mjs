import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** The Node of package.json's `node` dependency: the same everywhere, whatever runs this script. */
export const pinnedNode = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);
const OLDEST_HOST = [20, 19];

export function fail(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}

export function checkHostNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_HOST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  fail(
    `Node ${OLDEST_HOST.join('.')} or newer is needed to install Gatehouse; this is ${process.versions.node}. See https://nodejs.org.`,
  );
}

/** Installs what the lock file says, if anything of it is missing. */
export async function ensureInstalled() {
  if (!isInstalled()) {
    console.log('Installing dependencies from package-lock.json …');
    const npm = process.env.npm_execpath;
    const [command, ...args] = npm ? [process.execPath, npm, 'ci'] : ['npm', 'ci'];
    const { code } = await run(command, args);
    if (code !== 0) fail('npm ci failed, see above. Mend that and start again; nothing was started.');
  }
  if (!existsSync(pinnedNode)) {
    fail(
      'The pinned Node runtime is missing: the install script of the package "node" did not run. Run `npm ci` with scripts enabled.',
    );
  }
}

/** npm writes node_modules/.package-lock.json last, so an interrupted install never looks complete. */
function isInstalled() {
  const wanted = readLock('package-lock.json');
  const present = readLock(join('node_modules', '.package-lock.json'));
  if (!present) return false;
  return Object.entries(wanted.packages).every(([path, entry]) => {
    if (!path.includes('node_modules/') || entry.link) return true;
    const installed = present.packages[path];
    return installed ? installed.version === entry.version : Boolean(entry.optional || entry.peer);
  });
}

function readLock(path) {
  const file = join(root, path);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** The environment in which every tool finds the pinned Node and the workspace's programs first. */
export function toolEnvironment(more = {}) {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(
    process.platform === 'win32' ? ';' : ':',
  );
  return { ...process.env, PATH: path, NX_DAEMON: 'false', ...more };
}

/**
 * Runs a program to its end.
 * @param {{ quiet?: boolean, cwd?: string, env?: Record<string, string> }} [options] quiet: keep its output instead of showing it
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { quiet = false, cwd = root, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: toolEnvironment(env),
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) =>
      resolve({ code: 1, output: `${command} could not be run: ${error.message}` }),
    );
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** A tool of node_modules under the pinned Node, by its file: no shell, and no npm start-up time. */
export function runTool(script, args, options) {
  return run(pinnedNode, [join(root, 'node_modules', script), ...args], options);
}
