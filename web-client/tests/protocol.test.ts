// The decoders: what is well-formed is read exactly, whatever breaks the form is refused.

import { describe, expect, test } from 'vitest'
import {
  DecodeError,
  decodeBinary,
  decodeText,
  encodeClientMessage,
  type ServerMessage,
} from '../sdk/protocol'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const text = (value: unknown) => decodeText(JSON.stringify(value))

const LETTERS = 'AALRSB'
const SNAPSHOT: ServerMessage = {
  type: 'snapshot',
  version: 1841,
  statuses: Uint8Array.of(0, 0, 1, 2, 3, 4),
}

describe('snapshot', () => {
  test('nibbles, runs and letters mean the same', () => {
    // 1841 is b1 0e; six seats, low nibble first.
    expect(decodeBinary(bytes('01 b10e 06 00 00 21 43'))).toEqual(SNAPSHOT)
    // Runs: 2 x available, then one each: length << 3 | status.
    expect(decodeBinary(bytes('01 b10e 06 01 10 09 0a 0b 0c'))).toEqual(SNAPSHOT)
    expect(text({ type: 'snapshot', version: 1841, statuses: LETTERS })).toEqual(SNAPSHOT)
  })

  test('an odd number of seats leaves the last high nibble unread', () => {
    const message = decodeBinary(bytes('01 05 03 00 10 f3'))
    expect(message).toEqual({ type: 'snapshot', version: 5, statuses: Uint8Array.of(0, 1, 3) })
  })

  test('an event without seats is an empty map', () => {
    const empty = { type: 'snapshot', version: 1, statuses: new Uint8Array(0) }
    expect(decodeBinary(bytes('01 01 00 00'))).toEqual(empty)
    expect(decodeBinary(bytes('01 01 00 01'))).toEqual(empty)
  })

  test('one run covers 20,000 seats', () => {
    // 20000 << 3 = 160000 = 80 e2 09.
    const message = decodeBinary(bytes('01 01 a09c01 01 80e209'))
    expect(message).toMatchObject({ statuses: new Uint8Array(20_000) })
  })
})

describe('delta', () => {
  test('gaps count from the seat before', () => {
    // 12 -> L: gap 12; 13 -> A: gap 0; 1,000 -> S: gap 986 << 3 | 3 = 7891 = d3 3d.
    const expected = {
      type: 'delta',
      from: 1841,
      version: 1845,
      seats: Uint32Array.of(12, 13, 1000),
      statuses: Uint8Array.of(1, 0, 3),
    }
    expect(decodeBinary(bytes('02 b10e b50e 03 61 00 d33d'))).toEqual(expected)
    const changes = [[12, 'L'], [13, 'A'], [1000, 'S']]
    expect(text({ type: 'delta', from: 1841, version: 1845, changes })).toEqual(expected)
  })

  test('may be empty', () => {
    const expected = { seats: new Uint32Array(0), statuses: new Uint8Array(0) }
    expect(decodeBinary(bytes('02 01 02 00'))).toMatchObject(expected)
    expect(text({ type: 'delta', from: 1, version: 2, changes: [] })).toMatchObject(expected)
  })
})

test('heartbeat', () => {
  const expected = { type: 'heartbeat', version: 1845, viewers: 5312 }
  expect(decodeBinary(bytes('03 b50e c029'))).toEqual(expected)
  expect(text(expected)).toEqual(expected)
})

test('versions beyond 32 bits are exact', () => {
  // 2^53 - 1 in eight groups.
  expect(decodeBinary(bytes('03 ffffffffffffff0f 00'))).toMatchObject({
    version: Number.MAX_SAFE_INTEGER,
  })
})

test('bye without a time to wait means none', () => {
  expect(text({ type: 'bye', code: 1012 })).toMatchObject({ retry_after_ms: 0, reason: '' })
})

test('what is not known is ignored', () => {
  expect(decodeBinary(bytes('7f 01 02'))).toBeNull()
  expect(text({ type: 'weather', sunny: true })).toBeNull()
  expect(text({ type: 'heartbeat', version: 1, viewers: 2, mood: 'fine' })).toEqual({
    type: 'heartbeat',
    version: 1,
    viewers: 2,
  })
})

describe('refused', () => {
  test.each([
    ['an empty frame', ''],
    ['a version cut short', '01 b1'],
    ['a snapshot cut short', '01 01 06 00 00 21'],
    ['bytes left over', '01 01 02 00 00 00'],
    ['an unknown status', '01 01 02 00 05'],
    ['an unknown encoding', '01 01 02 02 00'],
    ['a run beyond the seats', '01 01 02 01 18'],
    ['an empty run', '01 01 02 01 00 10'],
    ['more seats than there can be', '01 01 c1843d 01 00'],
    ['a count beyond the frame', '02 01 02 ff7f 00'],
    ['a number that never ends', '03 ffffffffffffffffff 01'],
    ['a number a double cannot hold', '03 ffffffffffffff7f 00'],
  ])('%s', (_, hex) => {
    expect(() => decodeBinary(bytes(hex))).toThrow(DecodeError)
  })

  test.each([
    ['no JSON', '{'],
    ['no object', '3'],
    ['no type', '{}'],
    ['an unknown letter', '{"type":"snapshot","version":1,"statuses":"AX"}'],
    ['seats out of order', '{"type":"delta","from":1,"version":2,"changes":[[3,"A"],[3,"L"]]}'],
    ['a negative version', '{"type":"heartbeat","version":-1,"viewers":0}'],
    ['half a viewer', '{"type":"heartbeat","version":1,"viewers":0.5}'],
  ])('%s', (_, frame) => {
    expect(() => decodeText(frame)).toThrow(DecodeError)
  })
})

test('client messages are JSON, and never above what the server takes', () => {
  expect(encodeClientMessage({ type: 'resync' })).toBe('{"type":"resync"}')
  expect(() => encodeClientMessage({ type: 'auth', token: 'x'.repeat(5000) })).toThrow(RangeError)
})
