// How a hold that is gone came to its end: its time ran out, or it was given back before.

/** A hold that vanishes this close to its end has run out, whichever clock was first. */
const SOON_MS = 2_000

/** Both in milliseconds, `now` by the server's clock. */
export const hasRunOut = (expiresAt: number, now: number): boolean => expiresAt - now < SOON_MS
