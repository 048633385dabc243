// The ways around a WebSocket that doesn't pass, against a real HTTP server whose socket path is
// refused as a proxy refuses it: what is followed, by which way, and what the page is told.

import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { LiveConnection, SeatStore, Status, type LiveStatus } from '../sdk/index'
import type { Openers } from '../sdk/channels'
import { delta, FakeSocket, hello, smallChart, snapshot } from './fakes'

/** Longer than anything here takes, so that a wait in vain is a failure. */
const WAIT = { timeout: 10_000, interval: 5 }

const EPOCH = 'k3f9'

/** A house of six seats behind a proxy that passes no upgrade, and streams only if told to. */
async function house() {
  const streams: ServerResponse[] = []
  const asked: string[] = []
  const seen = { streams: true, reads: true, version: 10, statuses: 'AAAASB', asked }
  const changes: [number, [number, string]][] = []
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    asked.push(url)
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (url.includes('/stream') && seen.streams) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      streams.push(response)
      const resumed = url.includes('since=')
      const mode = resumed ? 'resume' : 'snapshot'
      tell(response, hello({ version: seen.version, seats: 6, mode }))
      if (!resumed) tell(response, snapshot(seen.version, seen.statuses))
    } else if (url.includes('/availability') && seen.reads) {
      const { version, statuses } = seen
      const since = Number(/since=\w+\.(\d+)/.exec(url)?.[1] ?? -1)
      const later = changes.filter(([at]) => at > since).map(([, change]) => change)
      if (since >= 0) answer(200, { epoch: EPOCH, from: since, version, changes: later })
      else answer(200, { epoch: EPOCH, version, seats: 6, layout: 'abc', statuses })
    } else answer(502, { code: 'bad_gateway' })
  })
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    ...{ seen, streams },
    url: `ws://127.0.0.1:${port}/api/v1/events/7/live`,
    change(seat: number, letter: string) {
      seen.version += 1
      const letters = [...seen.statuses]
      letters[seat] = letter
      seen.statuses = letters.join('')
      changes.push([seen.version, [seat, letter]])
      const told = delta(seen.version - 1, seen.version, [[seat, letter]])
      for (const stream of streams) tell(stream, told)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

const tell = (response: ServerResponse, message: object) =>
  response.write(`data: ${JSON.stringify(message)}\n\n`)

/** A socket by plain HTTP, as Node 20 has none: it asks for the upgrade and hears the refusal. */
function refusedSocket(url: string): WebSocket {
  const socket = new FakeSocket(url, [])
  const headers = { connection: 'Upgrade', upgrade: 'websocket' }
  void import('node:http').then(({ get }) =>
    get(url.replace(/^ws/, 'http'), { headers }, (answer) => {
      answer.resume()
      if (answer.statusCode !== 101) socket.ends(1006)
    }).on('error', () => socket.ends(1006)),
  )
  return socket as unknown as WebSocket
}

/** An EventSource of what is needed of one, over fetch: Node 20 has none. */
function eventSource(url: string): EventSource {
  const ending = new AbortController()
  const source = {
    onmessage: null as ((event: { data: string }) => void) | null,
    onerror: null as (() => void) | null,
    close: () => ending.abort(),
  }
  const read = async () => {
    const answer = await fetch(url.replace(/^ws/, 'http'), { signal: ending.signal })
    if (!answer.ok || !answer.body) throw new Error(`HTTP ${answer.status}`)
    let text = ''
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) source.onmessage?.({ data: part.replace(/^data: /, '') })
    }
    throw new Error('ended')
  }
  read().catch(() => source.onerror?.())
  return source as unknown as EventSource
}

const OPENERS: Partial<Openers> = { socket: refusedSocket, stream: eventSource }

