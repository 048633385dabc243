// Draws what lies under the seats: a picture, stage and shapes, sections coloured by how much is
// left of them, areas of general admission, and what is written on them.

import type { Point } from '../api-types.js'
import type { Section } from '../chart.js'
import { centreOf, overlaps, type Bounds } from '../geometry.js'
import { categoryColor } from '../palette.js'
import { Status } from '../protocol/index.js'
import type { SeatStore } from '../seat-store.js'
import { Backdrop } from './backdrop.js'
import type { Camera } from './camera.js'
import { drawLabel, drawLabels, fitLabel, labelSize, type InkedLabel } from './labels.js'
import { Pen } from './pen.js'
import { RowLabels } from './row-labels.js'
import type { SeatGrid } from './seat-grid.js'
import { SectionLabels } from './section-labels.js'
import { TableLayer } from './table-layer.js'
import { mix, readableOn, type Highlight, type MapLook, type MapTheme } from './theme.js'

/** How pale a section is that has next to nothing left, and how strong a full one. */
const TINT_LEAST = 0.14
const TINT_MOST = 0.66

/** Labels of sections are gone once seats are this visible: both at once can't be read. */
const LABELS_UNTIL = 0.5

/** What a section looks like, and the state that this was made of. */
interface SectionLook {
  made: { left: number; category: number; dimmed: boolean; seats: number; ready: boolean }
  edge: string
  fill: string
  ink: string
}

export interface BaseParts {
  store: SeatStore
  grid: SeatGrid
  camera: Camera
}

export class BaseLayer {
  readonly canvas = document.createElement('canvas')
  highlight: Highlight = null
  private readonly store: SeatStore
  private readonly grid: SeatGrid
  private readonly camera: Camera
  private readonly backdrop: Backdrop
  private readonly pen: Pen
  private readonly sectionLabels: SectionLabels
  private readonly rowLabels: RowLabels
  private readonly tables: TableLayer
  private readonly areaCentres: Point[]
  private readonly shapeCentres: Point[]
  private looks: SectionLook[] = []
  private look: MapLook
  private ratio = 1
  /** Whether labels were drawn as they were laid out for another scale. */
  private rough = false

  /** `changed` is called when there is more to draw than there was. */
  constructor({ store, grid, camera }: BaseParts, look: MapLook, changed: () => void) {
    this.store = store
    this.grid = grid
    this.camera = camera
    this.look = look
    this.backdrop = new Backdrop(store.chart.background, changed)
    this.pen = new Pen(camera)
    this.sectionLabels = new SectionLabels(store, grid, camera, look)
    this.rowLabels = new RowLabels(store.chart, grid, camera)
    this.tables = new TableLayer(store, grid, camera, this.pen)
    this.areaCentres = store.chart.areas.map(({ outline }) => centreOf(outline))
    this.shapeCentres = store.chart.shapes.map(({ outline }) => centreOf(outline))
  }

  destroy(): void {
    this.backdrop.destroy()
  }

  setLook(look: MapLook): void {
    this.look = look
    this.looks = []
    this.sectionLabels.setLook(look)
  }

  /** Seats have changed hands, or a font has come: what sections say is no longer so. */
  relabel(): void {
    this.sectionLabels.forget()
  }

  resize(width: number, height: number, ratio: number): void {
    this.ratio = ratio
    this.canvas.width = Math.max(1, Math.round(width * ratio))
    this.canvas.height = Math.max(1, Math.round(height * ratio))
  }

  /** Whether the last drawing was a rough one and wants to be done again. */
  get coarse(): boolean {
    return this.rough
  }

  /**
   * Draws everything; `seats` is how visible the seats are, 0 from afar to 1. While the map moves,
   * labels need not fit to the pixel.
   */
  draw(seats: number, moving: boolean): void {
    const ctx = this.canvas.getContext('2d')
    if (!ctx) return
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.clearRect(0, 0, this.canvas.width, this.canvas.height)
    ctx.scale(this.ratio, this.ratio)
    const { chart } = this.store
    const view = this.camera.view
    this.backdrop.draw(ctx, this.camera, this.look.theme)
    chart.shapes.forEach((shape, at) => {
      if (overlaps(shape.bounds, view)) this.shape(ctx, at)
    })
    this.sections(ctx, { view, seats, moving })
    this.tables.draw(ctx, this.look, seats)
    chart.areas.forEach((area, at) => {
      if (this.grid.shows(area.floor) && overlaps(area.bounds, view)) this.area(ctx, at)
    })
    this.texts(ctx)
    this.rowLabels.draw(ctx, this.look)
  }

