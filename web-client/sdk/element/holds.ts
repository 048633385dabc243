// The seats held for the visitor of an element: locked and given back one by one, found again after
// a reload, booked, and let go when their time is over. The truth is what the server answers: a
// hold may have been extended or booked by the page itself.

import type { Booking, Customer, Hold, Wish } from '../api-types.js'
import type { Table } from '../chart.js'
import { hasRunOut } from '../hold-end.js'
import { Status } from '../protocol/index.js'
import type { RestClient } from '../rest.js'
import { Own, type SeatStore } from '../seat-store.js'
import { TIMER_MAX_MS } from '../timer.js'
import { OtherWindows } from '../windows.js'

export interface HoldNews {
  held(seat: number, hold: { holdId: string; expiresAt: string }): void
  /** Given back before its end, here or in another window. */
  released(seat: number): void
  /** A hold that was known ends later now. */
  extended(seat: number, hold: { holdId: string; expiresAt: string }): void
  booked(seat: number, booking: { bookingId: number; bookingRef: string }): void
  expired(seat: number): void
  refused(seat: number, problem: unknown): void
  /** Something that concerns no seat in particular was refused. */
  failed(problem: unknown): void
}

/** A little late is better than early: a moment too soon the hold would still be there. */
const EXPIRY_SLACK_MS = 300

/** While the server can't be asked whether a hold has ended, it is asked again after so long. */
const ASK_AGAIN_MS = 5_000

/** A hold that is over by this clock, and not by the server's, isn't asked for more often. */
const ASK_EVERY_MS = 1_000

/** What other windows say in one go is read once. */
const REFRESH_DELAY_MS = 150

/** A visitor who changes something during each read is not worth reading for any longer. */
const READS_MAX = 5

interface Held {
  holdId: string
  expiresAt: number
  version: number
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
  private timer: ReturnType<typeof setTimeout> | undefined
  private refreshTimer: ReturnType<typeof setTimeout> | undefined
  private readonly windows: OtherWindows
  private closed = false

  constructor(rest: RestClient, event: number, store: SeatStore, news: HoldNews) {
    this.rest = rest
    this.event = event
    this.store = store
    this.news = news
    this.windows = new OtherWindows(rest.base, event, () => this.refreshSoon())
  }

  close(): void {
    this.closed = true
    clearTimeout(this.timer)
    clearTimeout(this.refreshTimer)
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
      this.keep(seat, lock.hold_id, lock.expires_at, lock.version)
      this.windows.tell()
    } catch (problem) {
      this.store.setOwn(seat, Own.none)
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
      for (const seat of seats) {
        this.drop(seat)
        if (!this.closed) this.news.released(seat)
      }
      this.windows.tell()
    } catch (problem) {
      for (const seat of seats) this.store.setOwn(seat, Own.held)
      if (!this.closed) this.news.failed(problem)
    }
  }

  async unlock(seat: number): Promise<void> {
    if (!this.held.has(seat)) return
    this.store.setOwn(seat, Own.pending)
    try {
      await this.rest.unlock(this.event, this.store.chart.seatNo(seat))
      this.drop(seat)
      this.windows.tell()
      if (!this.closed) this.news.released(seat)
    } catch (problem) {
      this.store.setOwn(seat, Own.held)
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
      if (!this.closed) this.news.failed(problem)
    }
  }

  /** Books all that is held; throws what the server says against it. */
  async book(customer?: Customer): Promise<Booking> {
    const booking = await this.rest.book(this.event, this.seatNos, customer)
    this.keepBooking(booking)
    this.windows.tell()
    return booking
  }

  /** Reads what is the visitor's own: of an earlier visit, another tab, or the page itself. */
  async refresh(): Promise<void> {
    try {
      for (let left = READS_MAX; left > 0 && !this.closed; left -= 1) {
        const before = this.changes
        const answers = [this.rest.holds(this.event), this.rest.bookings(this.event)] as const
        const [holds, bookings] = await Promise.all(answers)
        if (before !== this.changes) continue
        if (!this.closed) this.replace(holds, bookings)
        return
      }
    } catch {
      // The map works without; the next sign of change asks again.
    }
    this.plan(ASK_AGAIN_MS)
  }

  private refreshSoon(): void {
    clearTimeout(this.refreshTimer)
    this.refreshTimer = setTimeout(() => void this.refresh(), REFRESH_DELAY_MS)
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
    for (const seatNo of hold.seats) {
      const seat = this.store.chart.seatOf(seatNo)
      if (seat >= 0) this.keep(seat, hold.id, hold.expires_at, hold.version)
    }
  }

  private keep(seat: number, holdId: string, expiresAt: string, version: number): void {
    if (this.closed) return
    const before = this.held.get(seat)
    const until = Date.parse(expiresAt)
    // One that is being given back stays so until the server has answered.
    if (before && this.store.own[seat] === Own.pending) return
    this.changes += 1
    this.held.set(seat, { holdId, expiresAt: until, version })
    this.store.setOwn(seat, Own.held)
    this.plan()
    if (before?.holdId !== holdId) this.news.held(seat, { holdId, expiresAt })
    else if (before.expiresAt !== until) this.news.extended(seat, { holdId, expiresAt })
  }

  private keepBooking({ id, booking_ref, seat_nos, version }: Booking): void {
    if (this.closed) return
    for (const seatNo of seat_nos) {
      const seat = this.store.chart.seatOf(seatNo)
      if (seat < 0) continue
      const held = this.held.has(seat)
      if (held) this.drop(seat)
      this.booked.set(seat, version)
      this.store.setOwn(seat, Own.booked)
      if (held) this.news.booked(seat, { bookingId: id, bookingRef: booking_ref })
    }
  }

  /** A booked seat is the visitor's no longer. */
  private forget(seat: number): void {
    this.booked.delete(seat)
    if (this.store.own[seat] === Own.booked) this.store.setOwn(seat, Own.none)
  }

  /** What is gone before its end was given back, in another window perhaps. */
  private lose(seat: number, { expiresAt }: Held): void {
    this.drop(seat)
    if (hasRunOut(expiresAt, this.rest.now())) this.news.expired(seat)
    else this.news.released(seat)
  }

  private drop(seat: number): void {
    this.changes += 1
    this.held.delete(seat)
    this.store.setOwn(seat, Own.none)
    this.plan()
  }

  /** Looks again when the first hold ends by what is known of it, but not before so long. */
  private plan(least = 0): void {
    clearTimeout(this.timer)
    if (this.closed || this.held.size === 0) return
    const end = Math.min(...[...this.held.values()].map(({ expiresAt }) => expiresAt))
    const wait = Math.max(least, end - this.rest.now()) + EXPIRY_SLACK_MS
    this.timer = setTimeout(() => void this.refresh(), Math.min(wait, TIMER_MAX_MS))
  }
}

const isAlive = ({ status }: Booking): boolean => status === 'pending' || status === 'confirmed'
