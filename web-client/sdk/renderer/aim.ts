// What lies under a point or inside an outline of the screen: a seat, a table sold whole, an area
// of general admission, or a section to come closer to.

import type { Point } from '../api-types.js'
import { boundsOf, insideOutline, type Bounds } from '../geometry.js'
import type { SeatStore } from '../seat-store.js'
import type { Camera } from './camera.js'
import type { SeatGrid } from './seat-grid.js'

/** Seats narrower than this can't be chosen with a finger or a mouse; a tap comes closer. */
const TOUCH_SEAT_PX = 15
const MOUSE_SEAT_PX = 6

/** Seats at least this wide are chosen by mouse without coming closer first. */
const CLOSE_ENOUGH_PX = 7

/** How far from its middle a seat can be hit, in seat widths. */
const HIT_RADIUS = 0.6

export type Target =
  | { kind: 'seat'; seat: number }
  | { kind: 'area'; area: number }
  | { kind: 'section'; section: number; bounds: Bounds; at: Point }
  | { kind: 'nothing'; at: Point }

export class Aim {
  private readonly store: SeatStore
  private readonly grid: SeatGrid
  private readonly camera: Camera

  constructor(store: SeatStore, grid: SeatGrid, camera: Camera) {
    this.store = store
    this.grid = grid
    this.camera = camera
  }

  /** How wide seats are on the screen, in CSS pixels. */
  get seatPx(): number {
    return this.store.chart.seatWidth * this.camera.scale
  }

  /** The seat under a point, if seats are large enough to be meant; -1 for none. */
  seatAt(x: number, y: number, touch = false): number {
    if (this.seatPx < (touch ? TOUCH_SEAT_PX : MOUSE_SEAT_PX)) return -1
    const radius = this.store.chart.seatWidth * HIT_RADIUS
    const at = [this.camera.chartX(x), this.camera.chartY(y)] as const
    const seat = this.grid.nearest(...at, radius)
    return seat >= 0 ? seat : this.tableAt(at)
  }

  /** The section under a point while seats are too small to be chosen; -1 for none. */
  sectionAt(x: number, y: number): number {
    if (this.seatPx >= CLOSE_ENOUGH_PX) return -1
    const at = [this.camera.chartX(x), this.camera.chartY(y)] as const
    return this.store.chart.sections.findIndex(({ seats, floor, bounds, outline }) => {
      const near = at[0] >= bounds.left && at[0] <= bounds.right
      return seats > 0 && near && this.grid.shows(floor) && insideOutline(outline, ...at)
    })
  }

  targetAt(x: number, y: number, touch: boolean): Target {
    const seat = this.seatAt(x, y, touch)
    if (seat >= 0) return { kind: 'seat', seat }
    const { areas, sections } = this.store.chart
    const at: Point = [this.camera.chartX(x), this.camera.chartY(y)]
    const hit = ({ floor, outline }: { floor: number; outline: Point[] }) =>
      this.grid.shows(floor) && insideOutline(outline, ...at)
    const area = areas.findIndex(hit)
    if (area >= 0) return { kind: 'area', area }
    const close = this.seatPx >= (touch ? TOUCH_SEAT_PX : CLOSE_ENOUGH_PX)
    const section = close ? -1 : sections.findIndex(hit)
    if (section < 0) return { kind: 'nothing', at }
    return { kind: 'section', section, bounds: sections[section].bounds, at }
  }

  /** The seats whose middles lie inside an outline on the screen, ascending. */
  seatsWithin(outline: readonly Point[]): number[] {
    const { x, y } = this.store.chart
    const around = boundsOf(outline)
    const box = {
      left: this.camera.chartX(around.left),
      top: this.camera.chartY(around.top),
      right: this.camera.chartX(around.right),
      bottom: this.camera.chartY(around.bottom),
    }
    const found: number[] = []
    this.grid.forEachIn(box, (seat) => {
      const [left, top] = [this.camera.screenX(x[seat]), this.camera.screenY(y[seat])]
      if (insideOutline(outline, left, top)) found.push(seat)
    })
    return found.sort((a, b) => a - b)
  }

  /** The seats chosen together with one: all of a table that is sold whole. */
  groupOf(seat: number): number[] {
    const table = this.store.chart.tables[this.store.chart.table[seat]]
    if (!table?.whole) return [seat]
    return Array.from({ length: table.count }, (_, at) => table.first + at)
  }

  private tableAt([x, y]: readonly [number, number]): number {
    const { tables } = this.store.chart
    const table = tables.find(
      ({ whole, floor, outline }) =>
        whole && this.grid.shows(floor) && insideOutline(outline, x, y),
    )
    return table?.first ?? -1
  }
}
