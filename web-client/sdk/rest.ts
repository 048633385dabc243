// The REST interface as typed calls. Each returns what the contract names, or throws a Problem.

import type {
  Booking,
  Customer,
  Hold,
  List,
  Lock,
  SeatmapEvent,
  SeatmapJson,
  Unlock,
  Wish,
} from './api-types.js'
import { decodeEvent } from './event.js'
import { Transport, type TransportOptions } from './transport.js'

/** The most a list call may ask for. */
const LIST_LIMIT_MAX = 1000

/** How many pages of events are read at most: what is shown of more is no list to look through. */
const EVENT_PAGES_MAX = 5

export class RestClient {
  private readonly transport: Transport

  constructor(options: TransportOptions = {}) {
    this.transport = new Transport(options)
  }

  /** Where calls go: a path beside the page, or the whole address of another server. */
  get base(): string {
    return this.transport.base
  }

  /** The server's time in milliseconds, for countdowns. */
  now(): number {
    return this.transport.clock.now()
  }

  /** The visitor's token, a new one where there is none that is still good. */
  token(): Promise<string> {
    return this.transport.token()
  }

  /**
   * All events in the order they were made in, up to 5,000: of more the first thousand and the last
   * ones, so that what was made just now is there. `total` says how many there are.
   */
  async events(): Promise<List<SeatmapEvent>> {
    const { items, total } = await this.eventsFrom(0)
    const more = EVENT_PAGES_MAX - 1
    let from = Math.max(LIST_LIMIT_MAX, total - more * LIST_LIMIT_MAX)
    for (let left = more; left > 0 && from < total; left -= 1) {
      items.push(...(await this.eventsFrom(from)).items)
      from += LIST_LIMIT_MAX
    }
    return { items, total }
  }

  async event(id: number): Promise<SeatmapEvent> {
    return decodeEvent(await this.get(`/events/${id}`))
  }

  /** The geometry of a layout never changes, so the browser may keep it for good. */
  seatmap(id: number, layout: string): Promise<SeatmapJson> {
    return this.transport.call({
      method: 'GET',
      path: `/events/${id}/seatmap?layout=${encodeURIComponent(layout)}`,
      cache: 'default',
    })
  }

  lock(id: number, seatNo: string): Promise<Lock> {
    return this.post(`/events/${id}/seats/${encodeURIComponent(seatNo)}/lock`)
  }

  unlock(id: number, seatNo: string): Promise<Unlock> {
    return this.post(`/events/${id}/seats/${encodeURIComponent(seatNo)}/unlock`)
  }

  /** Asks for more time for a hold; the server may grant less. */
  extend(hold: string, seconds: number): Promise<Hold> {
    const path = `/holds/${encodeURIComponent(hold)}`
    return this.transport.call({ method: 'PATCH', path, body: { extend_seconds: seconds } })
  }

  /** Holds several seats, places, tables, or the best there are: all or nothing. */
  hold(id: number, wish: Wish): Promise<Hold> {
    return this.post(`/events/${id}/holds`, wish)
  }

  /** Gives back everything a hold still has. */
  release(hold: string): Promise<void> {
    return this.transport.call({ method: 'DELETE', path: `/holds/${encodeURIComponent(hold)}` })
  }

  /** The caller's active holds; a visitor without a session has none. */
  async holds(id: number): Promise<Hold[]> {
    if (!this.transport.hasSession) return []
    const list = await this.own<List<Hold>>(`/holds?${ownOf(id)}`)
    return list.items.filter((hold) => hold.status === 'active')
  }

  /** The caller's bookings; a visitor without a session has none. */
  async bookings(id: number): Promise<Booking[]> {
    if (!this.transport.hasSession) return []
    const list = await this.own<List<Booking>>(`/bookings?${ownOf(id)}`)
    return list.items
  }

  booking(id: number): Promise<Booking> {
    return this.own(`/bookings/${id}`)
  }

  /** Books seats held for the caller; `customer` is who an organiser finds the booking by. */
  book(id: number, seats: string[], customer?: Customer): Promise<Booking> {
    return this.post('/bookings', { event_id: id, seats, customer })
  }

  confirm(booking: number, paymentReference: string): Promise<Booking> {
    return this.post(`/bookings/${booking}/confirm`, { payment_reference: paymentReference })
  }

  cancel(booking: number): Promise<Booking> {
    return this.post(`/bookings/${booking}/cancel`)
  }

  private async eventsFrom(offset: number): Promise<List<SeatmapEvent>> {
    const path = `/events?limit=${LIST_LIMIT_MAX}&offset=${offset}`
    const list = await this.get<List<unknown>>(path)
    return { items: list.items.map(decodeEvent), total: list.total }
  }

  private get<Answer>(path: string): Promise<Answer> {
    return this.transport.call<Answer>({ method: 'GET', path })
  }

  /** Reads what is the visitor's own. */
  private own<Answer>(path: string): Promise<Answer> {
    return this.transport.call<Answer>({ method: 'GET', path, own: true })
  }

  private post<Answer>(path: string, body?: unknown): Promise<Answer> {
    return this.transport.call<Answer>({ method: 'POST', path, body })
  }
}

/** The query for what is the caller's own; unless asked so, organisers are told everybody's. */
function ownOf(event: number): string {
  return `event_id=${event}&all=false&limit=${LIST_LIMIT_MAX}`
}
