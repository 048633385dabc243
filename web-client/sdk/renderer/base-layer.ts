// Draws what lies under the seats: stage, sections coloured by how much is left of them, areas of
// general admission, labels of sections and rows.

import type { Point } from '../api-types'
import { NONE, type Row, type Section } from '../chart'
import { centreOf, overlaps, type Bounds } from '../geometry'
import { Status } from '../protocol'
import type { SeatStore } from '../seat-store'
import type { Camera } from './camera'
import { drawLabel, fitLabel, labelSize } from './labels'
import { SectionLabels } from './section-labels'
import { categoryColor } from '../palette'
import { mix, readableOn, type Highlight, type MapLook } from './theme'

/** Row labels appear once a seat is this wide, in CSS pixels. */
const ROW_LABELS_FROM_PX = 13

/** How pale a section is that has next to nothing left, and how strong a full one. */
const TINT_LEAST = 0.14
const TINT_MOST = 0.66

/** How thick the border is that rounds corners; thin from afar, or neighbours would touch. */
const ROUNDING_CM = 22
const ROUNDING_MAX_PX = 9

export class BaseLayer {
  readonly canvas = document.createElement('canvas')
  highlight: Highlight = null
  private readonly store: SeatStore
  private readonly camera: Camera
  private readonly sectionLabels: SectionLabels
  private readonly areaCentres: Point[]
  private readonly shapeCentres: Point[]
  private look: MapLook
  private ratio = 1

  constructor(store: SeatStore, camera: Camera, look: MapLook) {
    this.store = store
    this.camera = camera
    this.look = look
    this.sectionLabels = new SectionLabels(store, camera, look)
    this.areaCentres = store.chart.areas.map(({ outline }) => centreOf(outline))
    this.shapeCentres = store.chart.shapes.map(({ outline }) => centreOf(outline))
  }

  setLook(look: MapLook): void {
    this.look = look
    this.sectionLabels.look = look
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
    this.sections(ctx, view, seats)
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
    if (shape.label === '') return
    ctx.letterSpacing = stage ? '2.5px' : '0px'
    const place = { outline: shape.outline, centre: this.shapeCentres[at] }
    const label = fitLabel(ctx, this.camera, place, [
      stage ? shape.label.toUpperCase() : shape.label,
    ], {
      family: fontFamily,
      size: Math.min(14, labelSize((right - left) * this.camera.scale * 0.6)),
    })
    if (label) drawLabel(ctx, label, stage ? theme.stageLabel : theme.quietLabel)
    ctx.letterSpacing = '0px'
  }

  private sections(ctx: CanvasRenderingContext2D, view: Bounds, seats: number): void {
    const { sections } = this.store.chart
    const shown = sections.flatMap((section, at) =>
      section.seats > 0 && overlaps(section.bounds, view) ? [at] : [],
    )
    const labelled = seats < 1 && this.store.version > 0
    const labels = labelled ? this.sectionLabels.layOut(ctx, shown) : null
    for (const at of shown) {
      const ink = this.section(ctx, at, seats)
      const label = labels?.get(at)
      if (!label) continue
      ctx.globalAlpha = (1 - seats) ** 2
      drawLabel(ctx, label, ink)
      ctx.globalAlpha = 1
    }
  }

  /** Draws a section and answers what colour can be read on it. */
  private section(ctx: CanvasRenderingContext2D, at: number, seats: number): string {
    const { theme } = this.look
    const section = this.store.chart.sections[at]
    const left = this.store.sectionCountOf(at, Status.available)
    const { category, dimmed } = this.shownCategory(section)
    const color = categoryColor(this.store.chart, category, this.look.palette) ?? theme.locked
    const gone = left === 0 || dimmed
    const far = gone ? theme.sold : mix(theme.floor, color, tint(left / section.seats))
    const fill = mix(far, theme.floor, seats)
    if (seats > 0) {
      this.trace(ctx, section.outline)
      this.stroke(ctx, mix(far, theme.line, seats), this.rounding + 2)
    }
    this.fill(ctx, section.outline, fill)
    return gone ? theme.quietLabel : readableOn(fill)
  }

  /** A section is coloured by the category it has most of, of those looked for. */
  private shownCategory(section: Section): { category: number; dimmed: boolean } {
    const { highlight } = this
    if (highlight === null || highlight.has(section.category)) {
      return { category: section.category, dimmed: false }
    }
    const category = section.seatsOf.findIndex((seats, at) => seats > 0 && highlight.has(at))
    return { category: Math.max(0, category), dimmed: category < 0 }
  }

  private area(ctx: CanvasRenderingContext2D, at: number): void {
    const { theme, fontFamily, words, palette } = this.look
    const area = this.store.chart.areas[at]
    const left = this.store.areaCountOf(at, Status.available)
    const color = categoryColor(this.store.chart, area.category, palette) ?? theme.locked
    const dimmed = this.highlight !== null && !this.highlight.has(area.category)
    const gone = left === 0 || dimmed
    const fill = gone ? theme.sold : mix(theme.floor, color, tint(left / area.count))
    this.fill(ctx, area.outline, fill)
    const place = { outline: area.outline, centre: this.areaCentres[at] }
    const lines = [area.label, left === 0 ? words.soldOut : words.places(left)]
    const width = (area.bounds.right - area.bounds.left) * this.camera.scale
    const style = { family: fontFamily, size: labelSize(width) }
    const label = fitLabel(ctx, this.camera, place, lines, style)
    if (label) drawLabel(ctx, label, gone ? theme.quietLabel : readableOn(fill))
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
