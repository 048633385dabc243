// What happened to one booking: its steps in the change log and at the door, as one story.

import type { Booking, List } from '../../sdk/index'
import { checkInsOf, type CheckInStep } from './bookings-client'
import { changesOf, type Change } from './sales-client'

/** As much of a log as the server gives at once. */
const PAGE = 1_000

/** How many steps are read of one booking, of its seats and at the door. */
const STEPS_MAX = 20_000

/** One step of a booking: of its seats in the change log, or at the door. */
export interface BookingStep {
  at: string
  what: 'booked' | 'sold' | 'cancelled' | 'expired' | 'in' | 'out'
  seats: string[]
  actor: number | null
  reason: string | null
}

const WHAT: Record<string, BookingStep['what']> = {
  reserved: 'booked',
  sold: 'sold',
  available: 'cancelled',
}

/** What happened to a booking, oldest first, as far as the logs are read. */
export async function historyOf(booking: Booking): Promise<BookingStep[]> {
  const [changes, door] = await Promise.all([
    readAll<Change>((offset) => changesOf(booking, offset, PAGE)),
    readAll<CheckInStep>((offset) => checkInsOf(booking, offset, PAGE)),
  ])
  return stepsOf(booking, changes, door)
}

async function readAll<Item>(read: (offset: number) => Promise<List<Item>>): Promise<Item[]> {
  const all: Item[] = []
  while (all.length < STEPS_MAX) {
    const { items, total } = await read(all.length)
    all.push(...items)
    if (items.length === 0 || all.length >= total) break
  }
  return all
}

/** Puts together what the same request did to several seats. */
export function stepsOf(
  booking: Booking,
  changes: readonly Change[],
  door: readonly CheckInStep[],
): BookingStep[] {
  const made = { what: 'booked' as const, seats: booking.seat_nos, actor: booking.user_id }
  const steps = new Map<string, BookingStep>()
  const put = (key: string, seat: string, step: Omit<BookingStep, 'seats'>) => {
    const known = steps.get(key)
    if (!known) steps.set(key, { ...step, seats: [seat] })
    else if (!known.seats.includes(seat)) known.seats.push(seat)
  }
  for (const { at, to, seat_no, actor, reason, cause, version } of changes) {
    const what = to === 'available' && /expir/.test(cause) ? 'expired' : WHAT[to]
    if (what) put(`${version}-${what}`, seat_no, { at, what, actor, reason })
  }
  for (const { at, action, seat_no, actor } of door) {
    put(`${at}-${action}`, seat_no, { at, what: action, actor, reason: null })
  }
  const found = [...steps.values()].sort((a, b) => a.at.localeCompare(b.at))
  const known = found.some(({ what }) => what === 'booked')
  return known ? found : [{ ...made, at: booking.created_at, reason: null }, ...found]
}
