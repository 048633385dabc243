// What an organiser's figures do when they can't be read: say so, and be read again by themselves.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SeatStore, Status } from '../sdk/index'
import { Reading } from '../src/organise/reading'
import { smallChart } from './fakes'

/** Longer than any wait of a reading. */
const LONG_MS = 100_000

function house() {
  const server = { answer: 'first', away: false, asked: 0 }
  const read = async () => {
    server.asked += 1
    if (server.away) throw new Error('gone')
    return server.answer
  }
  const store = new SeatStore(smallChart())
  store.applySnapshot(1, new Uint8Array(6))
  const reading = new Reading<string>()
  const sells = (version: number) =>
    store.applyDelta(version, Uint32Array.of(0), Uint8Array.of(version % 2 ? Status.sold : 0))
  return { server, store, reading, read, sells, shows: () => reading.view.get() }
}

describe('a reading', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('that fails at first says so, and comes without any seat changing', async () => {
    const { server, store, reading, read, shows } = house()
    server.away = true
    const stop = reading.follow(store, read)
    await vi.advanceTimersByTimeAsync(0)
    expect(shows()).toEqual({ value: null, failed: true })
    await vi.advanceTimersByTimeAsync(LONG_MS)
    expect(server.asked).toBeGreaterThan(1)
    server.away = false
    await vi.advanceTimersByTimeAsync(LONG_MS)
    expect(shows()).toEqual({ value: 'first', failed: false })
    // And then nothing is asked for that nothing has happened to.
    const { asked } = server
    await vi.advanceTimersByTimeAsync(LONG_MS)
    expect(server.asked).toBe(asked)
    stop()
  })

  test('that fails later keeps what it has, and says so', async () => {
    const { server, store, reading, read, sells, shows } = house()
    const stop = reading.follow(store, read)
    await vi.advanceTimersByTimeAsync(0)
    server.away = true
    sells(2)
    sells(3)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(shows()).toEqual({ value: 'first', failed: true })
    expect(server.asked).toBe(2)
    Object.assign(server, { away: false, answer: 'second' })
    reading.again()
    await vi.advanceTimersByTimeAsync(0)
    expect(shows()).toEqual({ value: 'second', failed: false })
    stop()
    sells(4)
    await vi.advanceTimersByTimeAsync(LONG_MS)
    expect(server.asked).toBe(3)
  })

  test('does not show the answer to one question as that to another', async () => {
    const { store, reading, read, shows } = house()
    reading.follow(store, read)()
    const stop = reading.follow(store, read)
    await vi.advanceTimersByTimeAsync(0)
    expect(shows().value).toBe('first')
    stop()
    const refuse = () => Promise.reject<string>(new Error('gone'))
    const stopOther = reading.follow(store, refuse)
    expect(shows().value).toBe('first')
    await vi.advanceTimersByTimeAsync(0)
    expect(shows()).toEqual({ value: null, failed: true })
    stopOther()
    await vi.advanceTimersByTimeAsync(LONG_MS)
    expect(shows().value).toBe(null)
  })
})
