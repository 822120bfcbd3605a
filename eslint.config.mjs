import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const onlyIn = (names, message) => ({
  'no-restricted-imports': ['error', { paths: names.map((name) => ({ name, message })) }],
});

/** Who may import whom. Only specs reach `layer:testing`; through them a library and its fixtures form a circle, which is meant. */
const boundaries = ({ layers }) => ({
  enforceBuildableLibDependency: false,
  allow: [],
  ignoredCircularDependencies: [['@gatehouse/testing', '*']],
  depConstraints: [
    {
      sourceTag: 'layer:pure',
      onlyDependOnLibsWithTags: layers.filter((layer) => layer !== 'layer:platform'),
      bannedExternalImports: ['@nestjs/*', 'typeorm', 'kafkajs', 'pg'],
    },
    { sourceTag: 'layer:platform', onlyDependOnLibsWithTags: layers },
    { sourceTag: 'layer:testing', onlyDependOnLibsWithTags: layers },
    { sourceTag: 'type:app', onlyDependOnLibsWithTags: layers },
    // Standalone imports the services' root modules, and nothing else puts services together.
    { sourceTag: 'type:composition', onlyDependOnLibsWithTags: [...layers, 'type:app'] },
  ],
});

const everyLayer = ['layer:pure', 'layer:platform', 'layer:testing'];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.nx/**',
      '.gatehouse/**',
      'libs/api-client/src/generated/**',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: { project: ['./tsconfig.check.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      eqeqeq: ['error', 'always'],
      'max-lines': ['error', { max: 400 }],
      '@nx/enforce-module-boundaries': ['error', boundaries({ layers: ['layer:pure', 'layer:platform'] })],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['libs/eventing-kafka/**', 'examples/**', 'libs/testing/**'],
    rules: onlyIn(['kafkajs'], 'Only eventing-kafka imports kafkajs.'),
  },
  {
    files: ['**/*.spec.ts', '**/*.fixture.ts', 'libs/testing/**/*.ts', 'apps/e2e/**/*.ts'],
    plugins: { '@nx': nx },
    rules: { '@nx/enforce-module-boundaries': ['error', boundaries({ layers: everyLayer })] },
  },
  {
    files: ['**/*.spec.ts', '**/*.fixture.ts', 'libs/testing/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
