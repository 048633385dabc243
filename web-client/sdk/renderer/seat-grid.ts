// Finds seats by place: a uniform grid over the storey that is shown. A hit test looks into one to
// four cells, a drawing pass only at the cells in view. Packed arrays, no object per cell.

import { NONE, type Chart } from '../chart.js'
import type { Bounds } from '../geometry.js'

/** About four seats wide: small enough for quick hits, large enough to keep the table short. */
const CELL_CM = 200

/** A chart in strange units must not make a table of billions of cells. */
const CELLS_PER_SIDE_MAX = 1000

export class SeatGrid {
  private readonly chart: Chart
  private readonly cell: number
  private readonly columns: number
  private readonly lines: number
  private starts = new Uint32Array(0)
  private seats = new Uint32Array(0)
  private storey: number

  constructor(chart: Chart) {
    this.chart = chart
    const width = chart.bounds.right - chart.bounds.left
    const height = chart.bounds.bottom - chart.bounds.top
    this.cell = Math.max(CELL_CM, Math.max(width, height) / CELLS_PER_SIDE_MAX)
    this.columns = Math.floor(width / this.cell) + 1
    this.lines = Math.floor(height / this.cell) + 1
    this.storey = chart.floors.length > 0 ? 0 : -1
    this.fill()
  }

  /** The storey whose seats are here; -1 when there is only one. */
  get floor(): number {
    return this.storey
  }

  setFloor(floor: number): void {
    this.storey = floor
    this.fill()
  }

  /** Whether something on this storey is to be seen; -1 is on all. */
  shows(floor: number): boolean {
    return this.storey < 0 || floor < 0 || floor === this.storey
  }

  showsSeat(seat: number): boolean {
    return this.storey < 0 || this.chart.floorOf(seat) === this.storey
  }

  private fill(): void {
    const { chart } = this
    this.starts = new Uint32Array(this.columns * this.lines + 1)
    const cells = new Uint32Array(chart.seats)
    let placed = 0
    for (let seat = 0; seat < chart.seats; seat += 1) {
      // A place of general admission has no seat to draw or to hit.
      if (chart.area[seat] !== NONE || !this.showsSeat(seat)) continue
      cells[seat] = this.line(chart.y[seat]) * this.columns + this.column(chart.x[seat])
      this.starts[cells[seat] + 1] += 1
      placed += 1
    }
    for (let at = 1; at < this.starts.length; at += 1) this.starts[at] += this.starts[at - 1]
    const next = this.starts.slice()
    this.seats = new Uint32Array(placed)
    for (let seat = 0; seat < chart.seats; seat += 1) {
      if (chart.area[seat] !== NONE || !this.showsSeat(seat)) continue
      this.seats[next[cells[seat]]++] = seat
    }
  }

  /** Calls back with every seat whose cell touches the box; some may lie just outside of it. */
  forEachIn(box: Bounds, visit: (seat: number) => void): void {
    const right = this.column(box.right)
    const bottom = this.line(box.bottom)
    for (let line = this.line(box.top); line <= bottom; line += 1) {
      const first = this.starts[line * this.columns + this.column(box.left)]
      const end = this.starts[line * this.columns + right + 1]
      for (let at = first; at < end; at += 1) visit(this.seats[at])
    }
  }

  /** The seat nearest to the point within the radius, or -1. */
  nearest(x: number, y: number, radius: number): number {
    let found = -1
    let best = radius * radius
    const box = { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }
    this.forEachIn(box, (seat) => {
      const distance = (this.chart.x[seat] - x) ** 2 + (this.chart.y[seat] - y) ** 2
      if (distance > best) return
      best = distance
      found = seat
    })
    return found
  }

  private column(x: number): number {
    return clamp(Math.floor((x - this.chart.bounds.left) / this.cell), this.columns - 1)
  }

  private line(y: number): number {
    return clamp(Math.floor((y - this.chart.bounds.top) / this.cell), this.lines - 1)
  }
}

function clamp(value: number, max: number): number {
  return value < 0 ? 0 : value > max ? max : value
}
