// What is the visitor's own in one event: locked seats and bookings. Choosing is shown at once and
// taken back when the server says no. The truth is what /holds and /bookings answer.

import {
  Own,
  Status,
  type Booking,
  type Customer,
  type Hold,
  type RestClient,
  type SeatStore,
  type Table,
  type Wish,
} from '../../sdk/index'
import { readOwn } from '../../sdk/own-reads'
import { TIMER_MAX_MS } from '../../sdk/timer'
import { OtherWindows } from '../../sdk/windows'
import { t } from '../i18n'
import { itemsOf, markOwn, nextEnd, seatsOfBookings, wentOn } from './basket-item'
import type { BasketItem, BasketView } from './basket-item'
import { sayLost, sayRefused } from './basket-words'
import { Observable } from './observable'
import { reasonOf, toast } from './toasts'
import { doneWithin } from './waits'

/** A little late is better than early: asking a moment too soon would find the hold still there. */
const EXPIRY_SLACK_MS = 300
const REFRESH_DELAY_MS = 150

/** How long the server may take to say what became of a hold whose time is up. */
const LAST_WORD_MS = 3_000

/** Says a refusal in better words than a toast's; false when it has none. */
export type Refused = (problem: unknown) => boolean

export class Basket {
  readonly view = new Observable<BasketView>({ items: [], bookings: [], timeUp: [], busy: false })
  private readonly rest: RestClient
  private readonly event: number
  private readonly store: SeatStore
  /** Counts the visitor's own changes: an answer read before one of them is out of date. */
  private changes = 0
  private closed = false
  private expiryTimer: ReturnType<typeof setTimeout> | undefined
  private refreshTimer: ReturnType<typeof setTimeout> | undefined
  private readonly unsubscribe: () => void
  private readonly windows: OtherWindows

  constructor(rest: RestClient, event: number, store: SeatStore) {
    this.rest = rest
    this.event = event
    this.store = store
    this.unsubscribe = store.subscribe((changed) => {
      if (wentOn(store, this.view.get(), changed)) this.refreshSoon()
    })
    this.windows = new OtherWindows(rest.base, event, () => this.refreshSoon())
  }

  close(): void {
    this.closed = true
    clearTimeout(this.expiryTimer)
    clearTimeout(this.refreshTimer)
    this.unsubscribe()
    this.windows.close()
  }

  /** Takes a free seat or gives back one's own; of a table sold whole, all of it. */
  toggle(seat: number): void {
    const { tables, table } = this.store.chart
    const own = this.store.own[seat]
    if (tables[table[seat]]?.whole) void this.toggleTable(tables[table[seat]])
    else if (own === Own.held) void this.unlock(seat)
    else if (own === Own.none && this.store.statuses[seat] === Status.available) {
      void this.lock(seat)
    }
  }

  async lock(seat: number): Promise<void> {
    const seatNo = this.store.chart.seatNo(seat)
    const price = this.store.chart.priceOf(seat)
    const item = { seat, seatNo, price, holdId: null, expiresAt: null, version: 0 }
    this.seen()
    this.put({ ...item, state: 'pending' })
    try {
      const { hold_id: holdId, version, ...lock } = await this.rest.lock(this.event, seatNo)
      const expiresAt = Date.parse(lock.expires_at)
      const fixed = lock.price ?? price
      this.put({ ...item, state: 'held', price: fixed, holdId, expiresAt, version })
      this.windows.tell()
    } catch (problem) {
      this.drop([seat])
      sayRefused(this, this.store, problem, seat)
      this.refreshSoon()
    }
  }

  async unlock(seat: number): Promise<void> {
    const item = this.view.get().items.find((held) => held.seat === seat)
    if (item?.state !== 'held') return
    this.put({ ...item, state: 'releasing' })
    try {
      await this.rest.unlock(this.event, item.seatNo)
      this.drop([seat])
      this.windows.tell()
    } catch (problem) {
      this.put(item)
      toast('bad', reasonOf(problem))
      this.refreshSoon()
    }
  }

