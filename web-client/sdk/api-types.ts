// What the REST interface answers, as this client uses it. Fields it has no use for are left out;
// the server may always send more.

import type { StatusName } from './protocol'

export type Counts = Record<StatusName, number>

export interface SeatmapEvent {
  id: number
  name: string
  description: string
  venue: string
  start_time: string
  end_time: string
  sales_start: string | null
  sales_end: string | null
  total_tickets: number
  available_tickets: number
  counts: Counts
  /** Every price of the event, as decimal strings, cheapest first. */
  prices: string[]
  currency: string
  lock_seconds: number
  booking_seconds: number
  max_seats_per_user: number
  layout: string
}

export type HoldStatus = 'active' | 'released' | 'expired' | 'booked'

export interface Hold {
  id: string
  event_id: number
  seats: string[]
  price_total: string
  currency: string
  status: HoldStatus
  expires_at: string
  version: number
}

export interface Lock {
  hold_id: string
  seat_no: string
  status: StatusName
  expires_at: string
  version: number
}

export interface Unlock {
  seat_no: string
  status: StatusName
  version: number
}

export type BookingStatus = 'pending' | 'confirmed' | 'cancelled' | 'expired'

export interface Booking {
  id: number
  booking_ref: string
  event_id: number
  seat_nos: string[]
  quantity: number
  total_amount: string
  currency: string
  status: BookingStatus
  payment_reference: string | null
  created_at: string
  expires_at: string | null
  version: number
}

export interface Session {
  token: string
  user_id: number
  expires_at: string
}

export interface List<Item> {
  items: Item[]
  total: number
}

export type Point = [number, number]

/** The static geometry as served: columns in seat_index order, coordinates in centimetres. */
export interface SeatmapJson {
  layout: string
  currency?: string
  categories: { key: string; label: string; color?: string; price: string }[]
  sections: { label: string; outline?: Point[]; floor?: unknown }[]
  rows: { section: number; label: string; prefix: string; first: number; count: number }[]
  areas?: AreaJson[]
  shapes?: { kind: string; label?: string; outline: Point[] }[]
  x: number[]
  y: number[]
  category: number[]
  number: string[]
  flags?: number[]
}

export interface AreaJson {
  label: string
  first: number
  count: number
  capacity?: number
}
