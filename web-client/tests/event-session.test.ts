// A visit to an event whose chart moves: loaded anew each time, unless the server never agrees with
// itself.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RestClient } from '../sdk/index'
import { RELOADS_MAX } from '../sdk/reloads'
import { EventSession } from '../src/state/event-session'
import { FakeSocket, hello } from './fakes'

const SEATMAP = {
  categories: [{ key: 'a', label: 'A', price: '10.00' }],
  sections: [{ label: 'Hall' }],
  rows: [{ section: 0, label: '1', prefix: 'S', first: 0, count: 4 }],
  x: [0, 50, 100, 150],
  y: [0, 0, 0, 0],
  category: [0, 0, 0, 0],
  number: ['1', '2', '3', '4'],
}

/** Who only looks on, at a server that serves this layout now. */
function look() {
  const server = { layout: 'a' }
  const rest = new RestClient({
    base: '',
    fetch: (url) => {
      const { layout } = server
      const answer = (url as string).includes('seatmap')
        ? { ...SEATMAP, layout }
        : { id: 1, layout, price: '10.00' }
      return Promise.resolve(new Response(JSON.stringify(answer)))
    },
  })
  const session = new EventSession(rest, 1, 'ws://server/live', false)
  const socket = async (count: number) => {
    await vi.waitFor(() => expect(FakeSocket.made).toHaveLength(count))
    return FakeSocket.last
  }
  return { server, session, socket }
}

describe('a visit', () => {
  beforeEach(() => {
    FakeSocket.made.length = 0
    const target = { addEventListener: () => {}, removeEventListener: () => {} }
    vi.stubGlobal('document', { ...target, visibilityState: 'visible' })
    vi.stubGlobal('window', target)
    vi.stubGlobal('WebSocket', FakeSocket)
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })

  test('bears any number of moves of the chart', async () => {
    const { server, session, socket } = look()
    session.start()
    for (let move = 1; move <= 6; move += 1) {
      ;(await socket(move)).says(hello({ layout: server.layout }))
      server.layout = `moved-${move}`
      FakeSocket.last.says(hello({ layout: server.layout }))
    }
    const last = await socket(7)
    last.says(hello({ layout: server.layout }))
    expect(session.view.get()).toMatchObject({ phase: 'ready' })
    expect(session.view.get().store?.chart.layout).toBe('moved-6')
    session.stop()
  })

  test('gives up a server that never agrees with itself', async () => {
    // Pauses are as short as they can be.
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const { session, socket } = look()
    session.start()
    for (let time = 1; time <= 1 + RELOADS_MAX; time += 1) {
      ;(await socket(time)).says(hello({ layout: 'another' }))
    }
    expect(session.view.get().phase).toBe('failed')
    expect(FakeSocket.made).toHaveLength(1 + RELOADS_MAX)
  })

  test('bears a node that hears of a change later than the one it follows', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const { server, session, socket } = look()
    session.start()
    for (let time = 1; time <= 5; time += 1) {
      ;(await socket(time)).says(hello({ layout: 'b' }))
      expect(session.view.get().phase).toBe('loading')
    }
    server.layout = 'b'
    ;(await socket(6)).says(hello({ layout: 'b' }))
    expect(session.view.get().phase).toBe('ready')
    expect(session.view.get().store?.chart.layout).toBe('b')
    session.stop()
  })
})
