// Runs a TypeScript module with decorators in a process of its own, compiled as the tests are.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const { default: config } = await import('./child-config.mjs');
const { module } = await runnerImport(fileURLToPath(new URL('./child-main.ts', import.meta.url)), {
  ...config,
  root,
  configFile: false,
});
await module.main(JSON.parse(process.env.CONFORMANCE_TASK));
