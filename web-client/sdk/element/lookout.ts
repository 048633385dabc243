// When the element asks the server what is the visitor's own: as a hold ends by what is known of
// it, when something has changed elsewhere, and when a call may have been carried out unheard.

import { isUnsure } from '../problem.js'
import { TIMER_MAX_MS } from '../timer.js'

/** A little late is better than early: a moment too soon the hold would still be there. */
const EXPIRY_SLACK_MS = 300

/** While the server can't be asked, it is asked again after so long. */
export const ASK_AGAIN_MS = 5_000

/** A hold that is over by this clock, and not by the server's, isn't asked for more often. */
export const ASK_EVERY_MS = 1_000

/** What is said in one go is read once. */
const SOON_MS = 150

/** So often is asked in vain, with nothing else held, what became of a call without an answer. */
const DOUBT_READS_MAX = 12

export class Lookout {
  private readonly look: () => void
  private readonly now: () => number
  /** How often to ask yet what became of a call without an answer. */
  private doubts = 0
  private stopped = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private soonTimer: ReturnType<typeof setTimeout> | undefined

  /** `now` by the server's clock, in milliseconds. */
  constructor(look: () => void, now: () => number) {
    this.look = look
    this.now = now
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
    clearTimeout(this.soonTimer)
  }

  soon(): void {
    clearTimeout(this.soonTimer)
    if (!this.stopped) this.soonTimer = setTimeout(this.look, SOON_MS)
  }

  /** A call has failed: things aren't as they were known, or the change was made all the same. */
  after(problem: unknown): void {
    if (isUnsure(problem)) this.doubts = DOUBT_READS_MAX
    this.soon()
  }

  /** It has been read what there is, or could not be. */
  looked(read: 'read' | 'failed'): void {
    this.doubts = read === 'read' ? 0 : Math.max(0, this.doubts - 1)
  }

  /**
   * Looks again when the first hold ends, at once where it isn't known what there is; but not
   * before so long.
   */
  plan(ends: readonly number[], least: number): void {
    clearTimeout(this.timer)
    const now = this.now()
    const due = this.doubts > 0 ? [...ends, now] : ends
    if (this.stopped || due.length === 0) return
    const wait = Math.max(least, Math.min(...due) - now) + EXPIRY_SLACK_MS
    this.timer = setTimeout(this.look, Math.min(wait, TIMER_MAX_MS))
  }
}