describe('behind a proxy that passes no WebSocket', () => {
  let server: Awaited<ReturnType<typeof house>>
  let live: LiveConnection
  let store: SeatStore
  let told: LiveStatus[]
  /** How to leave a place for a stream; null while other tabs have them all. */
  let place: (() => void) | null
  let left: number

  beforeEach(async () => {
    server = await house()
    left = 0
    place = () => void (left += 1)
    store = new SeatStore(smallChart())
    told = []
    FakeSocket.made.length = 0
    live = new LiveConnection({
      url: server.url,
      openers: { ...OPENERS, place: () => Promise.resolve(place) },
      hints: () => () => {},
      random: () => 0,
      handlers: {
        state: (_, status) => told.push(status),
        snapshot: ({ version, statuses }) => store.applySnapshot(version, statuses),
        delta: ({ version, seats, statuses }) => store.applyDelta(version, seats, statuses),
      },
    })
  })

  afterEach(async () => {
    live.stop()
    await server.close()
  })

  test('the map is followed as a stream, and the page is told why', async () => {
    live.start()
    await vi.waitFor(() => expect(store.ready).toBe(true), WAIT)
    expect(FakeSocket.made).toHaveLength(2)
    expect(told).toEqual([{ state: 'live', way: 'stream', reason: 'no-socket' }])
    expect([...store.statuses]).toEqual([0, 0, 0, 0, 3, 4])
    server.change(2, 'L')
    await vi.waitFor(() => expect(store.statuses[2]).toBe(Status.locked), WAIT)
  })

  test('a stream that breaks is taken up where it was', async () => {
    live.start()
    await vi.waitFor(() => expect(store.ready).toBe(true), WAIT)
    server.streams[0].destroy()
    await vi.waitFor(() => expect(server.streams).toHaveLength(2), WAIT)
    expect(server.seen.asked.at(-1)).toContain(`since=${EPOCH}.10`)
    await vi.waitFor(() => expect(live.state).toBe('live'), WAIT)
    expect(told.map(({ state }) => state)).toEqual(['live', 'reconnecting', 'live'])
    expect(told[1].reason).toBe('lost')
  })

  test('where no stream passes either, the map is read every few seconds', async () => {
    server.seen.streams = false
    live.start()
    await vi.waitFor(() => expect(store.ready).toBe(true), WAIT)
    expect(told).toEqual([{ state: 'live', way: 'poll', reason: 'no-socket' }])
    server.change(0, 'S')
    await vi.waitFor(() => expect(store.statuses[0]).toBe(Status.sold), WAIT)
    expect(store.version).toBe(11)
    expect(server.seen.asked.at(-1)).toContain(`since=${EPOCH}.10`)
  })

  test('where other tabs have as many streams as a browser bears, the map is read', async () => {
    place = null
    live.start()
    await vi.waitFor(() => expect(store.ready).toBe(true), WAIT)
    expect(told).toEqual([{ state: 'live', way: 'poll', reason: 'no-socket' }])
    expect(server.streams).toHaveLength(0)
  })

  test('a stream that ends leaves its place to another tab', async () => {
    live.start()
    await vi.waitFor(() => expect(store.ready).toBe(true), WAIT)
    expect(left).toBe(0)
    live.stop()
    expect(left).toBe(1)
  })

  test('where nothing passes, all ways are gone again, and the sockets first', async () => {
    server.seen.streams = server.seen.reads = false
    live.start()
    await vi.waitFor(() => expect(FakeSocket.made.length).toBeGreaterThan(4), WAIT)
    const ways = ['stream', 'availability']
    expect(server.seen.asked.slice(0, 2).map((url) => url.split('/').pop())).toEqual(ways)
    expect(store.ready).toBe(false)
    server.seen.reads = true
    await vi.waitFor(() => expect(store.ready).toBe(true), WAIT)
  })
})