  private shape(ctx: CanvasRenderingContext2D, at: number): void {
    const { theme, fontFamily } = this.look
    const shape = this.store.chart.shapes[at]
    const { left, right } = shape.bounds
    const stage = shape.kind === 'stage'
    const fills: Record<string, string> = {
      stage: theme.stage,
      floor: theme.ground,
      field: theme.field,
    }
    const fill = fills[shape.kind]
    if (!fill) this.pen.edge(ctx, shape.outline, theme.line)
    this.pen.fill(ctx, shape.outline, fill ?? theme.floor)
    if (shape.label === '') return
    ctx.letterSpacing = stage ? '2.5px' : '0px'
    const place = { outline: shape.outline, centre: this.shapeCentres[at] }
    const text = stage ? shape.label.toUpperCase() : shape.label
    const label = fitLabel(ctx, this.camera, place, [text], {
      family: fontFamily,
      size: Math.min(14, labelSize((right - left) * this.camera.scale * 0.6)),
    })
    if (label) drawLabel(ctx, this.camera, label, stage ? theme.stageLabel : theme.quietLabel)
    ctx.letterSpacing = '0px'
  }

  private sections(
    ctx: CanvasRenderingContext2D,
    { view, seats, moving }: { view: Bounds; seats: number; moving: boolean },
  ): void {
    const labelled = seats < LABELS_UNTIL
    const labels = labelled ? this.sectionLabels.get(ctx, moving) : null
    this.rough = labelled && this.sectionLabels.rough
    const inked: InkedLabel[] = []
    this.store.chart.sections.forEach((section, at) => {
      const there = this.grid.shows(section.floor) && overlaps(section.bounds, view)
      if (section.seats === 0 || !there) return
      const { edge, fill, ink } = this.lookOf(at, seats)
      if (seats > 0) this.pen.edge(ctx, section.outline, edge)
      this.pen.fill(ctx, section.outline, fill)
      const label = labels?.get(at)
      if (label) inked.push({ label, ink })
    })
    ctx.globalAlpha = (1 - seats / LABELS_UNTIL) ** 2
    drawLabels(ctx, this.camera, inked)
    ctx.globalAlpha = 1
  }

  /** How a section looks, and what colour can be read on it. */
  private lookOf(at: number, seats: number): SectionLook {
    const { theme, palette } = this.look
    const { ready } = this.store
    const section = this.store.chart.sections[at]
    const left = this.store.sectionCountOf(at, Status.available)
    const { category, dimmed } = this.shownCategory(section)
    const made = { left, category, dimmed, seats, ready }
    const known = this.looks[at] as SectionLook | undefined
    if (known && same(known.made, made)) return known
    const color = categoryColor(this.store.chart, category, palette) ?? theme.locked
    const gone = left === 0 || dimmed
    const tinted = gone ? theme.sold : mix(theme.floor, color, tint(left / section.seats))
    const far = ready ? tinted : unknown(theme)
    const fill = mix(far, theme.floor, seats)
    const ink = gone ? theme.quietLabel : readableOn(fill)
    this.looks[at] = { made, edge: mix(far, theme.line, seats), fill, ink }
    return this.looks[at]
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
    const left = this.store.placesLeft(at)
    const color = categoryColor(this.store.chart, area.category, palette) ?? theme.locked
    const dimmed = this.highlight !== null && !this.highlight.has(area.category)
    const { ready } = this.store
    const gone = left === 0 || dimmed || !ready
    const tinted = gone ? theme.sold : mix(theme.floor, color, tint(left / area.capacity))
    const fill = ready ? tinted : unknown(theme)
    this.pen.fill(ctx, area.outline, fill)
    const place = { outline: area.outline, centre: this.areaCentres[at] }
    const { price } = this.store.chart.categories[area.category]
    const lines = [area.label, left === 0 ? words.soldOut : words.places(left), words.each(price)]
    const width = (area.bounds.right - area.bounds.left) * this.camera.scale
    const style = { family: fontFamily, size: labelSize(width) }
    const said = lines.slice(0, !ready ? 1 : left === 0 ? 2 : 3)
    const label = fitLabel(ctx, this.camera, place, said, style)
    if (label) drawLabel(ctx, this.camera, label, gone ? theme.quietLabel : readableOn(fill))
  }

  /** What the chart has written on it, where it is large enough to be read. */
  private texts(ctx: CanvasRenderingContext2D): void {
    for (const { text, at, size, rotation } of this.store.chart.texts) {
      this.pen.text(ctx, { text, at, size, rotation }, this.look)
    }
  }
}

const same = (one: SectionLook['made'], other: SectionLook['made']): boolean =>
  one.left === other.left &&
  one.category === other.category &&
  one.dimmed === other.dimmed &&
  one.seats === other.seats &&
  one.ready === other.ready

/** What nothing was heard of yet is neither free nor sold out. */
const unknown = ({ floor, sold }: MapTheme): string => mix(floor, sold, 0.5)

function tint(left: number): number {
  return TINT_LEAST + (TINT_MOST - TINT_LEAST) * left
}
