// How long to wait before trying again: full jitter under a ceiling that doubles. Full, because a
// restarted server meets all its clients at once and only randomness spreads them.

export interface BackoffLimits {
  first_ms: number
  max_ms: number
}

export class Backoff {
  private failures = 0
  private readonly limits: BackoffLimits
  private readonly random: () => number

  constructor(limits: BackoffLimits, random: () => number = Math.random) {
    this.limits = limits
    this.random = random
  }

  /** The next wait in milliseconds; each call without a reset raises the ceiling. */
  next(): number {
    const ceiling = Math.min(this.limits.max_ms, this.limits.first_ms * 2 ** this.failures)
    this.failures += 1
    return this.random() * ceiling
  }

  reset(): void {
    this.failures = 0
  }
}
