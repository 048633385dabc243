// The visitor's bookings over all events. The server lists them by event, so the browser remembers
// in which events it has booked; what became of the bookings is the server's to say.

import type { Booking, RestClient, SeatmapEvent } from '../../sdk/index'
import { keep, kept } from '../kept'
import { isAlive } from './basket-item'

export interface OwnBooking {
  booking: Booking
  event: SeatmapEvent
}

const STORAGE_KEY = 'seatmap.booked'

/** Events that are remembered and asked about: those booked in last. */
const EVENTS_MAX = 20

export function rememberBooked(event: number): void {
  const others = bookedIn().filter((known) => known !== event)
  if (bookedIn()[0] === event) return
  keep(STORAGE_KEY, JSON.stringify([event, ...others].slice(0, EVENTS_MAX)))
}

/** The events booked in, the last first. */
export function bookedIn(): number[] {
  try {
    const value: unknown = JSON.parse(kept(STORAGE_KEY) ?? '[]')
    if (!Array.isArray(value)) return []
    return value.filter((event) => Number.isSafeInteger(event)).slice(0, EVENTS_MAX)
  } catch {
    // What can't be read was never remembered.
    return []
  }
}

/** Bookings that still have their seats, of events that are not over, the next first. */
export async function ownBookings(
  rest: Pick<RestClient, 'bookings' | 'now'>,
  events: readonly SeatmapEvent[],
): Promise<OwnBooking[]> {
  const known = new Set(bookedIn())
  const coming = events.filter(({ id, end_time: end }) => {
    return known.has(id) && Date.parse(end) > rest.now()
  })
  const found = await Promise.all(
    coming.map(async (event) => {
      const bookings = await rest.bookings(event.id)
      return bookings.filter(isAlive).map((booking) => ({ booking, event }))
    }),
  )
  return found.flat().sort((a, b) => a.event.start_time.localeCompare(b.event.start_time))
}
