// What a page hears from the element.

export interface SeatDetail {
  seatNo: string
  seatIndex: number
  section: string
  row: string
  number: string
  category: string
  price: string
  currency: string
}

export interface SeatSelectDetail extends SeatDetail {
  holdId: string
  expiresAt: string
}

/** The events of the element by name, with what their `detail` is. */
export interface SeatMapEvents {
  ready: { seats: number }
  seatselect: SeatSelectDetail
  seatdeselect: SeatDetail
  seatrefused: SeatDetail & { code: string; reason: string }
  /** A hold has been given more time. */
  holdextended: SeatSelectDetail
  holdexpired: SeatDetail
  /** A seat that was held is booked now. */
  seatbooked: SeatDetail & { bookingId: number; bookingRef: string }
  statuschange: { changes: { seatNo: string; status: string }[]; version: number }
  connectionchange: { state: string; viewers: number | null }
  failure: { reason: string }
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
