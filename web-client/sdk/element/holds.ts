// The seats held for the visitor of an element: locked and given back one by one, found again after
// a reload, booked, and let go when their time is over. The truth is what the server answers: a
// hold may have been extended or booked by the page itself.

import type { Booking, Customer, Hold, Wish } from '../api-types.js'
import type { Table } from '../chart.js'
import { hasRunOut } from '../hold-end.js'
import { readOwn } from '../own-reads.js'
import { isUnsure } from '../problem.js'
import { Status } from '../protocol/index.js'
import type { RestClient } from '../rest.js'
import { Own, type SeatStore } from '../seat-store.js'
import { OtherWindows } from '../windows.js'
import { ASK_AGAIN_MS, ASK_EVERY_MS, Lookout } from './lookout.js'
import type { HoldNews } from './news.js'

/** By a server that tells it. */
interface Priced {
  price?: string
}

interface Held {
  holdId: string
  expiresAt: number
  version: number
  /** As it was when the seat was taken. */
  price: string
}

export class ElementHolds {
  private readonly rest: RestClient
  private readonly event: number
  private readonly store: SeatStore
  private readonly news: HoldNews
  private readonly held = new Map<number, Held>()
  /** Seats of the visitor's bookings, and the version each was booked at. */
  private readonly booked = new Map<number, number>()
  /** Counts the visitor's own changes: an answer read before one of them is out of date. */
  private changes = 0
  private readonly lookout: Lookout
  private readonly windows: OtherWindows
  private closed = false

  constructor(rest: RestClient, event: number, store: SeatStore, news: HoldNews) {
    this.rest = rest
    this.event = event
    this.store = store
    this.news = news
    this.lookout = new Lookout(() => void this.refresh(), () => rest.now())
    this.windows = new OtherWindows(rest.base, event, () => this.refreshSoon())
  }

  close(): void {
    this.closed = true
    this.lookout.stop()
    this.windows.close()
  }

  get seatNos(): string[] {
    return [...this.held.keys()].map((seat) => this.store.chart.seatNo(seat))
  }

  async toggle(seat: number): Promise<void> {
    const own = this.store.own[seat]
    const { tables, table } = this.store.chart
    const whole = tables[table[seat]]
    if (whole?.whole) await this.toggleTable(whole, own)
    else if (own === Own.held) await this.unlock(seat)
    else if (own === Own.none && this.store.statuses[seat] === Status.available) {
      await this.lock(seat)
    }
  }

  async lock(seat: number): Promise<void> {
    this.store.setOwn(seat, Own.pending)
    try {
      const lock = await this.rest.lock(this.event, this.store.chart.seatNo(seat))
      this.keep(seat, { ...lock, id: lock.hold_id })
      this.windows.tell()
    } catch (problem) {
      this.store.setOwn(seat, Own.none)
      if (isUnsure(problem)) this.lookout.after(problem)
      if (!this.closed) this.news.refused(seat, problem)
    }
  }

  /** Holds what is wished for, all or nothing. */
  async take(wish: Wish): Promise<void> {
    const named = 'seats' in wish ? wish.seats.map((name) => this.store.chart.seatOf(name)) : []
    const asked = named.filter((seat) => seat >= 0 && this.store.own[seat] === Own.none)
    for (const seat of asked) this.store.setOwn(seat, Own.pending)
    try {
      const hold = await this.rest.hold(this.event, wish)
      this.keepAll(hold)
      this.windows.tell()
    } catch (problem) {
      for (const seat of asked) this.store.setOwn(seat, Own.none)
      if (isUnsure(problem)) this.lookout.after(problem)
      if (!this.closed) this.news.failed(problem)
    }
  }

  /** A table sold whole is taken and given back as one. */
  private async toggleTable({ label, first, count }: Table, own: number): Promise<void> {
    const holdId = this.held.get(first)?.holdId
    if (own === Own.none) await this.take({ tables: [label] })
    if (own !== Own.held || holdId === undefined) return
    const seats = Array.from({ length: count }, (_, at) => first + at)
    for (const seat of seats) this.store.setOwn(seat, Own.pending)
    try {
      await this.rest.release(holdId)
      for (const seat of seats) this.giveUp(seat)
      this.windows.tell()
    } catch (problem) {
      for (const seat of seats) this.store.setOwn(seat, Own.held)
      this.lookout.after(problem)
      if (!this.closed) this.news.failed(problem)
    }
  }

  async unlock(seat: number): Promise<void> {
    if (!this.held.has(seat)) return
    this.store.setOwn(seat, Own.pending)
    try {
      await this.rest.unlock(this.event, this.store.chart.seatNo(seat))
      this.giveUp(seat)
      this.windows.tell()
    } catch (problem) {
      this.store.setOwn(seat, Own.held)
      this.lookout.after(problem)
      if (!this.closed) this.news.refused(seat, problem)
    }
  }

  /** Asks for more time for all that is held; the server may grant less. */
  async extend(seconds: number): Promise<void> {
    const ids = new Set([...this.held.values()].map(({ holdId }) => holdId))
    try {
      const holds = await Promise.all([...ids].map((id) => this.rest.extend(id, seconds)))
      for (const hold of holds) this.keepAll(hold)
      this.windows.tell()
    } catch (problem) {
      this.lookout.after(problem)
      if (!this.closed) this.news.failed(problem)
    }
  }

