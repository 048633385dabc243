// Loading a map anew because the live connection speaks of another layout than the map was loaded
// with. Of several nodes one may hear of new prices some seconds after the others, so the next
// answer may still be the old one: the first time it is loaded at once, then after growing pauses,
// and not for ever.

import { Backoff, type BackoffLimits } from './backoff.js'

/** In a row: half a minute or so, after which a server will hardly agree with itself any more. */
export const RELOADS_MAX = 10

const BACKOFF: BackoffLimits = { first_ms: 1_000, max_ms: 8_000 }

export class Reloads {
  private readonly load: () => void
  private readonly backoff: Backoff
  private count = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(load: () => void, random?: () => number) {
    this.load = load
    this.backoff = new Backoff(BACKOFF, random)
  }

  /** Plans the next; false when there have been enough. */
  plan(): boolean {
    if (this.count === RELOADS_MAX) return false
    this.count += 1
    this.stop()
    if (this.count === 1) this.load()
    else this.timer = setTimeout(this.load, this.backoff.next())
    return true
  }

  /** A map fits what the connection speaks of, or somebody wants it tried from the start. */
  reset(): void {
    this.count = 0
    this.backoff.reset()
  }

  /** The planned one is not wanted any more. */
  stop(): void {
    clearTimeout(this.timer)
  }
}
