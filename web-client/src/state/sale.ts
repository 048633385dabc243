// Whether an event's seats can be had now, by the window its organiser has set.

import type { SeatmapEvent } from '../../sdk/index'

export interface Sale {
  state: 'before' | 'open' | 'after'
  /** When sales begin, or when they ended; null while they go on. */
  at: string | null
  /** When it will be otherwise; null: never. */
  next: string | null
}

/** What is said of it above an empty basket; `gone`: nothing is left. */
export function saleTitle(state: Sale['state'], gone: boolean) {
  if (state !== 'open') return `sale.${state}` as const
  return gone ? 'sale.soldOut' : 'basket.empty'
}

type Times = Pick<SeatmapEvent, 'sales_start' | 'sales_end' | 'start_time'>

/** `now` is the server's time in milliseconds. Sales end with the event's beginning unless told. */
export function saleOf(event: Times, now: number): Sale {
  const { sales_start: from, sales_end: until, start_time } = event
  if (from !== null && now < Date.parse(from)) {
    return { state: 'before', at: from, next: from }
  }
  const end = until ?? start_time
  if (now >= Date.parse(end)) return { state: 'after', at: end, next: null }
  return { state: 'open', at: null, next: end }
}
