/**
 * GET /authorize with a signed-in session, against a bare Node HTTP server that answers 200 with the same headers: by
 * turns, servers on one core and the load client on another, the median of BENCH_ROUNDS (7) rounds of BENCH_SECONDS (4).
 * `npm run build` first. Prints one JSON line.
 */
import { execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median, round, startBench } from './lib/deployment.mjs';

const run = promisify(execFile);
const rounds = Number(process.env.BENCH_ROUNDS ?? 7);
const seconds = Number(process.env.BENCH_SECONDS ?? 4);
const here = import.meta.dirname;
const isPinned = process.env.BENCH_PINNED === '1';

if (!isPinned && process.platform === 'linux' && availableParallelism() > 1) {
  // The servers inherit the core from this process.
  const args = ['-c', '0', process.execPath, import.meta.filename];
  const pinned = spawn('taskset', args, { stdio: 'inherit', env: { ...process.env, BENCH_PINNED: '1' } });
  const [code] = await once(pinned, 'exit');
  process.exit(code ?? 1);
}

const bench = await startBench();
const closers = [() => bench.close()];
try {
  const { account, owner, url } = bench;
  const answer = await owner.authorize(account.id);
  const bare = fork(join(here, 'processes/bare-server.mjs'), [JSON.stringify(sameHeaders(answer.headers))]);
  closers.push(() => bare.disconnect());
  const [port] = await once(bare, 'message');
  const headers = { cookie: owner.cookieHeader(url), 'x-gatehouse-account': account.id };
  const sides = {
    gatehouse: `${url.replace('localhost', '127.0.0.1')}/authorize`,
    bare: `http://127.0.0.1:${port}/authorize`,
  };
  const seen = { gatehouse: [], bare: [] };
  for (const side of Object.keys(sides)) await load(sides[side], headers, 2);
  for (let index = 0; index < rounds; index += 1) {
    for (const side of Object.keys(sides)) seen[side].push(await load(sides[side], headers, seconds));
  }
  const ratios = seen.gatehouse.map(({ perSecond }, index) => perSecond / seen.bare[index].perSecond);
  const rates = (side) => seen[side].map(({ perSecond }) => perSecond);
  const result = {
    bench: 'authorize',
    pinned: isPinned,
    rounds,
    gatehousePerSecond: Math.round(median(rates('gatehouse'))),
    barePerSecond: Math.round(median(rates('bare'))),
    ratio: round(median(ratios), 3),
    target: '>= 0.6',
    failed: seen.gatehouse.reduce((sum, { failed }) => sum + failed, 0),
    ratios: ratios.map((ratio) => round(ratio, 3)),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  for (const close of closers.reverse()) await close();
}

function sameHeaders(headers) {
  const ours = [
    'x-gatehouse-user',
    'x-gatehouse-email',
    'x-gatehouse-account',
    'x-gatehouse-role',
    'x-gatehouse-token',
  ];
  return [...ours, 'cache-control', 'content-length'].flatMap((name) => [name, headers.get(name) ?? '0']);
}

async function load(url, headers, duration) {
  const options = JSON.stringify({ url, headers, seconds: duration, connections: 32, pipelining: 4 });
  const script = [process.execPath, join(here, 'processes/load.mjs'), options];
  const [command, ...args] = isPinned ? ['taskset', '-c', '1', ...script] : script;
  const { stdout } = await run(command, args);
  return JSON.parse(stdout);
}
