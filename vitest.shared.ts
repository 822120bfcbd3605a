import { join } from 'node:path';
import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

/** What every vitest run of this repository has in common. */
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
    // Real Postgres, Kafka, Keycloak and Chromium for those suites that ask: libs/testing.
    globalSetup: [join(import.meta.dirname, 'libs/testing/src/global-setup.ts')],
    pool: 'forks',
    maxWorkers: 2,
  },
});
