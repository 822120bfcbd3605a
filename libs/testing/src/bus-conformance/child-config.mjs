import swc from 'unplugin-swc';

export default {
  plugins: [
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
  environments: { inline: { resolve: { conditions: ['@gatehouse/source', 'node'] } } },
  logLevel: 'error',
};
