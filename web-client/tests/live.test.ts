// The live connection against a fake socket and a fake clock: the client rule, coming back, and
// knowing when to stay away.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { LiveConnection, type LiveState } from '../sdk/live'
import { delta, FakeSocket, hello, snapshot } from './fakes'

let states: LiveState[] = []
let applied: string[] = []
let hint: () => void = () => {}
let networkGone: () => void = () => {}
let asked = 0
let live: LiveConnection

function start(): void {
  live = new LiveConnection({
    url: 'ws://host/live',
    ways: ['socket'],
    openers: { socket: (url, protocols) => new FakeSocket(url, protocols) as unknown as WebSocket },
    hints: (listener, gone) => {
      hint = listener
      networkGone = gone
      return () => {}
    },
    token: () => Promise.resolve(`token ${++asked}`),
    // The longest wait each time, so that tests know when it ends.
    random: () => 1,
    handlers: {
      state: (state) => states.push(state),
      snapshot: ({ version }) => applied.push(`snapshot ${version}`),
      delta: ({ from, version }) => applied.push(`delta ${from}-${version}`),
      viewers: (viewers) => applied.push(`viewers ${viewers}`),
    },
  })
  live.start()
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', { OPEN: 1 })
  FakeSocket.made.length = 0
  states = []
  applied = []
  asked = 0
  start()
})

