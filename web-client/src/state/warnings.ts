// How long before its end one is warned of what lasts a while.

/** What lasts less than three times this is warned of at a third of its time instead. */
const WARN_MS = 60_000
const WARN_SHARE = 1 / 3

/** WCAG 2.2.1 asks for this long at least to answer a warning. */
const WARN_LEAST_MS = 20_000

/** How long before its end, of what lasts so many seconds. */
export const warnMs = (seconds: number): number =>
  Math.min(WARN_MS, Math.max(WARN_LEAST_MS, seconds * 1000 * WARN_SHARE))