  /** Holds what is wished for, all or nothing; `refused` may have better words for a refusal. */
  async take(wish: Wish, refused?: Refused): Promise<number[] | null> {
    let seats: number[] = []
    this.seen()
    const done = await this.busily(async () => {
      const hold = await this.rest.hold(this.event, wish)
      seats = hold.seats.map((seatNo) => this.store.chart.seatOf(seatNo))
      await this.refresh()
    }, refused)
    return done ? seats : null
  }

  /** Gives back several at once; a hold that has nothing else ends as a whole. */
  async giveBack(items: readonly BasketItem[]): Promise<void> {
    const seats = new Set(items.map(({ seat }) => seat))
    const holds = new Set(items.flatMap(({ holdId }) => holdId ?? []))
    for (const item of items) this.put({ ...item, state: 'releasing' })
    await this.busily(async () => {
      for (const hold of holds) {
        const all = this.view.get().items.filter(({ holdId }) => holdId === hold)
        const mine = all.filter(({ seat }) => seats.has(seat))
        if (mine.length === all.length) await this.rest.release(hold)
        else for (const { seatNo } of mine) await this.rest.unlock(this.event, seatNo)
        this.drop(mine.map(({ seat }) => seat))
      }
    })
    const kept = this.view.get().items.filter(({ seat }) => seats.has(seat))
    for (const item of kept) this.put({ ...item, state: 'held' })
  }

  private async toggleTable({ label, first, count }: Table): Promise<void> {
    const seats = Array.from({ length: count }, (_, at) => first + at)
    const held = this.view.get().items.filter(({ seat }) => seats.includes(seat))
    if (held.length > 0) return this.giveBack(held.filter(({ state }) => state === 'held'))
    if (seats.some((seat) => this.store.statuses[seat] !== Status.available)) return
    for (const seat of seats) this.store.setOwn(seat, Own.pending)
    if (await this.take({ tables: [label] })) return
    const asked = seats.filter((seat) => this.store.own[seat] === Own.pending)
    for (const seat of asked) this.store.setOwn(seat, Own.none)
  }

  /** The visitor knows whose time ran out. */
  seen(): void {
    if (this.view.get().timeUp.length > 0) this.view.patch({ timeUp: [] })
  }

  /** Books what is held, for who is named; null when refused. */
  async book(customer?: Customer): Promise<Booking | null> {
    let made: Booking | null = null
    await this.busily(async () => {
      const held = this.view.get().items.filter(({ state }) => state === 'held')
      const booking = await this.rest.book(this.event, held.map(({ seatNo }) => seatNo), customer)
      this.drop(held.map(({ seat }) => seat))
      this.putBooking(booking)
      made = booking
    })
    return made
  }

  /** Asks for more time for every hold in the basket; says so, or why not. */
  async extend(seconds: number): Promise<boolean> {
    return this.busily(async () => {
      const holds = new Set(this.view.get().items.flatMap(({ holdId }) => holdId ?? []))
      const extended = await Promise.all([...holds].map((id) => this.rest.extend(id, seconds)))
      const ends = new Map(extended.map(({ id, expires_at }) => [id, Date.parse(expires_at)]))
      this.changes += 1
      this.view.patch({
        items: this.view.get().items.map((item) => ({
          ...item,
          expiresAt: ends.get(item.holdId ?? '') ?? item.expiresAt,
        })),
      })
      this.planExpiry()
      toast('good', t('toast.extended'))
    })
  }

  /** Reads what is ours from the server, and again if we changed it meanwhile. */
  async refresh(): Promise<void> {
    const own = await readOwn(this.rest, this.event, () => this.changes)
    if (own) this.replace(own.holds, own.bookings)
    else this.refreshSoon()
  }

