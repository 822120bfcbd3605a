import { defineConfig, mergeConfig } from 'vitest/config';
import shared from './vitest.shared.js';

/** Units and integration: libraries and services, on real parts. The black-box suite has its own, in apps/e2e. */
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      include: [
        'libs/*/src/**/*.spec.ts',
        'apps/*/src/**/*.spec.ts',
        'examples/*/**/*.spec.ts',
        'scripts/**/*.spec.ts',
      ],
      exclude: ['apps/e2e/**', '**/node_modules/**', '**/dist/**'],
      testTimeout: 30_000,
      hookTimeout: 240_000,
    },
  }),
);
