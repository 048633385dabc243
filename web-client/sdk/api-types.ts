// What the REST interface answers, as this client uses it. Fields it has no use for are left out;
// the server may always send more.

import type { StatusName } from './protocol/index.js'

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
  /** What the event thinks of holds that leave a single free seat. */
  orphan_rule: OrphanRuleName
  /** Who may cancel bookings that are paid. */
  cancel_confirmed: CancelRuleName
}

/** Buyers and organisers, organisers alone, or nobody. */
export type CancelRuleName = 'owner' | 'organiser' | 'never'

export type OrphanRuleName = 'off' | 'prefer' | 'strict'

/** What seats have to be like that the server chooses. */
export interface BestAvailable {
  quantity: number
  /** A category's key. */
  category?: string
  /** A section's label. */
  section?: string
  /** A decimal string: no seat may cost more. */
  max_price?: string
  /** How many of them have to be spaces for wheelchairs. */
  accessible?: number
}

/** What to hold, all or nothing: one of these. */
export type Wish =
  | { seats: string[] }
  | { tables: string[] }
  | { areas: { area: string; quantity: number }[] }
  | { best_available: BestAvailable }

export type HoldStatus = 'active' | 'released' | 'expired' | 'booked'

export interface Hold {
  id: string
  event_id: number
  seats: string[]
  /** What each of the seats costs, as it was when the hold was taken; older servers don't tell. */
  prices?: string[]
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
  /** As it was when the seat was taken; older servers don't tell. */
  price?: string
  expires_at: string
  version: number
}

export interface Unlock {
  seat_no: string
  status: StatusName
  version: number
}

export type BookingStatus = 'pending' | 'confirmed' | 'cancelled' | 'expired'

/** A seat whose visitor is in, and since when. */
export interface CheckedIn {
  seat_no: string
  at: string
}

/** Who a booking is for; what is left out stays unknown. */
export interface Customer {
  name?: string
  email?: string
  phone?: string
}

export interface Booking {
  id: number
  booking_ref: string
  user_id: number
  event_id: number
  seat_nos: string[]
  quantity: number
  total_amount: string
  currency: string
  status: BookingStatus
  payment_reference: string | null
  customer: { name: string | null; email: string | null; phone: string | null }
  /** Empty while nobody has come. */
  checked_in: CheckedIn[]
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
  /** The storeys, lowest first; without it sections come in that order. */
  floors?: string[]
  sections: { label: string; outline?: Point[]; floor?: string }[]
  rows: { section: number; label: string; prefix: string; first: number; count: number }[]
  /** Seats, ascending, with an aisle before them within their row. */
  breaks?: number[]
  tables?: TableJson[]
  areas?: AreaJson[]
  shapes?: { kind: string; label?: string; outline: Point[] }[]
  texts?: { text: string; at: Point; size: number; rotation: number }[]
  /** A picture below everything: its upper left corner and its size in centimetres. */
  background?: { url: string; at: Point; width: number; height: number } | null
  x: number[]
  y: number[]
  category: number[]
  number: string[]
  flags?: number[]
}

export interface TableJson {
  label: string
  first: number
  count: number
  /** Seat by seat, or all together or not at all. */
  sale: 'seat' | 'whole'
  outline?: Point[]
}

export interface AreaJson {
  label: string
  first: number
  count: number
  /** How many people it admits; never more than its places. */
  capacity?: number
  outline?: Point[]
}
