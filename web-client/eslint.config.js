// Lint rules: the house limits on size, and the direction of imports between the layers.

import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

/** Forbids imports by pattern, with the reason a reader sees. */
const forbid = (group, message) => ({ group, message })

const NO_REACT = forbid(['react', 'react-dom', 'react/*', 'react-dom/*'], 'the SDK knows no React')
const NO_APP = forbid(['**/src/*', '**/src/**'], 'the SDK never imports the application')
const NO_UPWARDS = forbid(['../*'], 'the protocol stands alone at the bottom')

const restrict = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] })

export default tseslint.config(
  { ignores: ['dist', 'sdk/dist', 'node_modules', 'test-results'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.{ts,tsx,js,mjs}'],
    rules: {
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', 70],
      'max-params': ['error', 5],
      'max-len': ['error', { code: 100, ignoreUrls: true, ignorePattern: 'd="[^"]+"' }],
      'no-console': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  { files: ['sdk/**/*.ts'], rules: restrict(NO_REACT, NO_APP) },
  // Types for who has React: none of it is in what is loaded.
  { files: ['sdk/react.ts'], rules: restrict(NO_APP) },
  { files: ['sdk/protocol/**/*.ts'], rules: restrict(NO_REACT, NO_APP, NO_UPWARDS) },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: { ...reactHooks.configs.recommended.rules },
  },
  // A test file is a list of stories; only its length as a whole is limited by taste.
  { files: ['tests/**'], rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' } },
  { files: ['e2e/**', 'bench/**'], rules: { 'no-console': 'off' } },
)
