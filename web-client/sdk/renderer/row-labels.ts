// The names of rows, at both of their ends, once they can be read. Tables and areas have none here:
// theirs stand in their middles.

import type { Point } from '../api-types'
import { NONE, type Chart, type Row } from '../chart'
import type { Camera } from './camera'
import type { SeatGrid } from './seat-grid'
import type { MapLook } from './theme'

/** Row labels appear once a seat is this wide, in CSS pixels. */
const ROW_LABELS_FROM_PX = 13
const SIZE_MAX_PX = 14

export class RowLabels {
  private readonly chart: Chart
  private readonly grid: SeatGrid
  private readonly camera: Camera

  constructor(chart: Chart, grid: SeatGrid, camera: Camera) {
    this.chart = chart
    this.grid = grid
    this.camera = camera
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
    for (const row of chart.rows) {
      for (const [x, y] of this.endsOf(row)) {
        if (x < view.left || x > view.right || y < view.top || y > view.bottom) continue
        ctx.fillText(row.label, camera.screenX(x), camera.screenY(y))
      }
    }
  }

  /** Where a row's label stands: one seat before the first and one after the last. */
  private endsOf(row: Row): Point[] {
    const { x, y, seatWidth, area, table } = this.chart
    if (row.count < 2 || area[row.first] !== NONE || table[row.first] !== NONE) return []
    if (!this.grid.showsSeat(row.first)) return []
    const ends: [number, number][] = [
      [row.first, row.first + 1],
      [row.first + row.count - 1, row.first + row.count - 2],
    ]
    return ends.map(([end, inner]) => {
      const dx = x[end] - x[inner]
      const dy = y[end] - y[inner]
      const step = (seatWidth * 0.95) / Math.max(1, Math.hypot(dx, dy))
      return [x[end] + dx * step, y[end] + dy * step]
    })
  }
}
