import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './toolchain.mjs';

let runs = 0;

/**
 * Runs one vitest configuration, shows its output, and counts.
 * A file that could not be loaded, and a run that fails without a failed test, count as one failure each.
 */
export async function runSuite(config, env, folder) {
  const report = join(folder, `report-${(runs += 1)}.json`);
  const { code } = await runTool(
    'vitest/vitest.mjs',
    [
      'run',
      '--config',
      config,
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { env },
  );
  if (!existsSync(report)) return { code: code || 1, output: 'vitest wrote no report.' };
  const { numPassedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = testResults.reduce((total, file) => total + failuresOf(file), 0);
  return {
    code,
    output: '',
    passed: numPassedTests,
    skipped: numPendingTests,
    failed: failed || (code === 0 ? 0 : 1),
  };
}

function failuresOf({ status, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed').length;
  return failed || (status === 'failed' ? 1 : 0);
}
