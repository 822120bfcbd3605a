import { ensureBuilt } from './lib/build.mjs';
import { runInForeground } from './lib/foreground.mjs';
import { checkHostNode, ensureInstalled } from './lib/toolchain.mjs';

/** `npm start`: installs, builds and runs everything in one process. Arguments go to it: `npm start -- --reset`. */
checkHostNode();
await ensureInstalled();
await ensureBuilt();
runInForeground('apps/standalone/dist/main.js', process.argv.slice(2));
