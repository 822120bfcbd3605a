import { ensureBuilt } from './lib/build.mjs';
import { runInForeground } from './lib/foreground.mjs';
import { checkHostNode, ensureInstalled } from './lib/toolchain.mjs';

/** `npm run separate`: the four services as processes of their own on a real Kafka and a Postgres for this run. */
checkHostNode();
await ensureInstalled();
await ensureBuilt();
runInForeground('apps/e2e/dist/separate.js', process.argv.slice(2));
