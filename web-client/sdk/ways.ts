// Which way a connection goes: the best that works here. Proxies that pass no WebSocket, or hold a
// stream back, are met by the next way; the best is looked for again from time to time.

import type { LiveWay } from './channels.js'

/** So often a socket may end without a hello, where none has ever said one, … */
const UNPROVEN_TRIES = 2

/** … and where one has: then it is the server that is away, not the way that is closed. */
const PROVEN_TRIES = 6

/** While another way is gone, sockets are tried again after so long, then seldomer. */
const AGAIN_MS = 60_000
const AGAIN_MAX_MS = 900_000

export class Ways {
  private readonly ways: readonly LiveWay[]
  private at = 0
  private failures = 0
  private proven = false

  constructor(ways: readonly LiveWay[]) {
    this.ways = ways
  }

  get present(): LiveWay {
    return this.ways[this.at]
  }

  /** Whether there is another to be tried when this one stays silent. */
  get doubtful(): boolean {
    return !this.proven && this.ways.length > 1
  }

  /** The present way has said hello. */
  worked(): void {
    this.failures = 0
    if (this.at === 0) this.proven = true
  }

  /**
   * The present way has ended without a hello, or, silent, said nothing in time. Answers whether
   * the next is another that has not been tried since the best.
   */
  failed(silent: boolean): boolean {
    this.failures += 1
    const tries = this.at > 0 || (silent && !this.proven) ? 1 : this.tries
    if (this.failures < tries) return false
    this.failures = 0
    this.at = (this.at + 1) % this.ways.length
    return this.at > 0
  }

  /** Whether another way than a socket is gone for want of one. */
  get fallen(): boolean {
    return this.at > 0 && this.ways[0] === 'socket'
  }

  /** The best works again. */
  rise(): void {
    this.at = 0
    this.failures = 0
  }

  private get tries(): number {
    return this.proven ? PROVEN_TRIES : UNPROVEN_TRIES
  }
}

/** Looks from time to time whether sockets pass after all, beside the way that is gone. */
export class SocketProbe {
  private readonly open: (said: () => void, ended: () => void) => () => void
  private wait = AGAIN_MS
  private timer: ReturnType<typeof setTimeout> | undefined
  private leave: (() => void) | null = null

  /** `open` opens a socket, calls back when it says something or ends, and answers how to leave. */
  constructor(open: (said: () => void, ended: () => void) => () => void) {
    this.open = open
  }

  /** Looks again later, until one passes; then calls back. */
  start(passed: () => void): void {
    this.stop()
    this.timer = setTimeout(() => {
      const again = () => {
        this.wait = Math.min(AGAIN_MAX_MS, this.wait * 2)
        this.start(passed)
      }
      // One that says nothing until the next is as good as ended.
      this.timer = setTimeout(again, this.wait)
      const said = () => {
        this.stop()
        this.wait = AGAIN_MS
        passed()
      }
      try {
        this.leave = this.open(said, again)
      } catch {
        again()
      }
    }, this.wait)
  }

  stop(): void {
    clearTimeout(this.timer)
    this.leave?.()
    this.leave = null
  }
}
