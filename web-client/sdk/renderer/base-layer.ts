// Draws what lies under the seats: stage, sections coloured by how much is left of them, areas of
// general admission, labels of sections and rows.

import type { Point } from '../api-types'
import { NONE, type Row, type Section } from '../chart'
import { centreOf, overlaps, surfaceOf, type Bounds } from '../geometry'
import { Status } from '../protocol'
import type { SeatStore } from '../seat-store'
import type { Camera } from './camera'
import { drawLabel, labelSize } from './labels'
import { mix, readableOn, type MapLook, type MapTheme } from './theme'

/** Row labels appear once a seat is this wide, in CSS pixels. */
const ROW_LABELS_FROM_PX = 13

/** How pale a section is that has next to nothing left, and how strong a full one. */
const TINT_LEAST = 0.14
const TINT_MOST = 0.82

/** How thick the border is that rounds corners; thin from afar, or neighbours would touch. */
const ROUNDING_CM = 22
const ROUNDING_MAX_PX = 9

export class BaseLayer {
  readonly canvas = document.createElement('canvas')
  highlight: number | null = null
  private readonly store: SeatStore
  private readonly camera: Camera
  /** How wide sections usually are, in centimetres: the measure of their labels. */
  private readonly sectionWidth: number
  private readonly sectionCentres: Point[]
  private readonly areaCentres: Point[]
  private readonly shapeCentres: Point[]
  private look: MapLook
  private ratio = 1

  constructor(store: SeatStore, camera: Camera, look: MapLook) {
    this.store = store
    this.camera = camera
    this.look = look
    const sizes = store.chart.sections.map(({ outline }) => Math.sqrt(surfaceOf(outline)))
    this.sectionWidth = sizes.sort((a, b) => a - b)[sizes.length >> 1] ?? 0
    this.sectionCentres = store.chart.sections.map(({ outline }) => centreOf(outline))
    this.areaCentres = store.chart.areas.map(({ outline }) => centreOf(outline))
    this.shapeCentres = store.chart.shapes.map(({ outline }) => centreOf(outline))
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
    chart.shapes.forEach((shape, at) => {
      if (overlaps(shape.bounds, view)) this.shape(ctx, at)
    })
    chart.sections.forEach((section, at) => {
      if (section.seats > 0 && overlaps(section.bounds, view)) this.section(ctx, at, seats)
    })
    chart.areas.forEach((area, at) => {
      if (overlaps(area.bounds, view)) this.area(ctx, at)
    })
    if (chart.seatWidth * this.camera.scale >= ROW_LABELS_FROM_PX) this.rowLabels(ctx, view)
  }

  private shape(ctx: CanvasRenderingContext2D, at: number): void {
    const { theme, fontFamily } = this.look
    const shape = this.store.chart.shapes[at]
    const { left, right } = shape.bounds
    const stage = shape.kind === 'stage'
    const floor = shape.kind === 'floor'
    this.fill(ctx, shape.outline, stage ? theme.stage : floor ? theme.ground : theme.floor)
    if (!stage && !floor) this.stroke(ctx, theme.line)
    ctx.letterSpacing = stage ? '2.5px' : '0px'
    const place = { outline: shape.outline, centre: this.shapeCentres[at] }
    drawLabel(ctx, this.camera, place, [stage ? shape.label.toUpperCase() : shape.label], {
      color: stage ? theme.stageLabel : theme.quietLabel,
      family: fontFamily,
      size: Math.min(14, labelSize((right - left) * this.camera.scale * 0.6)),
    })
    ctx.letterSpacing = '0px'
  }

  private section(ctx: CanvasRenderingContext2D, at: number, seats: number): void {
    const { theme, fontFamily } = this.look
    const section = this.store.chart.sections[at]
    const left = this.store.sectionCountOf(at, Status.available)
    const { category, dimmed } = this.shownCategory(section)
    const color = this.store.chart.categories[category]?.color ?? theme.locked
    const gone = left === 0 || dimmed
    const far = gone ? theme.sold : mix(theme.floor, color, tint(left / section.seats))
    const fill = mix(far, theme.floor, seats)
    if (seats > 0) {
      this.trace(ctx, section.outline)
      this.stroke(ctx, mix(far, theme.line, seats), this.rounding + 2)
    }
    this.fill(ctx, section.outline, fill)
    if (seats >= 1 || this.store.version === 0) return
    ctx.globalAlpha = (1 - seats) ** 2
    const place = { outline: section.outline, centre: this.sectionCentres[at] }
    drawLabel(ctx, this.camera, place, [section.label, left === 0 ? 'sold out' : `${left} left`], {
      color: gone ? theme.quietLabel : readableOn(fill),
      family: fontFamily,
      size: labelSize(this.sectionWidth * this.camera.scale),
    })
    ctx.globalAlpha = 1
  }

  /** A section is coloured by the category looked for, else by the one it has most of. */
  private shownCategory(section: Section): { category: number; dimmed: boolean } {
    if (this.highlight === null) return { category: section.category, dimmed: false }
    return { category: this.highlight, dimmed: section.seatsOf[this.highlight] === 0 }
  }

  private area(ctx: CanvasRenderingContext2D, at: number): void {
    const { theme, fontFamily } = this.look
    const area = this.store.chart.areas[at]
    const left = this.store.areaCountOf(at, Status.available)
    const color = this.store.chart.categories[area.category]?.color ?? theme.locked
    const dimmed = this.highlight !== null && this.highlight !== area.category
    const gone = left === 0 || dimmed
    const fill = gone ? theme.sold : mix(theme.floor, color, tint(left / area.count))
    this.fill(ctx, area.outline, fill)
    const place = { outline: area.outline, centre: this.areaCentres[at] }
    drawLabel(ctx, this.camera, place, [area.label, left === 0 ? 'sold out' : `${left} places`], {
      color: gone ? theme.quietLabel : readableOn(fill),
      family: fontFamily,
      size: labelSize((area.bounds.right - area.bounds.left) * this.camera.scale),
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
    const { x, y, seatWidth, area } = this.store.chart
    if (row.count < 2 || area[row.first] !== NONE) return []
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

  /** How far corners are rounded, by a border in the colour of the filling. */
  private get rounding(): number {
    return Math.min(ROUNDING_MAX_PX, ROUNDING_CM * this.camera.scale)
  }

  private fill(ctx: CanvasRenderingContext2D, outline: readonly Point[], color: string): void {
    this.trace(ctx, outline)
    ctx.fillStyle = color
    ctx.fill()
    this.stroke(ctx, color, this.rounding)
  }

  private stroke(ctx: CanvasRenderingContext2D, color: string, width = 1): void {
    ctx.strokeStyle = color
    ctx.lineWidth = width
    ctx.lineJoin = 'round'
    ctx.stroke()
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
