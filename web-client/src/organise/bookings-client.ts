// The organiser's calls about bookings: found, let in, taken back, called off, exported.

import type { Booking, BookingStatus, List } from '../../sdk/index'
import { transport } from './access'

export interface Search {
  ref?: string
  email?: string
  status?: BookingStatus
}

/** One step at the door. */
export interface CheckInStep {
  booking_id: number
  booking_ref: string
  seat_no: string
  seat_index: number
  action: 'in' | 'out'
  actor: number | null
  at: string
}

/** How many bookings are shown at first and with each "more". */
export const BOOKINGS_PAGE = 50

const get = <Answer>(path: string): Promise<Answer> =>
  transport.call<Answer>({ method: 'GET', path })

/** Newest first. */
export function findBookings(
  event: number,
  { ref, email, status }: Search,
  offset = 0,
): Promise<List<Booking>> {
  const query = new URLSearchParams({ event_id: String(event), limit: String(BOOKINGS_PAGE) })
  if (offset > 0) query.set('offset', String(offset))
  if (ref) query.set('ref', ref)
  if (email) query.set('email', email)
  if (status) query.set('status', status)
  if (!ref && !email && !status) query.set('all', 'true')
  return get(`/bookings?${query}`)
}

/** The event's booking of this reference; null when the event has none. */
export async function bookingOf(event: number, ref: string): Promise<Booking | null> {
  return (await findBookings(event, { ref })).items.at(0) ?? null
}

/** Lets these seats' visitors in, all or none; all of the booking's unless some are named. */
export const checkIn = (booking: number, seats?: readonly string[]): Promise<Booking> =>
  transport.call({ method: 'POST', path: `/bookings/${booking}/check-in`, body: { seats } })

/** Takes check-ins back, all or none. */
export const checkOut = (booking: number, seats?: readonly string[]): Promise<Booking> =>
  transport.call({ method: 'DELETE', path: `/bookings/${booking}/check-in`, body: { seats } })

/** The steps at the door of one booking, the last first. */
export const checkInsOf = (
  { id, event_id: event }: Booking,
  offset: number,
  limit: number,
): Promise<List<CheckInStep>> =>
  get(`/events/${event}/check-ins?booking_id=${id}&limit=${limit}&offset=${offset}`)

export const lastCheckIns = (event: number, count: number): Promise<List<CheckInStep>> =>
  get(`/events/${event}/check-ins?limit=${count}`)

export const cancelBooking = (booking: number, reason: string): Promise<Booking> => {
  const body = reason ? { reason } : {}
  return transport.call({ method: 'POST', path: `/bookings/${booking}/cancel`, body })
}

/** Bookings of one search at most; one address has far fewer in one event. */
const SEARCHED_MAX = 10_000

/** The bookings found as a table; fetched, because a plain link would not say who asks. */
export async function foundCsv(event: number, search: Search): Promise<Blob> {
  const { status } = search
  const all = await transport.call<Blob>({
    method: 'GET',
    path: `/events/${event}/bookings.csv${status ? `?status=${status}` : ''}`,
    accept: 'text/csv',
  })
  if (!search.ref && !search.email) return all
  // The server's table is by status alone.
  const lines = linesOf(await all.text(), await refsOf(event, search))
  return new Blob(lines, { type: 'text/csv' })
}

async function refsOf(event: number, search: Search): Promise<Set<string>> {
  const refs: string[] = []
  while (refs.length < SEARCHED_MAX) {
    const { items, total } = await findBookings(event, search, refs.length)
    refs.push(...items.map(({ booking_ref: ref }) => ref))
    if (items.length === 0 || refs.length >= total) break
  }
  return new Set(refs)
}

/** A record ends with the line, unless that is within quotes. */
const RECORD = /(?:"(?:[^"]|"")*"|[^"\r\n])+\r?\n?/g

/** The table's head and the lines of these references, which stand second. */
export function linesOf(csv: string, refs: ReadonlySet<string>): string[] {
  const [head = '', ...records] = csv.match(RECORD) ?? []
  return [head, ...records.filter((record) => refs.has(record.split(',', 2)[1]))]
}
