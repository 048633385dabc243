// The live connection of one event: opens the socket, follows the client rule, and comes back by
// itself after every loss. It hands out what is to be applied and knows nothing of seats or pages.

import { Backoff, type BackoffLimits } from './backoff'
import { browserHints, type Hints } from './hints'
import { Follower, type Position } from './position'
import {
  decodeBinary,
  decodeText,
  encodeClientMessage,
  PROTOCOL_BINARY,
  PROTOCOL_JSON,
  type ClientMessage,
  type Delta,
  type Hello,
  type ServerMessage,
  type Snapshot,
} from './protocol'

/**
 * connecting: nothing shown yet; live: following; reconnecting: lost, and what is shown is recent;
 * stale: nothing heard for two heartbeats, what is shown may be wrong; closed: for good.
 */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'stale' | 'closed'

export interface LiveHandlers {
  state?(state: LiveState): void
  hello?(message: Hello): void
  snapshot?(message: Snapshot): void
  delta?(message: Delta): void
  viewers?(viewers: number): void
}

export interface LiveOptions {
  /** The address of the live endpoint, ws: or wss:, without `since`. */
  url: string
  handlers: LiveHandlers
  /** Says who is watching, on every new socket: a token that is good then. Without, nobody. */
  token?: (() => Promise<string>) | null
  /** Opens a socket; tests put a fake here. */
  open?: (url: string, protocols: string[]) => WebSocket
  hints?: Hints
  random?: () => number
}

const BACKOFF: BackoffLimits = { first_ms: 500, max_ms: 20_000 }

/** A connection that lived this long was a good one: the next loss starts from the short wait. */
const STABLE_MS = 30_000

/** A socket that has not said hello by then is given up. */
const HELLO_TIMEOUT_MS = 10_000

const SILENT_HEARTBEATS = 2

/** The server asks for at most hours; anything longer is a mistake and would strand the page. */
const RETRY_AFTER_MAX_MS = 3_600_000

/** From 4500 on the server says: coming back would not help. */
const isFinal = (code: number): boolean => code >= 4500 && code <= 4999

export class LiveConnection {
  private readonly options: LiveOptions
  private readonly follower = new Follower()
  private readonly backoff: Backoff
  private socket: WebSocket | null = null
  private current: LiveState = 'connecting'
  private heartbeatMs = HELLO_TIMEOUT_MS / SILENT_HEARTBEATS
  private resyncing = false
  private lastHeard = 0
  private retryAfterMs: number | null = null
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private silenceTimer: ReturnType<typeof setTimeout> | undefined
  private staleTimer: ReturnType<typeof setTimeout> | undefined
  private stableTimer: ReturnType<typeof setTimeout> | undefined
  private unhint: (() => void) | undefined

  constructor(options: LiveOptions) {
    this.options = options
    this.backoff = new Backoff(BACKOFF, options.random)
  }

  get state(): LiveState {
    return this.current
  }

  get position(): Position | null {
    return this.follower.position
  }

  start(): void {
    this.unhint = (this.options.hints ?? browserHints)(
      () => this.hint(),
      () => this.networkGone(),
    )
    this.lastHeard = Date.now()
    this.connect()
  }

  stop(): void {
    this.unhint?.()
    clearTimeout(this.retryTimer)
    clearTimeout(this.staleTimer)
    this.drop()
    this.become('closed')
  }

