// The seats held for the visitor of an element: locked and given back one by one, found again after
// a reload, and let go when their time is over.

import type { Wish } from '../api-types'
import type { Table } from '../chart'
import { Status } from '../protocol'
import type { RestClient } from '../rest'
import { Own, type SeatStore } from '../seat-store'
import { TIMER_MAX_MS } from '../timer'

export interface HoldNews {
  held(seat: number, hold: { holdId: string; expiresAt: string }): void
  released(seat: number): void
  expired(seat: number): void
  refused(seat: number, problem: unknown): void
  /** Something that concerns no seat in particular was refused. */
  failed(problem: unknown): void
}

/** A little late is better than early: a moment too soon the hold would still be there. */
const EXPIRY_SLACK_MS = 300

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
  private timer: ReturnType<typeof setTimeout> | undefined
  private closed = false

  constructor(rest: RestClient, event: number, store: SeatStore, news: HoldNews) {
    this.rest = rest
    this.event = event
    this.store = store
    this.news = news
  }

  close(): void {
    this.closed = true
    clearTimeout(this.timer)
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
      for (const seatNo of hold.seats) {
        const seat = this.store.chart.seatOf(seatNo)
        if (seat >= 0) this.keep(seat, hold.id, hold.expires_at, hold.version)
      }
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
    try {
      await this.rest.release(holdId)
      for (let seat = first; seat < first + count; seat += 1) {
        this.drop(seat)
        if (!this.closed) this.news.released(seat)
      }
    } catch (problem) {
      if (!this.closed) this.news.failed(problem)
    }
  }

  async unlock(seat: number): Promise<void> {
    if (!this.held.has(seat)) return
    this.store.setOwn(seat, Own.pending)
    try {
      await this.rest.unlock(this.event, this.store.chart.seatNo(seat))
      this.drop(seat)
      if (!this.closed) this.news.released(seat)
    } catch (problem) {
      this.store.setOwn(seat, Own.held)
      if (!this.closed) this.news.refused(seat, problem)
    }
  }

  /** Finds again what an earlier visit of this browser holds. */
  async refresh(): Promise<void> {
    try {
      for (const hold of await this.rest.holds(this.event)) {
        for (const seatNo of hold.seats) {
          const seat = this.store.chart.seatOf(seatNo)
          if (seat < 0 || this.held.has(seat)) continue
          this.keep(seat, hold.id, hold.expires_at, hold.version)
        }
      }
    } catch {
      // The map works without; the next visit asks again.
    }
  }

  /** These seats are shown as free: what is held among them has ended somewhere else. */
  noticeLoss(free: readonly number[]): void {
    for (const seat of free) {
      const held = this.held.get(seat)
      // News from before the lock says nothing about it.
      if (!held || this.store.own[seat] !== Own.held || this.store.version < held.version) continue
      this.drop(seat)
      this.news.expired(seat)
    }
  }

  private keep(seat: number, holdId: string, expiresAt: string, version: number): void {
    if (this.closed) return
    this.held.set(seat, { holdId, expiresAt: Date.parse(expiresAt), version })
    this.store.setOwn(seat, Own.held)
    this.plan()
    this.news.held(seat, { holdId, expiresAt })
  }

  private drop(seat: number): void {
    this.held.delete(seat)
    this.store.setOwn(seat, Own.none)
    this.plan()
  }

  private plan(): void {
    clearTimeout(this.timer)
    if (this.held.size === 0) return
    const end = Math.min(...[...this.held.values()].map(({ expiresAt }) => expiresAt))
    const wait = Math.max(0, end - this.rest.now()) + EXPIRY_SLACK_MS
    this.timer = setTimeout(() => this.expire(), Math.min(wait, TIMER_MAX_MS))
  }

  private expire(): void {
    const now = this.rest.now()
    for (const [seat, { expiresAt }] of [...this.held]) {
      if (expiresAt > now) continue
      this.drop(seat)
      this.news.expired(seat)
    }
    this.plan()
  }
}