  /** Books all that is held; throws what the server says against it. */
  async book(customer?: Customer): Promise<Booking> {
    try {
      const booking = await this.rest.book(this.event, this.seatNos, customer)
      this.keepBooking(booking)
      this.windows.tell()
      return booking
    } catch (problem) {
      this.lookout.after(problem)
      throw problem
    }
  }

  /** Reads what is the visitor's own: of an earlier visit, another tab, or the page itself. */
  async refresh(): Promise<void> {
    try {
      const own = await readOwn(this.rest, this.event, () => this.changes)
      if (this.closed) return
      if (own) {
        this.lookout.looked('read')
        this.replace(own.holds, own.bookings)
        return
      }
    } catch {
      // The map works without; the next sign of change asks again.
      this.lookout.looked('failed')
    }
    this.plan(ASK_AGAIN_MS)
  }

  /** The same in a moment, for signs of change that come together. */
  refreshSoon(): void {
    this.lookout.soon()
  }

  private replace(holds: Hold[], bookings: Booking[]): void {
    const alive = bookings.filter(isAlive)
    const mine = new Set(alive.flatMap(({ seat_nos }) => seat_nos))
    for (const seat of [...this.booked.keys()]) {
      if (!mine.has(this.store.chart.seatNo(seat))) this.forget(seat)
    }
    for (const booking of alive) this.keepBooking(booking)
    for (const hold of holds) this.keepAll(hold)
    const still = new Set(holds.flatMap(({ seats }) => seats))
    for (const [seat, held] of [...this.held]) {
      if (this.store.own[seat] !== Own.held || still.has(this.store.chart.seatNo(seat))) continue
      this.lose(seat, held)
    }
    this.plan(ASK_EVERY_MS)
  }

  /** What is held among these seats may have been booked, or ended, somewhere else. */
  noticeChange(changed: readonly number[]): void {
    let booked = false
    for (const seat of changed) {
      const free = this.store.statuses[seat] === Status.available
      if (free && this.store.version >= (this.booked.get(seat) ?? Infinity)) this.forget(seat)
      const held = this.held.get(seat)
      // News from before the lock says nothing about it.
      if (!held || this.store.own[seat] !== Own.held || this.store.version < held.version) continue
      if (free) this.lose(seat, held)
      else if (this.store.statuses[seat] !== Status.locked) booked = true
    }
    if (booked) void this.refresh()
  }

  private keepAll(hold: Hold): void {
    hold.seats.forEach((seatNo, at) => {
      const seat = this.store.chart.seatOf(seatNo)
      if (seat >= 0) this.keep(seat, { ...hold, price: hold.prices?.[at] })
    })
  }

  private keep(seat: number, hold: Pick<Hold, 'id' | 'expires_at' | 'version'> & Priced): void {
    if (this.closed) return
    const { id: holdId, expires_at: expiresAt, version } = hold
    const before = this.held.get(seat)
    const until = Date.parse(expiresAt)
    const price = hold.price ?? this.store.chart.priceOf(seat)
    // One that is being given back stays so until the server has answered.
    if (before && this.store.own[seat] === Own.pending) return
    this.changes += 1
    this.held.set(seat, { holdId, expiresAt: until, version, price })
    this.store.setOwn(seat, Own.held, price)
    this.plan()
    if (before?.holdId !== holdId) this.news.held(seat, { holdId, expiresAt, price })
    else if (before.expiresAt !== until) this.news.extended(seat, { holdId, expiresAt, price })
  }

  private keepBooking({ id, booking_ref, seat_nos, version }: Booking): void {
    if (this.closed) return
    for (const seatNo of seat_nos) {
      const seat = this.store.chart.seatOf(seatNo)
      if (seat < 0) continue
      const held = this.held.get(seat)
      if (held) this.drop(seat)
      this.booked.set(seat, version)
      this.store.setOwn(seat, Own.booked, held?.price)
      const told = { bookingId: id, bookingRef: booking_ref }
      if (held) this.news.booked(seat, { ...told, price: held.price })
    }
  }

  /** A booked seat is the visitor's no longer. */
  private forget(seat: number): void {
    this.booked.delete(seat)
    if (this.store.own[seat] === Own.booked) this.store.setOwn(seat, Own.none)
  }

  /** What is gone before its end was given back, in another window perhaps. */
  private lose(seat: number, { expiresAt, price }: Held): void {
    this.drop(seat)
    if (hasRunOut(expiresAt, this.rest.now())) this.news.expired(seat, { price })
    else this.news.released(seat, { price })
  }

  /** The server has taken it back. */
  private giveUp(seat: number): void {
    const price = this.store.priceOf(seat)
    this.drop(seat)
    if (!this.closed) this.news.released(seat, { price })
  }

  private drop(seat: number): void {
    this.changes += 1
    this.held.delete(seat)
    this.store.setOwn(seat, Own.none)
    this.plan()
  }

  /** Looks again when the first hold ends by what is known of it, but not before so long. */
  private plan(least = 0): void {
    this.lookout.plan([...this.held.values()].map(({ expiresAt }) => expiresAt), least)
  }
}

const isAlive = ({ status }: Booking): boolean => status === 'pending' || status === 'confirmed'
