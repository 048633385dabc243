// What a page hears from the element.

import type { LiveReason, LiveState, LiveWay } from '../live-types.js'
import type { StatusName } from '../protocol/index.js'
import type { FlagName } from './words.js'

export interface SeatDetail {
  seatNo: string
  seatIndex: number
  section: string
  /** Of seats at a table, the table's label. */
  row: string
  number: string
  /** Empty where the seat is at none. */
  table: string
  /** Empty where the house has one storey only. */
  floor: string
  category: string
  /** While it is held, as its hold has fixed it: the map may show newer prices. */
  price: string
  currency: string
  /** What else it is, such as `restrictedView` or `wheelchair`. */
  flags: FlagName[]
}

export interface SeatSelectDetail extends SeatDetail {
  holdId: string
  expiresAt: string
}

/** Why something was refused: in the element's language, and as the server says it. */
export interface RefusalDetail {
  /** The server's code; empty when the server has said nothing. */
  code: string
  reason: string
  detail: string
}

export interface ConnectionDetail {
  state: LiveState
  /** By WebSocket, by Server-Sent Events, or by asking every few seconds. */
  way: LiveWay
  /** Why it isn't better than it is. */
  reason: LiveReason | null
  viewers: number | null
}

/** The events of the element by name, with what their `detail` is. */
export interface SeatMapEvents {
  ready: { seats: number }
  seatselect: SeatSelectDetail
  seatdeselect: SeatDetail
  seatrefused: SeatDetail & RefusalDetail
  /** A hold has been given more time. */
  holdextended: SeatSelectDetail
  holdexpired: SeatDetail
  /** A seat that was held is booked now. */
  seatbooked: SeatDetail & { bookingId: number; bookingRef: string }
  statuschange: { changes: { seatNo: string; status: StatusName }[]; version: number }
  connectionchange: ConnectionDetail
  /** How many look at the map; `connectionchange` tells only the number known then. */
  viewerschange: { viewers: number }
  failure: RefusalDetail
  /** An area was chosen; one place is taken unless this is cancelled. */
  areaselect: AreaDetail
}

export interface AreaDetail {
  area: string
  left: number
  category: string
  price: string
  currency: string
}
