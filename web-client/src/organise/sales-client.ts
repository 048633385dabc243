// The organiser's calls that look on: sales as they stand and over time, the change log, and the
// map as it was.

import type { Counts, List } from '../../sdk/index'
import { transport } from './access'

export interface Amounts {
  counts: Counts
  /** What was paid for the seats that are sold, and what is due for those reserved. */
  sold_amount: string
  reserved_amount: string
}

export interface Sales extends Amounts {
  event_id: number
  version: number
  at: string
  currency: string
  bookings: { pending: number; confirmed: number; cancelled: number; expired: number }
  /** How many seats' visitors are in. */
  checked_in: number
  categories: (Amounts & { key: string; label: string; color: string; price: string })[]
  sections: (Amounts & { label: string; floor: string })[]
}

export interface SalesBucket {
  start: string
  /** The event's when the bucket ends. */
  version: number
  locked: number
  released: number
  reserved: number
  sold: number
  cancelled: number
  sold_amount: string
  cancelled_amount: string
}

export interface Timeline {
  epoch: string
  version: number
  /** Before it the event had another chart. */
  chart_version: number
  currency: string
  from: string
  to: string
  bucket_seconds: number
  buckets: SalesBucket[]
}

/** One step of one seat, from the change log. */
export interface Change {
  version: number
  seat_no: string
  seat_index: number
  from: string
  to: string
  cause: string
  actor: number | null
  reason: string | null
  booking_id: number | null
  at: string
}

/** What changed with a version: seats and the letters of their statuses. */
export interface HistoryFrame {
  version: number
  at: string
  changes: [number, string][]
}

export interface HistoryPage {
  epoch: string
  seats: number
  from: number
  /** The last frame's version, and the event's. */
  version: number
  current: number
  frames: HistoryFrame[]
}

export interface PastMap {
  epoch: string
  seats: number
  version: number
  at: string | null
  /** One letter per seat. */
  statuses: string
}

const get = <Answer>(path: string): Promise<Answer> =>
  transport.call<Answer>({ method: 'GET', path })

export const readSales = (event: number): Promise<Sales> => get(`/events/${event}/sales`)

/** Which part of an event's time, and in how many buckets at most. */
export interface Stretch {
  /** From the first change, unless given. */
  from?: Date
  /** Until now, unless given. */
  to?: Date
  buckets: number
}

export function readTimeline(
  event: number,
  { from, to, buckets }: Stretch,
): Promise<Timeline> {
  const query = new URLSearchParams({ buckets: String(buckets) })
  if (from) query.set('from', from.toISOString())
  if (to) query.set('to', to.toISOString())
  return get(`/events/${event}/sales/timeline?${query}`)
}

/** The last changes of an event, newest first. */
export async function lastChanges(event: number, count: number): Promise<Change[]> {
  const path = `/events/${event}/changes?order=newest&limit=${count}`
  return (await get<List<Change>>(path)).items
}

/** What the seats of a booking did, oldest first, from the given place on. */
export function changesOf(
  { event_id, id }: { event_id: number; id: number },
  offset: number,
  count: number,
): Promise<List<Change>> {
  return get(`/events/${event_id}/changes?booking_id=${id}&limit=${count}&offset=${offset}`)
}

export const readHistory = (event: number, since: number, limit: number): Promise<HistoryPage> =>
  get(`/events/${event}/history?since=${since}&limit=${limit}`)

export const readPastMap = (event: number, version: number): Promise<PastMap> =>
  get(`/events/${event}/history/${version}`)
