// The keyboard on the map: arrows go from seat to seat, with Shift they take all in between along,
// Enter chooses, plus and minus zoom.

import type { SeatStore } from '../seat-store.js'
import { seatsBetween } from './range.js'
import type { SeatGrid } from './seat-grid.js'

export interface KeyboardPort {
  store: SeatStore
  /** The chart's point in the middle of the view, where the first arrow starts. */
  middle(): { x: number; y: number }
  zoom(factor: number): void
  fit(): void
  /** The seat the keyboard is on now, -1 for none, and those it has come along with Shift. */
  cursor(seat: number, range: readonly number[]): void
  choose(seat: number): void
  /** Whether several seats can be chosen at once. */
  readonly ranges: boolean
  chooseRange(seats: readonly number[]): void
}

const ZOOM_STEP = 1.5

/** How far an arrow looks for the next seat, in centimetres: across the widest aisle. */
const REACH_CM = 1500
const START_REACH_CM = 100_000

/** Leaving a row sideways must cost more than going on along it. */
const SIDEWAYS_COST = 2.5

const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

export class Keyboard {
  private readonly grid: SeatGrid
  private readonly port: KeyboardPort
  private readonly ending = new AbortController()
  private seat = -1
  /** Where Shift was pressed first, and all from there to the seat. */
  private anchor = -1
  private range: readonly number[] = []

  constructor(host: HTMLElement, grid: SeatGrid, port: KeyboardPort) {
    this.grid = grid
    this.port = port
    const { signal } = this.ending
    host.addEventListener('keydown', (event) => this.key(event), { signal })
    host.addEventListener('blur', () => this.leave(), { signal })
    // Who takes the mouse has left the keyboard.
    host.addEventListener('pointerdown', () => this.leave(), { signal })
  }

  destroy(): void {
    this.ending.abort()
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (!this.act(event.key, event.shiftKey)) return
    event.preventDefault()
  }

  private act(key: string, shift: boolean): boolean {
    if (key in ARROWS) this.step(ARROWS[key], shift && this.port.ranges)
    else if (key === '+' || key === '=') this.port.zoom(ZOOM_STEP)
    else if (key === '-') this.port.zoom(1 / ZOOM_STEP)
    else if (key === '0') this.port.fit()
    else if ((key === 'Enter' || key === ' ') && this.seat >= 0) this.choose()
    else if (key === 'Escape') this.escape()
    else return false
    return true
  }

  private step([dx, dy]: [number, number], ranging: boolean): void {
    const next = this.seat < 0 ? this.first() : this.next(dx, dy)
    if (next < 0) return
    if (!ranging) this.anchor = -1
    else if (this.anchor < 0) this.anchor = this.seat < 0 ? next : this.seat
    this.seat = next
    const { chart } = this.port.store
    this.range = this.anchor < 0 ? [] : seatsBetween(chart, this.grid, this.anchor, next)
    this.port.cursor(next, this.range)
  }

  private choose(): void {
    const { range } = this
    if (this.anchor < 0) this.port.choose(this.seat)
    else {
      this.endRange()
      this.port.chooseRange(range)
    }
  }

  /** First out of the range, then out of the map. */
  private escape(): void {
    if (this.anchor < 0) this.leave()
    else this.endRange()
  }

  private endRange(): void {
    this.anchor = -1
    this.range = []
    this.port.cursor(this.seat, [])
  }

  private first(): number {
    const { x, y } = this.port.middle()
    const near = this.grid.nearest(x, y, REACH_CM)
    return near >= 0 ? near : this.grid.nearest(x, y, START_REACH_CM)
  }

  /** The seat with the least way to go, of those that lie more ahead than aside. */
  private next(dx: number, dy: number): number {
    const { x, y } = this.port.store.chart
    const fromX = x[this.seat]
    const fromY = y[this.seat]
    const box = {
      left: fromX - REACH_CM,
      top: fromY - REACH_CM,
      right: fromX + REACH_CM,
      bottom: fromY + REACH_CM,
    }
    let found = -1
    let best = Infinity
    this.grid.forEachIn(box, (seat) => {
      const ahead = (x[seat] - fromX) * dx + (y[seat] - fromY) * dy
      const aside = Math.abs((x[seat] - fromX) * dy) + Math.abs((y[seat] - fromY) * dx)
      if (ahead <= 1 || aside > ahead * 1.2) return
      const cost = ahead + aside * SIDEWAYS_COST
      if (cost >= best) return
      best = cost
      found = seat
    })
    return found
  }

  private leave(): void {
    if (this.seat < 0) return
    this.seat = -1
    this.endRange()
  }
}
