import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildStale } from './lib/build.mjs';
import { checkHostNode, ensureInstalled, pinnedNode, run, runTool } from './lib/toolchain.mjs';
import { runSuite } from './lib/suite.mjs';

/** `npm test`: everything that a change must pass. The last line is `N passed, N failed`. */
checkHostNode();
await ensureInstalled();

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
const notRunFile = join(folder, 'not-run.txt');
const quiet = { quiet: true };

/** Stages that print only when they fail. */
const checks = [
  {
    name: 'format',
    work: () => runTool('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.'], quiet),
  },
  { name: 'lint', work: lint },
  { name: 'types', work: () => runTool('typescript/bin/tsc', ['-p', 'tsconfig.check.json'], quiet) },
  {
    name: 'types of the console',
    work: () => runTool('typescript/bin/tsc', ['--noEmit', '-p', 'apps/console'], quiet),
  },
  {
    name: 'dead code',
    work: () => runTool('knip/bin/knip.js', ['--no-progress', '--no-config-hints'], quiet),
  },
  { name: 'contracts', work: () => runTool('nx/dist/bin/nx.js', ['run', 'contracts:check'], quiet) },
  { name: 'OpenAPI document', work: () => run(pinnedNode, ['scripts/openapi.mjs', '--check'], quiet) },
];

const suites = [
  { name: 'unit and integration', config: 'vitest.config.ts' },
  { name: 'end to end, standalone', config: 'vitest.e2e.config.ts', env: { DEPLOYMENT: 'standalone' } },
  {
    name: 'end to end, separate processes on Kafka',
    config: 'vitest.e2e.config.ts',
    env: { DEPLOYMENT: 'separate' },
  },
];

const results = [await stage('build', build), ...(await inPairs(checks))];
for (const suite of suites) {
  const env = { ...suite.env, GATEHOUSE_NOT_RUN_REPORT: notRunFile };
  results.push(await stage(suite.name, () => runSuite(suite.config, env, folder)));
}

summarise(results);

async function build() {
  const failed = await buildStale();
  return { code: failed.length, output: '' };
}

/** The boundaries between projects are checked against Nx' project graph, which must exist before ESLint starts. */
async function lint() {
  const graph = await runTool('nx/dist/bin/nx.js', ['show', 'projects'], quiet);
  if (graph.code !== 0) return graph;
  return runTool(
    'eslint/bin/eslint.js',
    ['--max-warnings', '0', '--cache', '--cache-location', '.nx/eslint', '.'],
    quiet,
  );
}

async function stage(name, work) {
  const begun = performance.now();
  console.log(`▸ ${name}`);
  const { code, output, passed = 0, failed = code === 0 ? 0 : 1, skipped = 0 } = await work();
  if (code !== 0 && output) console.log(output);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${failed === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  return { name, seconds, passed, failed, skipped };
}

/** Two at a time: the machine that this must suit has two cores. */
async function inPairs(stages) {
  const done = new Array(stages.length);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < stages.length; index = next++) {
      done[index] = await stage(stages[index].name, stages[index].work);
    }
  };
  await Promise.all([worker(), worker()]);
  return done;
}

function summarise(all) {
  console.log('\nStage                                        seconds  passed  failed  skipped');
  for (const { name, seconds, passed, failed, skipped } of all) {
    const mark = failed === 0 ? '✓' : '✗';
    const figures = [
      [seconds, 9],
      [passed, 8],
      [failed, 8],
      [skipped, 9],
    ].map(([value, width]) => String(value).padStart(width));
    console.log(`${mark} ${name.padEnd(42)}${figures.join('')}`);
  }
  const notRun = existsSync(notRunFile) ? readFileSync(notRunFile, 'utf8').trim() : '';
  for (const line of new Set(notRun.split('\n').filter(Boolean))) console.log(`\n!!! NOT RUN: ${line}`);
  rmSync(folder, { recursive: true, force: true });

  const sum = (key) => all.reduce((total, result) => total + result[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}
