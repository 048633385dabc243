// How a connection stands, as those hear who show it: from what happens to it, and from how long
// nothing does.

import type { LiveReason, LiveState, LiveStatus } from './live-types.js'
import type { Follower } from './position.js'
import type { Ways } from './ways.js'

/** Who has heard nothing for so long is told that something is wrong. */
const CONNECTING_MAX_MS = 10_000

export class Standing {
  private readonly ways: Ways
  private readonly follower: Follower
  private readonly tell: (status: LiveStatus) => void
  private current: LiveStatus
  private firstTimer: ReturnType<typeof setTimeout> | undefined
  private staleTimer: ReturnType<typeof setTimeout> | undefined

  constructor(ways: Ways, follower: Follower, tell: (status: LiveStatus) => void) {
    this.ways = ways
    this.follower = follower
    this.tell = tell
    this.current = { state: 'connecting', way: ways.present, reason: null }
  }

  get status(): LiveStatus {
    return this.current
  }

  /** The first channel is about to be opened. */
  begin(): void {
    if (this.current.state !== 'connecting') return
    this.firstTimer = setTimeout(() => this.become('reconnecting'), CONNECTING_MAX_MS)
  }

  /** Something was heard. */
  heard(): void {
    clearTimeout(this.staleTimer)
  }

  /** The channel is gone; what is shown gets out of date after so long a silence. */
  lost(silentMs: number, staleAfterMs: number): void {
    const { state } = this.current
    if (state === 'connecting') return
    if (silentMs >= staleAfterMs) this.goStale()
    else {
      if (state !== 'stale') this.become('reconnecting')
      clearTimeout(this.staleTimer)
      this.staleTimer = setTimeout(() => this.goStale(), staleAfterMs - silentMs)
    }
  }

  /** It was closed, and somebody wants it back. */
  reopen(): void {
    this.current = { ...this.current, state: 'connecting' }
    this.become('reconnecting')
  }

  become(state: LiveState): void {
    const { current } = this
    // Closed is for good, even when a handler closes amid a message.
    if (current.state === 'closed') return
    clearTimeout(this.firstTimer)
    if (state !== 'reconnecting') clearTimeout(this.staleTimer)
    // What is tried in between is no news.
    const way = state === 'live' ? this.ways.present : current.way
    const reason = this.reasonOf(state)
    if (current.state === state && current.way === way && current.reason === reason) return
    this.current = { state, way, reason }
    this.tell(this.current)
  }

  /** Where nothing is shown, nothing is out of date. */
  private goStale(): void {
    this.become(this.follower.position ? 'stale' : 'reconnecting')
  }

  private reasonOf(state: LiveState): LiveReason | null {
    switch (state) {
      case 'live':
        return this.ways.fallen ? 'no-socket' : null
      case 'reconnecting':
        return this.follower.position ? 'lost' : 'no-answer'
      case 'stale':
        return 'silent'
      case 'closed':
        return 'ended'
      default:
        return null
    }
  }
}
