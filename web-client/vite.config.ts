// How the client is built, served while developing, and tested. The build is plain static files:
// the Rust server hands out dist/ and answers unknown paths with index.html.

import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = process.env.SEATMAP_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: { proxy: { '/api': { target: server, ws: true } } },
  preview: { proxy: { '/api': { target: server, ws: true } } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    // The example in React is a page of its own, built like the application.
    rollupOptions: { input: ['index.html', 'examples/react.html'] },
  },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
})
