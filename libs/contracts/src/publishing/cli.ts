import { relative } from 'node:path';
import { findBreakingChanges, findStaleFiles, writeGenerated } from './publish.js';

/** `docs` writes schemas and documentation, unless that would break consumers; `check` tells whether they are what they must be. */
const [command] = process.argv.slice(2);
const breaking = await findBreakingChanges();
if (breaking.length > 0) {
  fail(
    `These changes break consumers of what was published. Publish a new version of the topic instead:\n${breaking.map((line) => `  - ${line}`).join('\n')}`,
  );
} else if (command === 'docs') await writeGenerated();
else {
  const stale = await findStaleFiles();
  if (stale.length > 0)
    fail(
      `Run "npx nx run contracts:docs" and commit what it writes; these files are not up to date:\n${stale.map((file) => `  - ${relative(process.cwd(), file)}`).join('\n')}`,
    );
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
