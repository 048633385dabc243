// Builds the SDK as a package: ES modules beside their declarations, and no React in any. A
// copy goes where the server hands it out, so that a page can use it without any build.

import { cpSync } from 'node:fs'
import { defineConfig } from 'vite'

const FILES = ['sdk.js', 'seat-map.js']

export default defineConfig({
  publicDir: false,
  build: {
    target: 'es2022',
    outDir: 'sdk/dist',
    emptyOutDir: true,
    minify: true,
    lib: {
      entry: { sdk: 'sdk/index.ts', 'seat-map': 'sdk/element/index.ts', react: 'sdk/react.ts' },
      formats: ['es'],
    },
    rollupOptions: { output: { chunkFileNames: 'shared.js', entryFileNames: '[name].js' } },
  },
  plugins: [
    {
      name: 'hand-out',
      closeBundle() {
        for (const file of [...FILES, 'shared.js']) {
          cpSync(`sdk/dist/${file}`, `dist/sdk/${file}`)
        }
        cpSync('../LICENSE', 'sdk/dist/LICENSE')
      },
    },
  ],
})
