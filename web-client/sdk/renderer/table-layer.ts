// Draws tables with their names; one that is sold whole has a ring in its category's colour:
// there it is the table that one chooses, not a seat.

import type { Point } from '../api-types'
import { categoryColor } from '../palette'
import { Status } from '../protocol'
import type { SeatStore } from '../seat-store'
import { boxOutline, centreOf, growBounds, overlaps } from '../geometry'
import type { Camera } from './camera'
import { drawLabel, fitLabel, SIZE_MIN_PX } from './labels'
import type { Pen } from './pen'
import type { SeatGrid } from './seat-grid'
import { mix, type MapLook } from './theme'

/** From here on a table is more than a dot, in CSS pixels. */
const TABLE_FROM_PX = 6
const LABEL_SHARE = 0.3
const LABEL_MAX_PX = 15

/** How far beyond its outline the seats of a table reach, in seat widths. */
const REACH = 1.4

export class TableLayer {
  private readonly store: SeatStore
  private readonly grid: SeatGrid
  private readonly camera: Camera
  private readonly pen: Pen
  private readonly places: { outline: Point[]; centre: Point }[]

  constructor(store: SeatStore, grid: SeatGrid, camera: Camera, pen: Pen) {
    this.store = store
    this.grid = grid
    this.camera = camera
    this.pen = pen
    this.places = store.chart.tables.map(({ outline, bounds }) => {
      const drawn = outline.length > 0 ? outline : boxOutline(bounds)
      return { outline: drawn, centre: centreOf(drawn) }
    })
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
    const size = Math.max(SIZE_MIN_PX, Math.min(LABEL_MAX_PX, width * LABEL_SHARE))
    const text = fitLabel(ctx, this.camera, this.places[at], [label], { family: fontFamily, size })
    if (text) drawLabel(ctx, this.camera, text, theme.quietLabel)
  }
}