afterEach(() => {
  live.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A connection that has a snapshot of version 10. */
function follow(): void {
  FakeSocket.last.says(hello())
  FakeSocket.last.says(snapshot(10))
}

describe('the client rule', () => {
  test('offers both formats, binary first, and asks for no position at first', () => {
    expect(FakeSocket.last.protocols).toEqual(['seatmap.v1.bin', 'seatmap.v1.json'])
    expect(FakeSocket.last.url).toBe('ws://host/live')
    expect(FakeSocket.last.binaryType).toBe('arraybuffer')
  })

  test('is live once the snapshot has come', () => {
    FakeSocket.last.says(hello())
    expect(FakeSocket.last.pings).toBe(1)
    expect(live.position).toBeNull()
    expect(states).toEqual([])
    FakeSocket.last.says(snapshot(10))
    expect(live.position).toEqual({ epoch: 'k3f9', version: 10 })
    expect(states).toEqual(['live'])
  })

  test('applies what continues or overlaps, ignores what is old', () => {
    follow()
    FakeSocket.last.says(delta(10, 12))
    FakeSocket.last.says(delta(8, 13))
    FakeSocket.last.says(delta(9, 13))
    FakeSocket.last.says(delta(11, 12))
    expect(applied).toEqual(['snapshot 10', 'delta 10-12', 'delta 8-13'])
    expect(live.position?.version).toBe(13)
    expect(FakeSocket.last.sent).toEqual([])
  })

  test('asks for a snapshot over a gap, once, and goes on from it', () => {
    follow()
    FakeSocket.last.says(delta(11, 12))
    FakeSocket.last.says(delta(12, 13))
    expect(FakeSocket.last.sent).toEqual(['{"type":"resync"}'])
    expect(live.position?.version).toBe(10)
    FakeSocket.last.says(snapshot(13))
    FakeSocket.last.says(delta(13, 14))
    FakeSocket.last.says(delta(20, 21))
    expect(applied).toEqual(['snapshot 10', 'snapshot 13', 'delta 13-14'])
    expect(FakeSocket.last.sent).toHaveLength(2)
  })

  test('a delta before any snapshot changes nothing', () => {
    FakeSocket.last.says(hello())
    FakeSocket.last.says(delta(9, 10))
    expect(applied).toEqual([])
    expect(FakeSocket.last.sent).toEqual([])
  })

  test('a new epoch under a live connection voids the position', () => {
    follow()
    FakeSocket.last.says(hello({ epoch: 'new1', version: 3 }))
    expect(live.position).toBeNull()
    FakeSocket.last.says(delta(2, 3))
    FakeSocket.last.says(snapshot(3))
    expect(applied).toEqual(['snapshot 10', 'snapshot 3'])
    expect(live.position).toEqual({ epoch: 'new1', version: 3 })
  })

  test('reads binary frames too', () => {
    FakeSocket.last.says(hello())
    FakeSocket.last.saysBytes(1, 10, 4, 0, 0, 0)
    FakeSocket.last.saysBytes(2, 10, 11, 1, 9)
    FakeSocket.last.saysBytes(3, 11, 7)
    expect(applied).toEqual(['snapshot 10', 'delta 10-11', 'viewers 7'])
  })
})

describe('coming back', () => {
  test('resumes from its position and keeps it', () => {
    follow()
    FakeSocket.last.ends(1006)
    expect(states).toEqual(['live', 'reconnecting'])
    vi.advanceTimersByTime(500)
    expect(FakeSocket.made).toHaveLength(2)
    expect(FakeSocket.last.url).toBe('ws://host/live?since=k3f9.10')
    FakeSocket.last.says(hello({ mode: 'resume', version: 12 }))
    FakeSocket.last.says(delta(10, 12))
    expect(states).toEqual(['live', 'reconnecting', 'live'])
    expect(applied).toEqual(['snapshot 10', 'delta 10-12'])
  })

  test('a resume of a history it does not have is asked for anew', () => {
    follow()
    FakeSocket.last.ends(1006)
    vi.advanceTimersByTime(500)
    FakeSocket.last.says(hello({ mode: 'resume', epoch: 'new1' }))
    expect(FakeSocket.last.sent).toEqual(['{"type":"resync"}'])
  })

  test('waits longer after each failure, never above 20 s, and short again once stable', () => {
    const waits: number[] = []
    for (let round = 0; round < 8; round += 1) {
      const made = FakeSocket.made.length
      FakeSocket.last.ends(1006)
      let waited = 0
      while (FakeSocket.made.length === made) {
        vi.advanceTimersByTime(100)
        waited += 100
      }
      waits.push(waited)
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000])
    follow()
    // Heartbeats keep it alive for the half minute that makes it stable.
    for (let beat = 0; beat < 4; beat += 1) {
      vi.advanceTimersByTime(10_000)
      FakeSocket.last.says({ type: 'heartbeat', version: 10, viewers: 1 })
    }
    const made = FakeSocket.made.length
    FakeSocket.last.ends(1006)
    vi.advanceTimersByTime(500)
    expect(FakeSocket.made).toHaveLength(made + 1)
  })

  test.each([1012, 1013, 4001, 4002, 4004])('comes back after close %i', (code) => {
    follow()
    FakeSocket.last.ends(code)
    vi.advanceTimersByTime(500)
    expect(FakeSocket.made).toHaveLength(2)
  })

  test.each([4500, 4503, 4504])('stays away after close %i', (code) => {
    follow()
    FakeSocket.last.ends(code)
    vi.advanceTimersByTime(3_600_000)
    hint()
    expect(FakeSocket.made).toHaveLength(1)
    expect(live.state).toBe('closed')
  })

  test('keeps the slot a bye gave it, even when looked at', () => {
    follow()
    FakeSocket.last.says({ type: 'bye', code: 1012, reason: 'restart', retry_after_ms: 4210 })
    FakeSocket.last.ends(1012)
    hint()
    vi.advanceTimersByTime(4209)
    expect(FakeSocket.made).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(FakeSocket.made).toHaveLength(2)
  })

  test('tries at once on a hint', () => {
    for (let round = 0; round < 5; round += 1) {
      FakeSocket.last.ends(1006)
      vi.advanceTimersByTime(20_000)
    }
    const made = FakeSocket.made.length
    FakeSocket.last.ends(1006)
    hint()
    expect(FakeSocket.made).toHaveLength(made + 1)
  })

  test('leaves a socket that is silent for two heartbeats', () => {
    follow()
    vi.advanceTimersByTime(29_999)
    expect(FakeSocket.last.closed).toBe(false)
    vi.advanceTimersByTime(1)
    expect(FakeSocket.last.closed).toBe(true)
    expect(live.state).toBe('stale')
    vi.advanceTimersByTime(500)
    expect(FakeSocket.last.url).toContain('since=k3f9.10')
  })

  test('is stale when it stays away for two heartbeats', () => {
    follow()
    FakeSocket.last.ends(1006)
    expect(live.state).toBe('reconnecting')
    for (let waited = 0; waited < 30_000; waited += 500) {
      vi.advanceTimersByTime(500)
      if (FakeSocket.last.onclose && !FakeSocket.last.closed) FakeSocket.last.ends(1006)
    }
    expect(live.state).toBe('stale')
  })

  test('gives up a socket that never says hello', () => {
    vi.advanceTimersByTime(10_500)
    expect(FakeSocket.made).toHaveLength(2)
  })

  test('an unreadable frame costs the connection, not the page', () => {
    follow()
    FakeSocket.last.saysBytes(1, 1)
    expect(FakeSocket.last.closed).toBe(true)
    vi.advanceTimersByTime(500)
    expect(FakeSocket.made).toHaveLength(2)
  })

  test('does not listen to a socket it has left', () => {
    follow()
    const orphan = FakeSocket.last
    orphan.ends(1006)
    vi.advanceTimersByTime(500)
    orphan.says(delta(10, 11))
    orphan.ends(4504)
    expect(applied).toEqual(['snapshot 10'])
    expect(live.state).toBe('reconnecting')
  })

  test('leaves at once when the network goes, and comes back with it', () => {
    follow()
    networkGone()
    expect(FakeSocket.last.closed).toBe(true)
    expect(live.state).toBe('reconnecting')
    networkGone()
    hint()
    expect(FakeSocket.made).toHaveLength(2)
    expect(FakeSocket.last.url).toContain('since=k3f9.10')
    FakeSocket.last.says(hello({ mode: 'resume' }))
    expect(live.state).toBe('live')
  })
})

describe('a name', () => {
  /** Lets promises that are kept already be acted upon. */
  const soon = () => vi.advanceTimersByTimeAsync(0)

  test('is said on every socket, by a token that is good then', async () => {
    follow()
    await soon()
    expect(FakeSocket.last.named).toEqual(['token 1'])
    FakeSocket.last.ends(4004)
    vi.advanceTimersByTime(500)
    FakeSocket.last.says(hello({ mode: 'resume' }))
    await soon()
    expect(FakeSocket.made.map(({ named }) => named)).toEqual([['token 1'], ['token 2']])
  })

  test('is not said to a socket that came after the question', async () => {
    follow()
    FakeSocket.last.ends(1006)
    vi.advanceTimersByTime(500)
    await soon()
    expect(FakeSocket.made.map(({ named }) => named)).toEqual([[], []])
  })
})
