// The three ways the live messages come: by WebSocket, as Server-Sent Events, and by asking again
// and again. Each becomes the same channel of frames; none knows what the frames mean.

import { PROTOCOL_BINARY, PROTOCOL_JSON, type Frame } from './protocol/index.js'
import { takePlace, type TakePlace } from './stream-places.js'

/** WebSocket; Server-Sent Events; reading over REST every few seconds. */
export type LiveWay = 'socket' | 'stream' | 'poll'

/** The best first. */
export const WAYS: readonly LiveWay[] = ['socket', 'stream', 'poll']

export interface Channel {
  /** False where nothing can be said to the server this way. */
  send(text: string): boolean
  /** Ends it; nothing is heard of it afterwards. */
  close(): void
}

export interface ChannelEvents {
  frame(frame: Frame): void
  closed(code: number): void
}

/** Opens what channels go over; tests put fakes here. */
export interface Openers {
  socket(url: string, protocols: string[]): WebSocket
  stream(url: string): EventSource
  fetch: typeof fetch
  /** Without it, streams are not counted. */
  place?: TakePlace
}

/** Between an answer and the next question. */
const POLL_MS = 3_000

/** What polling promises to be heard within, slow answers included. */
const POLL_HEARTBEAT_SECS = 10

/** The close code of a connection that broke. */
const BROKEN = 1006

/** The close code of an event that isn't there any more. */
const EVENT_GONE = 4504

export const browserOpeners: Openers = {
  socket: (url, protocols) => new WebSocket(url, protocols),
  stream: (url) => new EventSource(url),
  fetch: (input, init) => globalThis.fetch(input, init),
  place: takePlace,
}

/** The ways this browser, and this address, have. */
export function waysOf(url: string, openers: Partial<Openers>): LiveWay[] {
  const known: Record<LiveWay, boolean> = {
    socket: openers.socket !== undefined || typeof WebSocket !== 'undefined',
    stream: openers.stream !== undefined || typeof EventSource !== 'undefined',
    poll: openers.fetch !== undefined || typeof fetch !== 'undefined',
  }
  return WAYS.filter((way) => known[way] && (way === 'socket' || LIVE_END.test(url)))
}

const LIVE_END = /\/live$/

/** `url` is that of the live socket; the others lie beside it. */
export function openChannel(
  way: LiveWay,
  url: string,
  since: string | null,
  openers: Openers,
  events: ChannelEvents,
): Channel {
  const query = since === null ? '' : `?since=${since}`
  if (way === 'socket') return openSocket(url + query, openers, events)
  const beside = url.replace(/^ws/, 'http')
  if (way === 'stream') {
    return openStream(beside.replace(LIVE_END, '/stream') + query, openers, events)
  }
  return openPolling(beside.replace(LIVE_END, '/availability'), openers, events)
}

function openSocket(url: string, { socket: open }: Openers, events: ChannelEvents): Channel {
  const socket = open(url, [PROTOCOL_BINARY, PROTOCOL_JSON])
  socket.binaryType = 'arraybuffer'
  socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => events.frame(event.data)
  socket.onclose = ({ code }) => events.closed(code)
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
      return true
    },
    close() {
      socket.onmessage = socket.onclose = null
      socket.close()
    },
  }
}

function openStream(url: string, openers: Openers, events: ChannelEvents): Channel {
  const { place } = openers
  if (!place) return followStream(url, openers, events, () => {})
  let stream: Channel | null = null
  let closed = false
  void place(new URL(url).host).then((leave) => {
    if (closed) leave?.()
    else if (leave) stream = followStream(url, openers, events, leave)
    // As if none passed: this page asks instead.
    else events.closed(BROKEN)
  })
  return {
    send: () => false,
    close() {
      closed = true
      stream?.close()
    },
  }
}

function followStream(
  url: string,
  { stream: open }: Openers,
  events: ChannelEvents,
  leave: () => void,
): Channel {
  const stream = open(url)
  const close = () => {
    stream.onmessage = stream.onerror = null
    stream.close()
    leave()
  }
  stream.onmessage = (event: MessageEvent<string>) => events.frame(event.data)
  // It would come back by itself, but when and from where is ours to say.
  stream.onerror = () => {
    close()
    events.closed(BROKEN)
  }
  return { send: () => false, close }
}

/** What `/availability` answers: the whole map, or what changed since. */
interface Reading {
  epoch: string
  version: number
  seats?: number
  layout?: string
  statuses?: string
  from?: number
  changes?: unknown
}

function openPolling(url: string, { fetch: ask }: Openers, events: ChannelEvents): Channel {
  const ending = new AbortController()
  const { signal } = ending
  let timer: ReturnType<typeof setTimeout> | undefined
  let since = ''
  const round = async (): Promise<void> => {
    const code = await read().catch(() => BROKEN)
    if (signal.aborted) return
    if (code === null) timer = setTimeout(() => void round(), POLL_MS)
    else events.closed(code)
  }
  /** Reads once; answers the code it ends with, or null to go on. */
  const read = async (): Promise<number | null> => {
    const headers = { accept: 'application/json' }
    const answer = await ask(url + since, { headers, signal, cache: 'no-cache' })
    const json = answer.headers.get('content-type')?.includes('json') === true
    if (answer.status === 404 && json) return EVENT_GONE
    if (!answer.ok) return BROKEN
    const reading = (await answer.json()) as Reading
    for (const message of messagesOf(reading, url)) if (!signal.aborted) events.frame(message)
    since = `?since=${reading.epoch}.${reading.version}`
    return null
  }
  void round()
  return {
    send: () => false,
    close() {
      ending.abort()
      clearTimeout(timer)
    },
  }
}

/** The messages of a socket that say the same. */
function messagesOf(reading: Reading, url: string): object[] {
  const { epoch, version, seats, layout, statuses, from, changes } = reading
  if (statuses === undefined) return [{ type: 'delta', from, version, changes }]
  const hello = {
    type: 'hello',
    protocol: 1,
    event_id: Number(/events\/(\d+)/.exec(url)?.[1] ?? 0),
    epoch,
    version,
    seats,
    layout,
    mode: 'snapshot',
    heartbeat_secs: POLL_HEARTBEAT_SECS,
  }
  return [hello, { type: 'snapshot', version, statuses }]
}