  refreshSoon(): void {
    clearTimeout(this.refreshTimer)
    if (this.closed) return
    // A failed read changes nothing; the next sign of change asks again.
    this.refreshTimer = setTimeout(() => void this.refresh().catch(() => {}), REFRESH_DELAY_MS)
  }

  private async busily(act: () => Promise<void>, refused?: Refused): Promise<boolean> {
    if (this.view.get().busy) return false
    this.view.patch({ busy: true })
    try {
      await act()
      this.windows.tell()
      return true
    } catch (problem) {
      if (!refused?.(problem)) toast('bad', reasonOf(problem))
      this.refreshSoon()
      return false
    } finally {
      this.view.patch({ busy: false })
    }
  }

  private replace(holds: Hold[], bookings: Booking[]): void {
    const { items } = this.view.get()
    const inFlight = items.filter(({ state }) => state !== 'held')
    const busy = new Set(inFlight.map(({ seat }) => seat))
    const held = holds
      .flatMap((hold) => itemsOf(this.store.chart, hold, this.rest.now()))
      .filter(({ seat }) => !busy.has(seat))
    const kept = new Set([...held.map(({ seat }) => seat), ...busy])
    this.changes += 1
    this.view.patch({ items: [...held, ...inFlight], bookings })
    const booked = seatsOfBookings(this.store.chart, bookings)
    const lost = items.filter(({ seat }) => !kept.has(seat) && !booked.has(seat))
    this.tellLost(lost)
    markOwn(this.store, held, busy, booked)
    this.planExpiry()
  }

  private tellLost(lost: readonly BasketItem[]): void {
    const over = sayLost(this.store.chart, this.rest.now(), lost)
    if (over.length > 0) this.view.patch({ timeUp: [...this.view.get().timeUp, ...over] })
  }

  private put(item: BasketItem): void {
    this.changes += 1
    const { items } = this.view.get()
    const known = items.some(({ seat }) => seat === item.seat)
    this.view.patch({
      items: known ? items.map((old) => (old.seat === item.seat ? item : old)) : [...items, item],
    })
    if (item.state === 'held') this.store.setOwn(item.seat, Own.held, item.price)
    else this.store.setOwn(item.seat, Own.pending)
    this.planExpiry()
  }

  private drop(seats: number[]): void {
    this.changes += 1
    const gone = new Set(seats)
    this.view.patch({ items: this.view.get().items.filter(({ seat }) => !gone.has(seat)) })
    const booked = seatsOfBookings(this.store.chart, this.view.get().bookings)
    for (const seat of seats) this.store.setOwn(seat, booked.has(seat) ? Own.booked : Own.none)
    this.planExpiry()
  }

  private putBooking(booking: Booking): void {
    this.changes += 1
    const others = this.view.get().bookings.filter(({ id }) => id !== booking.id)
    this.view.patch({ bookings: [booking, ...others] })
    for (const seat of seatsOfBookings(this.store.chart, [booking])) {
      this.store.setOwn(seat, Own.booked)
    }
    this.planExpiry()
  }

  private planExpiry(): void {
    clearTimeout(this.expiryTimer)
    const end = nextEnd(this.view.get())
    if (end === null || this.closed) return
    const wait = Math.max(0, end - this.rest.now()) + EXPIRY_SLACK_MS
    this.expiryTimer = setTimeout(() => void this.expire(), Math.min(wait, TIMER_MAX_MS))
  }

  /** Another window may have booked it or got more time, so the server has the last word. */
  private async expire(): Promise<void> {
    const sure = await doneWithin(this.refresh(), LAST_WORD_MS)
    if (!sure && !this.closed) this.dropOver()
  }

  /** Drops what is over by the clock alone. */
  private dropOver(): void {
    const now = this.rest.now()
    const { items } = this.view.get()
    const over = items.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now)
    if (over.length > 0) {
      this.drop(over.map(({ seat }) => seat))
      this.tellLost(over)
    }
    this.refreshSoon()
  }
}
