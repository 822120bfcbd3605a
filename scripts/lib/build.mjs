import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, root, runTool } from './toolchain.mjs';

const stampFile = join(root, 'node_modules', '.cache', 'gatehouse', 'build.json');

/** What is built, from what, and a file that is there afterwards. */
const parts = {
  services: {
    sources: ['libs', 'apps'],
    without: /^apps\/console(\/|$)|\.spec\.ts$/,
    result: 'apps/standalone/dist/main.js',
    build: () => runTool('typescript/bin/tsc', ['-b', 'tsconfig.json'], { quiet: true }),
  },
  console: {
    sources: ['apps/console', 'libs/api-client'],
    without: /\.spec\.tsx?$/,
    result: 'apps/console/dist/index.html',
    build: () =>
      runTool('vite/bin/vite.js', ['build', '--logLevel', 'warn'], {
        quiet: true,
        cwd: join(root, 'apps', 'console'),
      }),
  },
};

/**
 * Builds what is stale. Nothing is compiled, and no compiler started, where no source changed.
 * @returns {Promise<string[]>} the parts that failed, each with its output printed
 */
export async function buildStale() {
  const stamps = readStamps();
  const failed = [];
  for (const [name, part] of Object.entries(parts)) {
    const print = fingerprint(part);
    if (stamps[name] === print && existsSync(join(root, part.result))) continue;
    console.log(`Building the ${name} …`);
    const { code, output } = await part.build();
    if (code === 0) {
      stamps[name] = print;
    } else {
      console.error(output);
      failed.push(name);
    }
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamps));
  return failed;
}

export async function ensureBuilt() {
  const failed = await buildStale();
  if (failed.length > 0) fail(`The build of ${failed.join(' and ')} failed, see above.`);
}

function readStamps() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    // Without a stamp everything is stale; a half-written one is as good as none.
    rmSync(stampFile, { force: true });
    return {};
  }
}

function fingerprint({ sources, without }) {
  const hash = createHash('sha256');
  const add = (path) => {
    const { mtimeMs, size } = statSync(join(root, path));
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  };
  for (const path of ['package-lock.json', 'tsconfig.base.json', 'tsconfig.json']) add(path);
  for (const folder of sources) walk(folder, without, add);
  return hash.digest('hex');
}

function walk(folder, without, add) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (['dist', 'node_modules'].includes(entry.name) || without.test(path)) continue;
    if (entry.isDirectory()) walk(path, without, add);
    else add(path);
  }
}
