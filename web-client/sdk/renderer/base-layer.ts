// Draws what lies under the seats: stage, sections coloured by how much is left of them, areas of
// general admission, labels of sections and rows.

import type { Point } from '../api-types'
import type { Chart, Row } from '../chart'
import { centreOf, overlaps, type Bounds } from '../geometry'
import { Status } from '../protocol'
import type { SeatStore } from '../seat-store'
import type { Camera } from './camera'
import { mix, readableOn, type MapTheme } from './theme'

/** Row labels appear once a seat is this wide, in CSS pixels. */
const ROW_LABELS_FROM_PX = 13

/** How pale a section is that has next to nothing left, and how strong a full one. */
const TINT_LEAST = 0.14
const TINT_MOST = 0.82

const LABEL_PX_MIN = 10
const LABEL_PX_MAX = 17

export interface BaseLook {
  theme: MapTheme
  fontFamily: string
}

export class BaseLayer {
  readonly canvas = document.createElement('canvas')
  highlight: number | null = null
  private readonly store: SeatStore
  private readonly camera: Camera
  private readonly centres: Point[]
  private look: BaseLook
  private ratio = 1

  constructor(store: SeatStore, camera: Camera, look: BaseLook) {
    this.store = store
    this.camera = camera
    this.look = look
    this.centres = store.chart.sections.map(({ outline }) => centreOf(outline))
  }

  setTheme(theme: MapTheme): void {
    this.look = { ...this.look, theme }
  }

  resize(width: number, height: number, ratio: number): void {
    this.ratio = ratio
    this.canvas.width = Math.max(1, Math.round(width * ratio))
    this.canvas.height = Math.max(1, Math.round(height * ratio))
  }

  /** Draws everything; `seats` is how visible the seats are, 0 from afar to 1. */
  draw(seats: number): void {
    const ctx = this.canvas.getContext('2d')
    if (!ctx) return
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.clearRect(0, 0, this.canvas.width, this.canvas.height)
    ctx.scale(this.ratio, this.ratio)
    const { chart } = this.store
    const view = this.camera.view
    for (const shape of chart.shapes) {
      if (overlaps(shape.bounds, view)) this.shape(ctx, shape)
    }
    chart.sections.forEach((section, at) => {
      if (overlaps(section.bounds, view)) this.section(ctx, at, seats)
    })
    chart.areas.forEach((area, at) => {
      if (overlaps(area.bounds, view)) this.area(ctx, at)
    })
    if (chart.seatWidth * this.camera.scale >= ROW_LABELS_FROM_PX) this.rowLabels(ctx, view)
  }

  private shape(ctx: CanvasRenderingContext2D, shape: Chart['shapes'][number]): void {
    const { theme } = this.look
    const stage = shape.kind === 'stage'
    this.trace(ctx, shape.outline)
    ctx.fillStyle = stage ? theme.stage : theme.floor
    ctx.fill()
    if (!stage) {
      ctx.strokeStyle = theme.line
      ctx.lineWidth = 1
      ctx.stroke()
    }
    const width = (shape.bounds.right - shape.bounds.left) * this.camera.scale
    const size = Math.min(LABEL_PX_MAX, Math.max(LABEL_PX_MIN, width / 14))
    const label = stage ? shape.label.toUpperCase() : shape.label
    ctx.letterSpacing = stage ? `${size * 0.18}px` : '0px'
    this.text(ctx, [label], centreOf(shape.outline), {
      color: stage ? theme.stageLabel : theme.quietLabel,
      size,
      room: width,
    })
    ctx.letterSpacing = '0px'
  }

