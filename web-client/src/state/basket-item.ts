// What a basket holds, and the few questions one can ask of it without a server.

import {
  Own,
  Status,
  type Booking,
  type Chart,
  type Hold,
  type SeatmapEvent,
  type SeatStore,
} from '../../sdk/index'

/** The seats one may take where the event doesn't say. */
const SEATS_MAX = 10

export interface BasketItem {
  seat: number
  seatNo: string
  /** As it was when the seat was taken: that is charged, whatever the map shows by now. */
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
  /** Seats whose time ran out, by name: told until the visitor has seen it or chooses again. */
  timeUp: readonly string[]
  /** A booking is being made, or holds are being extended. */
  busy: boolean
}

export function itemsOf(chart: Chart, hold: Hold, now: number): BasketItem[] {
  const expiresAt = Date.parse(hold.expires_at)
  // An answer that was on its way while the hold ran out must not bring it back.
  if (expiresAt <= now) return []
  return hold.seats
    .map((seatNo, at) => ({ seatNo, seat: chart.seatOf(seatNo), fixed: hold.prices?.[at] }))
    .filter(({ seat }) => seat >= 0)
    .map(({ seatNo, seat, fixed }) => ({
      seat,
      seatNo,
      // An older server doesn't tell it.
      price: fixed ?? chart.priceOf(seat),
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

/** How many more seats of the event the visitor may take. */
export function seatsLeftFor(event: SeatmapEvent, { items, bookings }: BasketView): number {
  const booked = bookings.filter(isAlive).reduce((sum, { quantity }) => sum + quantity, 0)
  return Math.max(0, (event.max_seats_per_user || SEATS_MAX) - items.length - booked)
}

/** When the first of the holds ends; null while none is known. */
export function earliestEnd(items: readonly BasketItem[]): number | null {
  const ends = items.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]))
  return ends.length > 0 ? Math.min(...ends) : null
}

/** The seats of bookings that still have theirs. */
export function seatsOfBookings(chart: Chart, bookings: readonly Booking[]): Set<number> {
  const seats = bookings.filter(isAlive).flatMap(({ seat_nos }) => seat_nos)
  return new Set(seats.map((seatNo) => chart.seatOf(seatNo)).filter((seat) => seat >= 0))
}

/** Whether seats of the visitor are shown as they can't be by this window's doing. */
export function wentOn(
  store: SeatStore,
  { items, bookings }: BasketView,
  changed: readonly number[],
): boolean {
  const { statuses, own, version } = store
  return changed.some((seat) => {
    if (own[seat] === Own.booked) return wentOnBooked(store, bookings, seat)
    if (own[seat] !== Own.held || statuses[seat] === Status.locked) return false
    const item = items.find((held) => held.seat === seat)
    return item !== undefined && version >= item.version
  })
}

function wentOnBooked(
  { chart, statuses }: SeatStore,
  bookings: readonly Booking[],
  seat: number,
): boolean {
  if (statuses[seat] === Status.available) return true
  const seatNo = chart.seatNo(seat)
  const booking = bookings.find((one) => isAlive(one) && one.seat_nos.includes(seatNo))
  return statuses[seat] === Status.sold && booking?.status === 'pending'
}

/** Marks what is the visitor's by the server's word; `busy` seats are being asked for. */
export function markOwn(
  store: SeatStore,
  held: readonly Pick<BasketItem, 'seat' | 'price'>[],
  busy: ReadonlySet<number>,
  booked: ReadonlySet<number>,
): void {
  const kept = new Set([...held.map(({ seat }) => seat), ...busy, ...booked])
  store.own.forEach((own, seat) => {
    if (own !== Own.none && !kept.has(seat)) store.setOwn(seat, Own.none)
  })
  for (const { seat, price } of held) store.setOwn(seat, Own.held, price)
  for (const seat of booked) store.setOwn(seat, Own.booked)
}

/** When the next hold or unpaid booking ends; null while none does. */
export function nextEnd({ items, bookings }: BasketView): number | null {
  const ends = items.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]))
  for (const { status, expires_at } of bookings) {
    if (status === 'pending' && expires_at) ends.push(Date.parse(expires_at))
  }
  return ends.length > 0 ? Math.min(...ends) : null
}

/** What stands on one line of the basket: a seat, a table sold whole, or places of an area. */
export interface BasketLine {
  kind: 'seat' | 'table' | 'places'
  /** The same as long as the line is. */
  key: string
  items: BasketItem[]
}

/** Puts items together that were chosen as one: tables sold whole, and places of an area. */
export function linesOf(chart: Chart, items: readonly BasketItem[]): BasketLine[] {
  const lines = new Map<string, BasketLine>()
  for (const item of items) {
    const line = lineOf(chart, item.seat)
    const known = lines.get(line.key)
    if (known) known.items.push(item)
    else lines.set(line.key, { ...line, items: [item] })
  }
  return [...lines.values()]
}

function lineOf(chart: Chart, seat: number): Omit<BasketLine, 'items'> {
  const table = chart.table[seat]
  if (chart.tables[table]?.whole) return { kind: 'table', key: `table-${table}` }
  const area = chart.area[seat]
  if (chart.areas[area]) return { kind: 'places', key: `area-${area}` }
  return { kind: 'seat', key: `seat-${seat}` }
}
