import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [
    // Decorator metadata, which Nest's injector reads, is emitted by swc and not by Vite's own transform.
    swc.vite({
      module: { type: 'es6' },
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      },
    }),
  ],
  resolve: { conditions: ['@gatehouse/source', 'node'] },
  ssr: { resolve: { conditions: ['@gatehouse/source', 'node'] } },
  test: {
    include: ['libs/*/src/**/*.spec.ts', 'apps/*/src/**/*.spec.ts'],
    exclude: ['apps/console/**', '**/node_modules/**', '**/dist/**'],
    // Real Postgres, Kafka, Keycloak and Chromium for those suites that ask: libs/testing.
    globalSetup: ['./libs/testing/src/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 240_000,
  },
});
