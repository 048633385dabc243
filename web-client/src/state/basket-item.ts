// What a basket holds, and the few questions one can ask of it without a server.

import type { Booking, Chart, Hold } from '../../sdk/index'

export interface BasketItem {
  seat: number
  seatNo: string
  price: string
  /** pending: asked for; held: ours; releasing: being given back. */
  state: 'pending' | 'held' | 'releasing'
  /** The hold it belongs to; unknown while pending. */
  holdId: string | null
  /** By the server's clock, in milliseconds; unknown while pending. */
  expiresAt: number | null
  /** The version at which the lock is visible; older news of the seat says nothing about it. */
  version: number
}

export interface BasketView {
  items: BasketItem[]
  bookings: Booking[]
  /** A booking is being made, or holds are being extended. */
  busy: boolean
}

export function itemsOf(chart: Chart, hold: Hold, now: number): BasketItem[] {
  const expiresAt = Date.parse(hold.expires_at)
  // An answer that was on its way while the hold ran out must not bring it back.
  if (expiresAt <= now) return []
  return hold.seats
    .map((seatNo) => ({ seatNo, seat: chart.seatOf(seatNo) }))
    .filter(({ seat }) => seat >= 0)
    .map(({ seatNo, seat }) => ({
      seat,
      seatNo,
      price: chart.priceOf(seat),
      state: 'held',
      holdId: hold.id,
      expiresAt,
      version: hold.version,
    }))
}

/** Whether a booking still has its seats. */
export function isAlive({ status }: Booking): boolean {
  return status === 'pending' || status === 'confirmed'
}

/** When the first of the holds ends; null while none is known. */
export function earliestEnd(items: readonly BasketItem[]): number | null {
  const ends = items.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]))
  return ends.length > 0 ? Math.min(...ends) : null
}