describe('with a clock of one’s own', () => {
  const told: LiveStatus[] = []
  let live: LiveConnection
  let streams: { url: string; onmessage: ((event: { data: string }) => void) | null }[] = []
  let refusing = false
  let hint: () => void = () => {}
  let gone: () => void = () => {}

  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('WebSocket', { OPEN: 1 })
    FakeSocket.made.length = told.length = 0
    streams = []
    refusing = false
    live = new LiveConnection({
      url: 'wss://host/api/v1/events/1/live',
      ways: ['socket', 'stream'],
      openers: {
        socket: (url, protocols) => {
          if (refusing) throw new DOMException('an insecure address', 'SecurityError')
          return new FakeSocket(url, protocols) as unknown as WebSocket
        },
        stream: (url) => {
          const made = { url, onmessage: null, onerror: null, close: () => {} }
          streams.push(made)
          return made as unknown as EventSource
        },
      },
      hints: (found, lost) => {
        hint = found
        gone = lost
        return () => {}
      },
      random: () => 1,
      handlers: { state: (_, status) => told.push(status) },
    })
    live.start()
  })

  afterEach(() => {
    live.stop()
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  const says = (message: object) => streams.at(-1)?.onmessage?.({ data: JSON.stringify(message) })
  const socketsFail = () => {
    FakeSocket.last.ends(1006)
    vi.advanceTimersByTime(500)
    FakeSocket.last.ends(1006)
    vi.advanceTimersByTime(0)
  }

  test('a socket that stays silent is left for the stream after 5 s', () => {
    vi.advanceTimersByTime(4_999)
    expect(streams).toHaveLength(0)
    vi.advanceTimersByTime(1)
    expect(FakeSocket.last.closed).toBe(true)
    vi.advanceTimersByTime(1)
    expect(streams.map(({ url }) => url)).toEqual(['https://host/api/v1/events/1/stream'])
  })

  test('an address that the browser refuses is as good as a socket that ends', () => {
    live.stop()
    refusing = true
    live.retry()
    vi.advanceTimersByTime(500)
    vi.advanceTimersByTime(1)
    expect(streams).toHaveLength(1)
    says(hello())
    says(snapshot(10))
    for (let beat = 0; beat < 7; beat += 1) {
      vi.advanceTimersByTime(10_000)
      says({ type: 'heartbeat', version: 10, viewers: 1 })
    }
    expect(live.status).toEqual({ state: 'live', way: 'stream', reason: 'no-socket' })
  })

  test('after 10 s without any answer, the page is told so, once', () => {
    for (let waited = 0; waited < 30_000; waited += 500) vi.advanceTimersByTime(500)
    expect(told).toEqual([expect.objectContaining({ state: 'reconnecting', reason: 'no-answer' })])
  })

  test('a socket that passes later is gone over to, with what was missed', () => {
    socketsFail()
    says(hello())
    says(snapshot(10))
    expect(live.status).toEqual({ state: 'live', way: 'stream', reason: 'no-socket' })
    for (let beat = 0; beat < 6; beat += 1) {
      vi.advanceTimersByTime(10_000)
      says({ type: 'heartbeat', version: 10, viewers: 1 })
    }
    expect(FakeSocket.made).toHaveLength(3)
    expect(FakeSocket.last.url).toContain('since=k3f9.10')
    // The probe that fails changes nothing; the next one comes after twice the time.
    FakeSocket.last.ends(1006)
    for (let beat = 0; beat < 12; beat += 1) {
      vi.advanceTimersByTime(10_000)
      says({ type: 'heartbeat', version: 10, viewers: 1 })
    }
    expect(FakeSocket.made).toHaveLength(4)
    FakeSocket.last.says(hello({ mode: 'resume' }))
    expect(FakeSocket.made).toHaveLength(5)
    FakeSocket.last.says(hello({ mode: 'resume' }))
    expect(live.status).toEqual({ state: 'live', way: 'socket', reason: null })
    expect(told.map(({ state }) => state)).toEqual(['live', 'live'])
  })

  test('a stream that skips something is asked for everything', () => {
    socketsFail()
    says(hello())
    says(snapshot(10))
    says(delta(11, 12))
    expect(live.state).toBe('reconnecting')
    vi.advanceTimersByTime(1_000)
    expect(streams).toHaveLength(2)
    expect(streams[1].url).not.toContain('since')
  })

  test('a server that is away for a while is no reason to leave sockets', () => {
    FakeSocket.last.says(hello())
    FakeSocket.last.says(snapshot(10))
    for (let time = 0; time < 4; time += 1) {
      FakeSocket.last.ends(1006)
      vi.advanceTimersByTime(8_000)
    }
    expect(streams).toHaveLength(0)
    expect(live.status.reason).not.toBe('no-socket')
  })

  test('what fails without a network speaks against no way', () => {
    gone()
    for (let time = 0; time < 8; time += 1) {
      vi.advanceTimersByTime(20_000)
      FakeSocket.last.ends(1006)
    }
    expect(streams).toHaveLength(0)
    hint()
    FakeSocket.last.says(hello())
    FakeSocket.last.says(snapshot(10))
    expect(live.status).toEqual({ state: 'live', way: 'socket', reason: null })
  })

  test('closed for good, it can be asked back', () => {
    FakeSocket.last.says(hello())
    FakeSocket.last.says(snapshot(10))
    FakeSocket.last.ends(4504)
    expect(live.status).toEqual({ state: 'closed', way: 'socket', reason: 'ended' })
    live.retry()
    expect(live.state).toBe('reconnecting')
    expect(FakeSocket.last.url).toContain('since=k3f9.10')
    FakeSocket.last.says(hello({ mode: 'resume' }))
    expect(live.state).toBe('live')
  })
})
