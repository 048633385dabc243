// The live connection of one event: opens a channel, follows the client rule, and comes back by
// itself after every loss, another way if need be. It hands out what is to be applied and knows
// nothing of seats or pages.

import { Backoff, type BackoffLimits } from './backoff.js'
import { browserOpeners, openChannel, waysOf, type Channel, type Openers } from './channels.js'
import { browserHints } from './hints.js'
import type { LiveOptions, LiveState, LiveStatus } from './live-types.js'
import { Follower, type Position } from './position.js'
import {
  decodeFrame,
  encodeClientMessage,
  type ClientMessage,
  type Delta,
  type Frame,
  type Hello,
  type ServerMessage,
} from './protocol/index.js'
import { Standing } from './standing.js'
import { SocketProbe, Ways } from './ways.js'

export * from './live-types.js'

const BACKOFF: BackoffLimits = { first_ms: 500, max_ms: 20_000 }

/** A connection that lived this long was a good one: the next loss starts from the short wait. */
const STABLE_MS = 30_000

/** A channel that has not said hello by then is given up, … */
const HELLO_TIMEOUT_MS = 10_000

/** … sooner where nothing is known yet of the way, and there are others. */
const FIRST_HELLO_TIMEOUT_MS = 5_000

const SILENT_HEARTBEATS = 2

/** The server asks for at most hours; anything longer is a mistake and would strand the page. */
const RETRY_AFTER_MAX_MS = 3_600_000

/** From 4500 on the server says: coming back would not help. */
const isFinal = (code: number): boolean => code >= 4500 && code <= 4999

export class LiveConnection {
  private readonly options: LiveOptions
  private readonly openers: Openers
  private readonly follower = new Follower()
  private readonly backoff: Backoff
  private readonly ways: Ways
  private readonly probe: SocketProbe
  private channel: Channel | null = null
  /** Whether the present channel has said hello. */
  private greeted = false
  private readonly standing: Standing
  private heartbeatMs = HELLO_TIMEOUT_MS / SILENT_HEARTBEATS
  private resyncing = false
  private lastHeard = 0
  private retryAfterMs: number | null = null
  private offline = false
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private silenceTimer: ReturnType<typeof setTimeout> | undefined
  private stableTimer: ReturnType<typeof setTimeout> | undefined
  private unhint: (() => void) | undefined

  constructor(options: LiveOptions) {
    this.options = options
    this.openers = { ...browserOpeners, ...options.openers }
    this.backoff = new Backoff(BACKOFF, options.random)
    this.ways = new Ways(options.ways ?? waysOf(options.url, options.openers ?? {}))
    this.probe = new SocketProbe((said, ended) => {
      const events = { frame: said, closed: ended }
      const channel = openChannel('socket', options.url, this.since, this.openers, events)
      return () => channel.close()
    })
    const { handlers } = options
    this.standing = new Standing(this.ways, this.follower, (status) =>
      handlers.state?.(status.state, status),
    )
  }

  get state(): LiveState {
    return this.standing.status.state
  }

  get status(): LiveStatus {
    return this.standing.status
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
    this.standing.begin()
    this.connect()
  }

  stop(): void {
    this.unhint?.()
    clearTimeout(this.retryTimer)
    this.retryTimer = undefined
    this.drop()
    this.standing.become('closed')
  }

  /** Tries again at once: while it waits, and after it was closed. */
  retry(): void {
    if (this.state === 'closed') {
      this.standing.reopen()
      this.start()
    } else if (this.retryTimer !== undefined) this.connect()
  }

  /** False where nothing can be said, as on a stream. */
  send(message: ClientMessage): boolean {
    return this.channel?.send(encodeClientMessage(message)) ?? false
  }

  private get since(): string | null {
    const { position } = this.follower
    return position && `${position.epoch}.${position.version}`
  }

