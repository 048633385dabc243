// What happens to the seats held for the visitor of an element, and how the page is told of it.

import type { Chart } from '../chart.js'
import { seatDetail } from './describe.js'
import type { RefusalDetail, SeatMapEvents } from './events.js'

/** What a held seat costs, as its hold has fixed it. */
export interface Fixed {
  price: string
}

export interface HeldNews extends Fixed {
  holdId: string
  expiresAt: string
}

export interface BookedNews extends Fixed {
  bookingId: number
  bookingRef: string
}

export interface HoldNews {
  held(seat: number, hold: HeldNews): void
  /** Given back before its end, here or in another window. */
  released(seat: number, was: Fixed): void
  /** A hold that was known ends later now. */
  extended(seat: number, hold: HeldNews): void
  booked(seat: number, booking: BookedNews): void
  expired(seat: number, was: Fixed): void
  refused(seat: number, problem: unknown): void
  /** Something that concerns no seat in particular was refused. */
  failed(problem: unknown): void
}

/** What the page hears by: its events, and the words for a refusal, of a seat by its name. */
export interface Teller {
  tell<Name extends keyof SeatMapEvents>(name: Name, detail: SeatMapEvents[Name]): boolean
  refuse(problem: unknown, seatNo?: string): RefusalDetail
}

/** Tells the news as events of the element. */
export function toldBy({ tell, refuse }: Teller, chart: Chart): HoldNews {
  const detail = (seat: number) => seatDetail(chart, seat)
  return {
    held: (seat, hold) => tell('seatselect', { ...detail(seat), ...hold }),
    released: (seat, was) => tell('seatdeselect', { ...detail(seat), ...was }),
    extended: (seat, hold) => tell('holdextended', { ...detail(seat), ...hold }),
    booked: (seat, booking) => tell('seatbooked', { ...detail(seat), ...booking }),
    expired: (seat, was) => tell('holdexpired', { ...detail(seat), ...was }),
    refused: (seat, problem) => {
      const refusal = refuse(problem, chart.seatNo(seat))
      tell('seatrefused', { ...detail(seat), ...refusal })
    },
    failed: (problem) => tell('failure', refuse(problem)),
  }
}
