// Builds the SDK as a package: ES modules beside their declarations, and no React in any. A
// copy goes where the server hands it out, so that a page can use it without any build.

import { cpSync } from 'node:fs'
import { defineConfig } from 'vite'

const OUT = 'sdk/dist'
const FILES = ['sdk.js', 'seat-map.js']

export default defineConfig({
  publicDir: false,
  build: {
    target: 'es2022',
    outDir: OUT,
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
        // Built for somewhere else, it is not for the server.
        if (this.environment.config.build.outDir !== OUT) return
        for (const file of [...FILES, 'shared.js']) {
          cpSync(`${OUT}/${file}`, `dist/sdk/${file}`)
        }
      },
    },
  ],
})
