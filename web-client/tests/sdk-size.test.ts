// The SDK stays small: what a page loads for the element, renderer and all, built as it is shipped.

import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { expect, test } from 'vitest'

/** What the package promises. */
const GZIP_BYTES_MAX = 120 * 1024
const BUILD_MS_MAX = 60_000

test('the element with its renderer is below its size, and brings no React', async () => {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: 'sdk/element/index.ts', formats: ['es'], fileName: 'seat-map' },
    },
  })
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((one) =>
    'output' in one ? one.output : [],
  )
  const code = outputs.map((file) => ('code' in file ? file.code : '')).join('\n')
  expect(code).toContain('seat-map')
  expect(code).not.toContain('react')
  expect(gzipSync(code).length).toBeLessThan(GZIP_BYTES_MAX)
}, BUILD_MS_MAX)
