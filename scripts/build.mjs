import { ensureBuilt } from './lib/build.mjs';
import { checkHostNode, ensureInstalled } from './lib/toolchain.mjs';

/** `npm run build`: installs and builds what is stale. */
checkHostNode();
await ensureInstalled();
await ensureBuilt();