  private connect(): void {
    clearTimeout(this.retryTimer)
    this.retryTimer = undefined
    this.retryAfterMs = null
    this.resyncing = false
    this.greeted = false
    const { present: way, doubtful } = this.ways
    this.watchSilence(doubtful ? FIRST_HELLO_TIMEOUT_MS : HELLO_TIMEOUT_MS)
    try {
      // A channel that was left may still deliver; only the one held now is listened to.
      const channel: Channel = openChannel(way, this.options.url, this.since, this.openers, {
        frame: (frame) => this.channel === channel && this.receive(frame),
        closed: (code) => this.channel === channel && this.closed(code),
      })
      this.channel = channel
    } catch {
      // Browsers refuse some addresses, such as plain sockets from pages over TLS.
      this.lose('ended')
    }
  }

  private receive(frame: Frame): void {
    this.lastHeard = Date.now()
    this.standing.heard()
    this.watchSilence(this.heartbeatMs * SILENT_HEARTBEATS)
    let message: ServerMessage | null
    try {
      message = decodeFrame(frame)
    } catch {
      // What follows an unreadable frame can't be trusted; a new connection can.
      this.lose('ended')
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
        this.standing.become('live')
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
    this.greeted = true
    this.ways.worked()
    if (this.ways.fallen) this.probe.start(() => this.rise())
    this.heartbeatMs = Math.max(1, message.heartbeat_secs) * 1000
    this.watchSilence(this.heartbeatMs * SILENT_HEARTBEATS)
    clearTimeout(this.stableTimer)
    this.stableTimer = setTimeout(() => this.backoff.reset(), STABLE_MS)
    this.follower.hello(message)
    // The answer is a heartbeat: it tells the viewers now instead of at the next beat.
    this.send({ type: 'ping' })
    void this.sayWho()
    this.options.handlers.hello?.(message)
    if (this.follower.position) this.standing.become('live')
    // A resume of a history we don't have brings no snapshot by itself: ask for one.
    else if (message.mode === 'resume') this.resync()
  }

  /** A map can be watched without a name, so one that can't be had is done without. */
  private async sayWho(): Promise<void> {
    const { channel } = this
    const token = await this.options.token?.().catch(() => undefined)
    if (token !== undefined && this.channel === channel) this.send({ type: 'auth', token })
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
    if (this.send({ type: 'resync' })) return
    // Where nothing can be asked, who comes back without a position is shown everything.
    this.follower.forget()
    this.lose(null)
  }

  private closed(code: number): void {
    if (isFinal(code)) this.stop()
    else this.lose('ended')
  }

  /** Sockets pass again: goes over to one, with what it has missed. */
  private rise(): void {
    this.ways.rise()
    this.drop()
    this.connect()
  }

  /** Leaves the present channel and plans the next one; `blame` is what speaks against the way. */
  private lose(blame: 'ended' | 'silent' | null): void {
    const heardNothing = !this.greeted && blame !== null && !this.offline
    this.drop()
    const another = heardNothing && this.ways.failed(blame === 'silent')
    this.standing.lost(Date.now() - this.lastHeard, this.heartbeatMs * SILENT_HEARTBEATS)
    // Another way needs no wait: it is not known to be crowded or closed.
    const wait = this.retryAfterMs ?? (another ? 0 : this.backoff.next())
    this.retryTimer = setTimeout(() => this.connect(), wait)
  }

  private drop(): void {
    clearTimeout(this.silenceTimer)
    clearTimeout(this.stableTimer)
    this.probe.stop()
    const { channel } = this
    this.channel = null
    channel?.close()
  }

  private watchSilence(ms: number): void {
    clearTimeout(this.silenceTimer)
    this.silenceTimer = setTimeout(() => this.lose('silent'), ms)
  }

  /** The network is back or the page is looked at: waiting any longer helps nobody. */
  private hint(): void {
    this.offline = false
    if (this.state === 'closed') return
    if (this.retryTimer !== undefined) {
      // A time the server named spreads a crowd; a glance at the page is no reason to jump it.
      if (this.retryAfterMs === null) this.connect()
      return
    }
    // Timers sleep in hidden pages, so a dead socket may be noticed only now.
    if (Date.now() - this.lastHeard > this.heartbeatMs * SILENT_HEARTBEATS) {
      this.lose(null)
      this.connect()
    }
  }

  /** The socket may not notice for minutes; the browser knows already. */
  private networkGone(): void {
    this.offline = true
    if (this.state !== 'closed' && this.retryTimer === undefined) this.lose(null)
  }
}
