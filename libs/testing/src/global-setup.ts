import { appendFileSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AVAILABILITY, NOT_RUN_FILE, lookUpParts, requireVariable, type Part } from './run/availability.js';
import { CONTROL_URL, startControlServer } from './run/control-server.js';

/** Vitest's global set-up: runs once a run, in the main process. Its answer is the tear-down. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-run-'));
  const notRun = join(folder, 'not-run.tsv');
  appendFileSync(notRun, '');
  const found = await lookUpParts();
  const control = await startControlServer(found);
  // Workers are forked with this process' environment; it is also what programs started by a spec see.
  process.env[CONTROL_URL] = control.url;
  process.env[AVAILABILITY] = JSON.stringify(found);
  process.env[NOT_RUN_FILE] = notRun;

  return async () => {
    await control.close();
    announceNotRun(readFileSync(notRun, 'utf8'));
    await rm(folder, { recursive: true, force: true });
  };
}

/** Shown where the run ends, and left for `npm test`, which shows it again above its last line. */
function announceNotRun(lines: string): void {
  const reasons = new Map(
    lines
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t') as [Part, string]),
  );
  for (const [part, reason] of reasons) {
    const message = `every suite that needs a real ${part}. ${reason}. With ${requireVariable[part]}=1 this is a failure.`;
    console.warn(`\n!!! NOT RUN: ${message}\n`);
    if (process.env.GATEHOUSE_NOT_RUN_REPORT)
      appendFileSync(process.env.GATEHOUSE_NOT_RUN_REPORT, `${message}\n`);
  }
}