  private section(ctx: CanvasRenderingContext2D, at: number, seats: number): void {
    const { theme } = this.look
    const section = this.store.chart.sections[at]
    const left = this.store.sectionCountOf(at, Status.available)
    const color = this.store.chart.categories[section.category]?.color ?? theme.locked
    const dimmed = this.highlight !== null && this.highlight !== section.category
    const far = left === 0 || dimmed
      ? theme.sold
      : mix(theme.floor, color, tint(left / Math.max(1, section.seats)))
    const fill = mix(far, theme.floor, seats)
    this.trace(ctx, section.outline)
    ctx.fillStyle = fill
    ctx.fill()
    ctx.strokeStyle = seats < 1 ? mix(theme.paper, theme.line, seats) : theme.line
    ctx.lineWidth = 1
    ctx.stroke()
    if (seats >= 1 || this.store.version === 0) return
    const room = (section.bounds.right - section.bounds.left) * this.camera.scale
    ctx.globalAlpha = (1 - seats) ** 2
    this.text(ctx, [section.label, left === 0 ? 'sold out' : `${left} left`], this.centres[at], {
      color: left === 0 || dimmed ? theme.quietLabel : readableOn(fill),
      size: Math.min(LABEL_PX_MAX, Math.max(LABEL_PX_MIN, room / 6)),
      room,
    })
    ctx.globalAlpha = 1
  }

  private area(ctx: CanvasRenderingContext2D, at: number): void {
    const { theme } = this.look
    const area = this.store.chart.areas[at]
    const left = this.store.areaCountOf(at, Status.available)
    const color = this.store.chart.categories[area.category]?.color ?? theme.locked
    const share = left / Math.max(1, area.count)
    const fill = left === 0 ? theme.sold : mix(theme.floor, color, tint(share))
    this.trace(ctx, area.outline)
    ctx.fillStyle = fill
    ctx.fill()
    const room = (area.bounds.right - area.bounds.left) * this.camera.scale
    const lines = [area.label, left === 0 ? 'sold out' : `${left} places`]
    this.text(ctx, lines, centreOf(area.outline), {
      color: readableOn(fill),
      size: Math.min(LABEL_PX_MAX, Math.max(LABEL_PX_MIN, room / 6)),
      room,
    })
  }

  private rowLabels(ctx: CanvasRenderingContext2D, view: Bounds): void {
    const { chart } = this.store
    ctx.fillStyle = this.look.theme.quietLabel
    ctx.textAlign = 'center'
    ctx.textBaseline = 'middle'
    const size = Math.min(14, chart.seatWidth * this.camera.scale * 0.5)
    ctx.font = `600 ${size}px ${this.look.fontFamily}`
    for (const row of chart.rows) {
      for (const [x, y] of this.rowEnds(row)) {
        if (x < view.left || x > view.right || y < view.top || y > view.bottom) continue
        ctx.fillText(row.label, this.camera.screenX(x), this.camera.screenY(y))
      }
    }
  }

  /** Where a row's label stands: one seat before the first and one after the last. */
  private rowEnds(row: Row): Point[] {
    const { x, y, seatWidth } = this.store.chart
    if (row.count < 2) return []
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

  /** Writes up to two lines around a point, as many as the room allows. */
  private text(
    ctx: CanvasRenderingContext2D,
    lines: string[],
    [x, y]: Point,
    { color, size, room }: { color: string; size: number; room: number },
  ): void {
    ctx.fillStyle = color
    ctx.textAlign = 'center'
    ctx.textBaseline = 'middle'
    const fonts = [
      `650 ${size}px ${this.look.fontFamily}`,
      `450 ${Math.max(9, size * 0.76)}px ${this.look.fontFamily}`,
    ]
    const fits = lines.filter((line, at) => {
      ctx.font = fonts[at]
      return line !== '' && ctx.measureText(line).width < room * 0.9
    })
    if (fits[0] !== lines[0]) return
    const step = size * 0.58
    fits.forEach((line, at) => {
      ctx.font = fonts[at]
      const offset = fits.length === 2 ? (at === 0 ? -step : step) : 0
      ctx.fillText(line, this.camera.screenX(x), this.camera.screenY(y) + offset)
    })
  }

  private trace(ctx: CanvasRenderingContext2D, outline: readonly Point[]): void {
    ctx.beginPath()
    for (const [x, y] of outline) ctx.lineTo(this.camera.screenX(x), this.camera.screenY(y))
    ctx.closePath()
  }
}

function tint(left: number): number {
  return TINT_LEAST + (TINT_MOST - TINT_LEAST) * left
}
