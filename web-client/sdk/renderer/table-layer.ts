// Draws tables with their names; one that is sold whole has a ring in its category's colour:
// there it is the table that one chooses, not a seat.

import type { Point } from '../api-types.js'
import { categoryColor } from '../palette.js'
import { Status } from '../protocol/index.js'
import type { SeatStore } from '../seat-store.js'
import { boundsOf, boxOutline, centreOf, growBounds, overlaps } from '../geometry.js'
import type { Camera } from './camera.js'
import { drawLabel, fitLabel, SIZE_MIN_PX, type Label } from './labels.js'
import type { Pen } from './pen.js'
import type { SeatGrid } from './seat-grid.js'
import { mix, type MapLook } from './theme.js'

/** From here on a table is more than a dot, in CSS pixels. */
const TABLE_FROM_PX = 6
const LABEL_SHARE = 0.3
const LABEL_MAX_PX = 15

/** A line is higher than its letters. */
const CLEAR_SHARE = 0.85

/** How much of the room between seats and edge a name takes. */
const ROOM_SHARE = 0.62

/** How far beyond its outline the seats of a table reach, in seat widths. */
const REACH = 1.4

/** A place for a name, and how high the room is that it has there, in centimetres. */
interface Spot {
  at: Point
  room: number
}

export class TableLayer {
  private readonly store: SeatStore
  private readonly grid: SeatGrid
  private readonly camera: Camera
  private readonly pen: Pen
  private readonly places: { outline: Point[]; spots: Spot[] }[]

  constructor(store: SeatStore, grid: SeatGrid, camera: Camera, pen: Pen) {
    this.store = store
    this.grid = grid
    this.camera = camera
    this.pen = pen
    this.places = store.chart.tables.map(({ outline, bounds }, at) => {
      const drawn = outline.length > 0 ? outline : boxOutline(bounds)
      return { outline: drawn, spots: this.spotsOf(drawn, at) }
    })
  }

  /** In the middle; else, where seats stand on it as in a box, above or below them. */
  private spotsOf(outline: Point[], at: number): Spot[] {
    const { chart } = this.store
    const { first, count } = chart.tables[at]
    const lines = chart.y.subarray(first, first + count)
    const [upper, lower] = [Math.min(...lines), Math.max(...lines)]
    const { top, bottom } = boundsOf(outline)
    const centre = centreOf(outline)
    const half = chart.seatWidth / 2
    const beside = [
      [top, upper - half],
      [lower + half, bottom],
    ].map(([from, to]): Spot => ({ at: [centre[0], (from + to) / 2], room: to - from }))
    return [{ at: centre, room: Infinity }, ...beside]
  }

  /** `seats` is how visible the seats are, 0 from afar to 1. */
  draw(ctx: CanvasRenderingContext2D, look: MapLook, seats: number): void {
    if (seats === 0) return
    const { chart } = this.store
    const view = growBounds(this.camera.view, chart.seatWidth * REACH)
    ctx.globalAlpha = seats
    chart.tables.forEach((table, at) => {
      if (this.grid.shows(table.floor) && overlaps(table.bounds, view)) this.table(ctx, at, look)
    })
    ctx.globalAlpha = 1
  }

  private table(ctx: CanvasRenderingContext2D, at: number, look: MapLook): void {
    const { theme, fontFamily, palette } = look
    const { chart } = this.store
    const { whole, category, outline, bounds, label } = chart.tables[at]
    const width = (bounds.right - bounds.left) * this.camera.scale
    if (width < TABLE_FROM_PX) return
    const color = categoryColor(chart, category, palette) ?? theme.locked
    const free = whole && this.store.statuses[chart.tables[at].first] === Status.available
    if (outline.length > 0) {
      this.pen.edge(ctx, outline, free ? color : theme.line)
      this.pen.fill(ctx, outline, free ? mix(theme.floor, color, 0.16) : theme.ground)
    }
    const { outline: around, spots } = this.places[at]
    for (const spot of spots) {
      const room = spot.room * this.camera.scale * ROOM_SHARE
      if (room < SIZE_MIN_PX) continue
      const size = Math.max(SIZE_MIN_PX, Math.min(LABEL_MAX_PX, width * LABEL_SHARE, room))
      const style = { family: fontFamily, size }
      const text = fitLabel(ctx, this.camera, { outline: around, centre: spot.at }, [label], style)
      if (!text || this.coversSeats(text, at)) continue
      drawLabel(ctx, this.camera, text, theme.quietLabel)
      return
    }
  }

  /** Whether a name would lie under the table's own seats. */
  private coversSeats({ at: [x, y], lines }: Label, table: number): boolean {
    const { chart } = this.store
    const { first, count } = chart.tables[table]
    const { scale } = this.camera
    const half = chart.seatWidth / 2
    const [{ width, height }] = lines
    const [aside, above] = [half + width / 2 / scale, half + height / 2 / scale]
    for (let seat = first; seat < first + count; seat += 1) {
      const near = Math.abs(chart.y[seat] - y) < above * CLEAR_SHARE
      if (near && Math.abs(chart.x[seat] - x) < aside) return true
    }
    return false
  }
}
