// The server's time, from the Date headers of its answers. Countdowns must run by the clock that
// ends the hold; the visitor's may be minutes off.

/** Date has whole seconds, so the true time lies somewhere in the second it names. */
const DATE_RESOLUTION_MS = 1000

export class ServerClock {
  private low = -Infinity
  private high = Infinity
  private readonly local: () => number

  constructor(local: () => number = Date.now) {
    this.local = local
  }

  /** Takes note of one answer; each narrows the range the offset can lie in. */
  observe(date: string | null, sentAt: number, receivedAt: number): void {
    const server = date === null ? NaN : Date.parse(date)
    if (Number.isNaN(server)) return
    const low = server - receivedAt
    const high = server + DATE_RESOLUTION_MS - sentAt
    const fits = low <= this.high && high >= this.low
    // An answer that contradicts the others means one of the clocks was set: begin again.
    this.low = fits ? Math.max(low, this.low) : low
    this.high = fits ? Math.min(high, this.high) : high
  }

  now(): number {
    const known = Number.isFinite(this.low) && Number.isFinite(this.high)
    return this.local() + (known ? (this.low + this.high) / 2 : 0)
  }
}
