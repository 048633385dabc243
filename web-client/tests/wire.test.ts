// The golden vectors shared with the server: both forms of a message must decode to the same value.
// An empty folder fails, so that the vectors can't get lost unnoticed.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  decodeBinary,
  decodeJson,
  encodeClientMessage,
  type ClientMessage,
} from '../sdk/protocol'

interface Vector {
  name: string
  kind: string
  json: Record<string, unknown>
  hex?: string
}

const folder = join(import.meta.dirname, '../../tests/wire')
const files = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.json'))
  : []
const vectors = files.flatMap(
  (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Vector[],
)

test('there are golden vectors', () => {
  expect(vectors.length).toBeGreaterThan(0)
})

for (const vector of vectors) {
  test(vector.name, () => {
    if (vector.kind === 'client') {
      const encoded = encodeClientMessage(vector.json as unknown as ClientMessage)
      expect(JSON.parse(encoded)).toEqual(vector.json)
      return
    }
    const fromJson = decodeJson(vector.json)
    expect(fromJson?.type).toBe(vector.kind)
    if (vector.hex === undefined) return
    expect(decodeBinary(Buffer.from(vector.hex, 'hex'))).toEqual(fromJson)
  })
}
