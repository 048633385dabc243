// The changing side of a map: one byte of status and one byte of "mine" per seat, with the counts
// kept beside them. Listeners get the indices that changed; there is no object per seat anywhere.

import { NONE, type Chart } from './chart.js'
import { compareMoney } from './money.js'
import { STATUS_COUNT, Status } from './protocol/index.js'

/** What a seat is to this visitor. Known from REST only: the socket never says who holds what. */
export const Own = { none: 0, pending: 1, held: 2, booked: 3 } as const

export type Own = (typeof Own)[keyof typeof Own]

export interface PriceRange {
  low: string
  high: string
}

/** Whether statuses have changed, or what is the visitor's own. */
export type SeatChange = 'status' | 'own'

export type SeatListener = (changed: readonly number[], what: SeatChange) => void

export class SeatStore {
  readonly chart: Chart
  readonly statuses: Uint8Array
  readonly own: Uint8Array
  private shown = 0
  private heard = false
  private readonly byCategory: Int32Array
  private readonly bySection: Int32Array
  private readonly byArea: Int32Array
  /** Available seats by section and category. */
  private readonly left: Int32Array
  private readonly byPrice: number[]
  /** Prices that holds have fixed, of seats that are the visitor's. */
  private readonly fixed = new Map<number, string>()
  private readonly listeners = new Set<SeatListener>()

  constructor(chart: Chart) {
    this.chart = chart
    this.statuses = new Uint8Array(chart.seats).fill(Status.blocked)
    this.own = new Uint8Array(chart.seats)
    this.byCategory = new Int32Array(chart.categories.length * STATUS_COUNT)
    this.bySection = new Int32Array(chart.sections.length * STATUS_COUNT)
    this.byArea = new Int32Array(chart.areas.length * STATUS_COUNT)
    this.left = new Int32Array(chart.sections.length * chart.categories.length)
    this.byPrice = chart.categories.map((_, at) => at)
    this.byPrice.sort((a, b) => compareMoney(chart.categories[a].price, chart.categories[b].price))
    for (let seat = 0; seat < chart.seats; seat += 1) this.count(seat, Status.blocked, 1)
  }

  /** Whether a snapshot has come; before that nothing is known of any seat. */
  get ready(): boolean {
    return this.heard
  }

  /** The version the statuses are those of; 0 before the first change too. */
  get version(): number {
    return this.shown
  }

  applySnapshot(version: number, statuses: Uint8Array): void {
    if (statuses.length !== this.statuses.length) {
      throw new RangeError(`snapshot has ${statuses.length} seats, chart ${this.statuses.length}`)
    }
    const changed: number[] = []
    for (let seat = 0; seat < statuses.length; seat += 1) {
      if (this.set(seat, statuses[seat])) changed.push(seat)
    }
    this.shown = version
    const first = !this.heard
    this.heard = true
    // That something is known now is news in itself, in a house where nothing is for sale too.
    if (first || changed.length > 0) this.tell(changed, 'status')
  }

  applyDelta(version: number, seats: Uint32Array, statuses: Uint8Array): void {
    const changed: number[] = []
    for (let at = 0; at < seats.length; at += 1) {
      if (seats[at] >= this.statuses.length) throw new RangeError(`no seat ${seats[at]}`)
      if (this.set(seats[at], statuses[at])) changed.push(seats[at])
    }
    this.shown = version
    if (changed.length > 0) this.tell(changed, 'status')
  }

  /** `price` is what its hold has fixed: it stands as long as the seat is the visitor's. */
  setOwn(seat: number, own: Own, price?: string): void {
    const before = this.priceOf(seat)
    if (own === Own.none) this.fixed.delete(seat)
    else if (price !== undefined) this.fixed.set(seat, price)
    if (this.own[seat] === own && this.priceOf(seat) === before) return
    this.own[seat] = own
    this.tell([seat], 'own')
  }

  /** What a seat costs this visitor: as its hold has fixed it, else by the chart, maybe newer. */
  priceOf(seat: number): string {
    return this.fixed.get(seat) ?? this.chart.priceOf(seat)
  }

  countOf(category: number, status: Status): number {
    return this.byCategory[category * STATUS_COUNT + status]
  }

  sectionCountOf(section: number, status: Status): number {
    return this.bySection[section * STATUS_COUNT + status]
  }

  areaCountOf(area: number, status: Status): number {
    return this.byArea[area * STATUS_COUNT + status]
  }

  /** How many more people an area admits, whatever places it has. */
  placesLeft(area: number): number {
    const { count, capacity } = this.chart.areas[area]
    const free = this.areaCountOf(area, Status.available)
    return Math.max(0, Math.min(free, capacity - (count - free)))
  }

  /** The lowest price at which the section still has a seat; null when it has none left. */
  cheapestOf(section: number): string | null {
    return this.pricesOf(section)?.low ?? null
  }

  /** The lowest and the highest price at which the section still has seats; null without any. */
  pricesOf(section: number): PriceRange | null {
    const { categories } = this.chart
    const has = (category: number) => this.left[section * categories.length + category] > 0
    const [low, high] = [this.byPrice.find(has), this.byPrice.findLast(has)]
    if (low === undefined || high === undefined) return null
    return { low: categories[low].price, high: categories[high].price }
  }

  /** Those of the seats that can be taken one by one: free, and at no table sold whole. */
  takeable(seats: readonly number[]): number[] {
    const { tables, table } = this.chart
    return seats.filter((seat) => {
      const free = this.statuses[seat] === Status.available && this.own[seat] === Own.none
      return free && !tables[table[seat]]?.whole
    })
  }

  /** Adds a listener; the answer takes it away again. */
  subscribe(listener: SeatListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private set(seat: number, status: number): boolean {
    const before = this.statuses[seat]
    if (before === status) return false
    this.statuses[seat] = status
    this.count(seat, before, -1)
    this.count(seat, status, 1)
    return true
  }

  private count(seat: number, status: number, by: number): void {
    const { category, section, area } = this.chart
    this.byCategory[category[seat] * STATUS_COUNT + status] += by
    if (section[seat] !== NONE) {
      this.bySection[section[seat] * STATUS_COUNT + status] += by
      if (status === Status.available) {
        this.left[section[seat] * this.chart.categories.length + category[seat]] += by
      }
    }
    if (area[seat] !== NONE) this.byArea[area[seat] * STATUS_COUNT + status] += by
  }

  private tell(changed: readonly number[], what: SeatChange): void {
    for (const listener of this.listeners) listener(changed, what)
  }
}
