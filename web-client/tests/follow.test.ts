// What the element hears of the event it follows: whether its map fits, and when it is live again.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SeatStore, type LiveConnection } from '../sdk/index'
import { follow } from '../sdk/element/follow'
import { onLiveAgain } from '../sdk/live-again'
import { FakeSocket, hello, smallChart, snapshot } from './fakes'

let live: LiveConnection | null = null

/** Follows by a socket that does what the test says; what is told of the chart and of returns. */
function following() {
  const told: string[] = []
  live = follow('ws://server/live', new SeatStore(smallChart()), null, {
    state: () => {},
    viewers: () => {},
    ready: () => {},
    again: () => void told.push('again'),
    fits: () => void told.push('fits'),
    moved: () => void told.push('moved'),
  })
  live.start()
  return told
}

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.made.length = 0
  const target = { addEventListener: () => {}, removeEventListener: () => {} }
  vi.stubGlobal('document', { ...target, visibilityState: 'visible' })
  vi.stubGlobal('window', target)
  vi.stubGlobal('WebSocket', FakeSocket)
})

afterEach(() => {
  live?.stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('a map of another layout, or of other seats, does not fit', () => {
  const told = following()
  FakeSocket.last.says(hello({ seats: 6 }))
  FakeSocket.last.says(hello({ seats: 6, layout: 'dearer' }))
  FakeSocket.last.says(hello({ seats: 4 }))
  expect(told).toEqual(['fits', 'moved', 'moved'])
})

test('who was lost and is live again is told so, but not at first', async () => {
  const told = following()
  FakeSocket.last.says(hello({ seats: 6 }))
  FakeSocket.last.says(snapshot(10, 'AAAAAA'))
  expect(told).toEqual(['fits'])
  FakeSocket.last.ends(1006)
  await vi.advanceTimersByTimeAsync(1_000)
  FakeSocket.last.says(hello({ seats: 6, mode: 'resume' }))
  expect(told.slice(1).sort()).toEqual(['again', 'fits'])
})

test('a return is one from whatever was worse than live', () => {
  let returns = 0
  const watch = onLiveAgain(() => (returns += 1))
  for (const state of ['live', 'live', 'reconnecting', 'stale', 'live', 'closed'] as const) {
    watch(state)
  }
  expect(returns).toBe(1)
})
