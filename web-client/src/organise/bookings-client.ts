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

const queryOf = ({ ref, email, status }: Search): URLSearchParams =>
  new URLSearchParams(Object.entries({ ref, email, status }).filter(isGiven))

const isGiven = (entry: [string, string | undefined]): entry is [string, string] =>
  Boolean(entry[1])

/** Newest first. */
export function findBookings(
  event: number,
  search: Search,
  offset = 0,
): Promise<List<Booking>> {
  const query = queryOf(search)
  if (query.toString() === '') query.set('all', 'true')
  query.set('event_id', String(event))
  query.set('limit', String(BOOKINGS_PAGE))
  if (offset > 0) query.set('offset', String(offset))
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

/** The bookings found as a table; fetched, because a plain link would not say who asks. */
export function foundCsv(event: number, search: Search): Promise<Blob> {
  const path = `/events/${event}/bookings.csv?${queryOf(search)}`
  return transport.call<Blob>({ method: 'GET', path, accept: 'text/csv' })
}
