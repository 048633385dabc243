// What a live connection is made of, and what it tells.

import type { LiveWay, Openers } from './channels.js'
import type { Hints } from './hints.js'
import type { Delta, Hello, Snapshot } from './protocol/index.js'

export type { LiveWay } from './channels.js'

/**
 * connecting: nothing shown yet; live: following; reconnecting: lost, and what is shown is recent,
 * or nothing has come for too long; stale: nothing heard for two heartbeats, what is shown may be
 * wrong; closed: for good.
 */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'stale' | 'closed'

/**
 * no-answer: nothing was ever heard; no-socket: followed by another way than a WebSocket; lost: the
 * connection broke; silent: nothing was heard for too long; ended: the server or the page ended it.
 */
export type LiveReason = 'no-answer' | 'no-socket' | 'lost' | 'silent' | 'ended'

/** How the connection is, by which way, and why it isn't better. */
export interface LiveStatus {
  state: LiveState
  way: LiveWay
  reason: LiveReason | null
}

export interface LiveHandlers {
  /** Called when anything of the status has changed. */
  state?(state: LiveState, status: LiveStatus): void
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
  /** The ways that may be gone, the best first; all that the browser has by default. */
  ways?: readonly LiveWay[]
  /** Opens what the messages come over; tests put fakes here. */
  openers?: Partial<Openers>
  hints?: Hints
  random?: () => number
}
