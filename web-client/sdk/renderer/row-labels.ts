// The names of rows, at both of their ends, once they can be read. Tables and areas have none here:
// theirs stand in their middles.

import type { Point } from '../api-types.js'
import { NONE, type Chart, type Row } from '../chart.js'
import type { Camera } from './camera.js'
import type { SeatGrid } from './seat-grid.js'
import type { MapLook } from './theme.js'

/** Row labels appear once a seat is this wide, in CSS pixels. */
const ROW_LABELS_FROM_PX = 13
const SIZE_MAX_PX = 14

export class RowLabels {
  private readonly chart: Chart
  private readonly grid: SeatGrid
  private readonly camera: Camera
  /** Where each row's labels stand; none for rows that have none. */
  private readonly places: Point[][]

  constructor(chart: Chart, grid: SeatGrid, camera: Camera) {
    this.chart = chart
    this.grid = grid
    this.camera = camera
    this.places = chart.rows.map((row) => placesOf(chart, row))
  }

  draw(ctx: CanvasRenderingContext2D, { theme, fontFamily }: MapLook): void {
    const { chart, camera } = this
    const width = chart.seatWidth * camera.scale
    if (width < ROW_LABELS_FROM_PX) return
    const { view } = camera
    ctx.fillStyle = theme.quietLabel
    ctx.textAlign = 'center'
    ctx.textBaseline = 'middle'
    ctx.font = `600 ${Math.min(SIZE_MAX_PX, width * 0.5)}px ${fontFamily}`
    this.places.forEach((places, at) => {
      for (const [x, y] of places) {
        if (x < view.left || x > view.right || y < view.top || y > view.bottom) continue
        const { first, label } = chart.rows[at]
        if (this.grid.showsSeat(first)) {
          ctx.fillText(label, camera.screenX(x), camera.screenY(y))
        }
      }
    })
  }
}

/** One seat before the first of a row, and one after its last. */
function placesOf({ x, y, seatWidth, area, table }: Chart, { first, count }: Row): Point[] {
  if (count < 2 || area[first] !== NONE || table[first] !== NONE) return []
  const last = first + count - 1
  const ends: [number, number][] = [
    [first, first + 1],
    [last, last - 1],
  ]
  return ends.map(([end, inner]) => {
    const dx = x[end] - x[inner]
    const dy = y[end] - y[inner]
    const step = (seatWidth * 0.95) / Math.max(1, Math.hypot(dx, dy))
    return [x[end] + dx * step, y[end] + dy * step]
  })
}
