import { defineConfig, mergeConfig } from 'vitest/config';
import shared from './vitest.shared.js';

/** `DEPLOYMENT=standalone` (the default) or `separate`: the same black-box specs against either. */
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      include: ['apps/e2e/src/**/*.spec.ts'],
      exclude: ['**/node_modules/**', '**/dist/**'],
      fileParallelism: false,
      testTimeout: 120_000,
      hookTimeout: 300_000,
    },
  }),
);