  send(message: ClientMessage): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(encodeClientMessage(message))
  }

  private connect(): void {
    clearTimeout(this.retryTimer)
    this.retryTimer = undefined
    this.retryAfterMs = null
    this.resyncing = false
    const open = this.options.open ?? ((url, protocols) => new WebSocket(url, protocols))
    const socket = open(this.address(), [PROTOCOL_BINARY, PROTOCOL_JSON])
    socket.binaryType = 'arraybuffer'
    this.socket = socket
    // A socket that was dropped may still deliver; only the one held now is listened to.
    const mine = (act: () => void) => {
      if (this.socket === socket) act()
    }
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) =>
      mine(() => this.receive(event.data))
    socket.onclose = (event) => mine(() => this.closed(event.code))
    this.watchSilence(HELLO_TIMEOUT_MS)
  }

  private address(): string {
    const position = this.follower.position
    if (!position) return this.options.url
    return `${this.options.url}?since=${position.epoch}.${position.version}`
  }

  private receive(data: string | ArrayBuffer): void {
    this.lastHeard = Date.now()
    clearTimeout(this.staleTimer)
    this.watchSilence(this.heartbeatMs * SILENT_HEARTBEATS)
    let message: ServerMessage | null
    try {
      message = typeof data === 'string' ? decodeText(data) : decodeBinary(new Uint8Array(data))
    } catch {
      // What follows an unreadable frame can't be trusted; a new connection can.
      this.lose()
      return
    }
    if (message) this.handle(message)
  }

  private handle(message: ServerMessage): void {
    const { handlers } = this.options
    switch (message.type) {
      case 'hello':
        this.hello(message)
        break
      case 'snapshot':
        this.resyncing = false
        this.follower.snapshot(message)
        handlers.snapshot?.(message)
        this.become('live')
        break
      case 'delta':
        this.delta(message)
        break
      case 'heartbeat':
        handlers.viewers?.(message.viewers)
        break
      case 'bye':
        this.retryAfterMs = Math.min(message.retry_after_ms, RETRY_AFTER_MAX_MS)
        break
      case 'error':
        break
    }
  }

  private hello(message: Hello): void {
    this.heartbeatMs = Math.max(1, message.heartbeat_secs) * 1000
    this.watchSilence(this.heartbeatMs * SILENT_HEARTBEATS)
    clearTimeout(this.stableTimer)
    this.stableTimer = setTimeout(() => this.backoff.reset(), STABLE_MS)
    this.follower.hello(message)
    // The answer is a heartbeat: it tells the viewers now instead of at the next beat.
    this.send({ type: 'ping' })
    void this.sayWho()
    this.options.handlers.hello?.(message)
    if (this.follower.position) this.become('live')
    // A resume of a history we don't have brings no snapshot by itself: ask for one.
    else if (message.mode === 'resume') this.resync()
  }

  /** A map can be watched without a name, so one that can't be had is done without. */
  private async sayWho(): Promise<void> {
    const { socket } = this
    const token = await this.options.token?.().catch(() => undefined)
    if (token !== undefined && this.socket === socket) this.send({ type: 'auth', token })
  }

  private delta(message: Delta): void {
    const verdict = this.follower.delta(message)
    if (verdict === 'apply') this.options.handlers.delta?.(message)
    else if (verdict === 'resync') this.resync()
  }

  /** One request is enough until its snapshot comes: the server merges the others anyway. */
  private resync(): void {
    if (this.resyncing) return
    this.resyncing = true
    this.send({ type: 'resync' })
  }

  private closed(code: number): void {
    if (isFinal(code)) {
      this.stop()
      return
    }
    this.lose()
  }

  /** Leaves the present socket and plans the next one. */
  private lose(): void {
    this.drop()
    const silentMs = Date.now() - this.lastHeard
    const staleAfterMs = this.heartbeatMs * SILENT_HEARTBEATS
    if (this.follower.position) {
      if (silentMs >= staleAfterMs) this.become('stale')
      else {
        if (this.current !== 'stale') this.become('reconnecting')
        clearTimeout(this.staleTimer)
        this.staleTimer = setTimeout(() => this.become('stale'), staleAfterMs - silentMs)
      }
    }
    this.retryTimer = setTimeout(() => this.connect(), this.retryAfterMs ?? this.backoff.next())
  }

  private drop(): void {
    clearTimeout(this.silenceTimer)
    clearTimeout(this.stableTimer)
    const socket = this.socket
    this.socket = null
    socket?.close()
  }

  private watchSilence(ms: number): void {
    clearTimeout(this.silenceTimer)
    this.silenceTimer = setTimeout(() => this.lose(), ms)
  }

  /** The network is back or the page is looked at: waiting any longer helps nobody. */
  private hint(): void {
    if (this.current === 'closed') return
    if (this.retryTimer !== undefined) {
      // A time the server named spreads a crowd; a glance at the page is no reason to jump it.
      if (this.retryAfterMs === null) this.connect()
      return
    }
    // Timers sleep in hidden pages, so a dead socket may be noticed only now.
    if (Date.now() - this.lastHeard > this.heartbeatMs * SILENT_HEARTBEATS) {
      this.lose()
      this.connect()
    }
  }

  /** The socket may not notice for minutes; the browser knows already. */
  private networkGone(): void {
    if (this.current !== 'closed' && this.retryTimer === undefined) this.lose()
  }

  private become(state: LiveState): void {
    // Closed is for good, even when a handler closes amid a message.
    if (this.current === state || this.current === 'closed') return
    this.current = state
    this.options.handlers.state?.(state)
  }
}
