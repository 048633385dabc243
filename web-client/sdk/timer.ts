// Timers of the browser.

/** The longest delay one can take; it fires at once beyond. */
export const TIMER_MAX_MS = 2 ** 31 - 1
