// Reads what is the visitor's own in one event. An answer that was on its way while the visitor
// changed something is out of date, and read again.

import type { Booking, Hold } from './api-types.js'
import type { RestClient } from './rest.js'

/** A visitor who changes something during each read is not worth reading for any longer. */
export const READS_MAX = 5

export interface OwnRead {
  holds: Hold[]
  bookings: Booking[]
}

/** `changes` counts the visitor's own; null when there was one during each of the reads. */
export async function readOwn(
  rest: Pick<RestClient, 'holds' | 'bookings'>,
  event: number,
  changes: () => number,
): Promise<OwnRead | null> {
  for (let left = READS_MAX; left > 0; left -= 1) {
    const before = changes()
    const [holds, bookings] = await Promise.all([rest.holds(event), rest.bookings(event)])
    if (before === changes()) return { holds, bookings }
  }
  return null
}
