// The pictures a seat can have, drawn once per size and then copied by the raster. All pictures of
// one size cover exactly the same pixels, so a seat that changes is simply painted over.

import type { Chart } from '../chart.js'
import { Own } from '../seat-store.js'
import { Status } from '../protocol/index.js'
import { categoryColor, SHAPES, shapeCorners, type SeatShape } from '../palette.js'
import { parseColor, readableOn, type MapLook, type MapTheme, type Rgb } from './theme.js'

/** What is drawn: a category number while available, else one of these after the last category. */
export const Look = { status: 0, own: 5, dimmed: 9 } as const

/** Sizes whose pictures are kept: zooming out again needs those of zooming in. */
const SIZES_MAX = 32

/** Below this width in CSS pixels a mark would only be dirt. */
const MARKS_FROM_PX = 8

export interface Sprite {
  size: number
  /** RGBA as one number per pixel, not premultiplied; 0 is no pixel. */
  pixels: Uint32Array
}

type Draw = (ctx: CanvasRenderingContext2D, radius: number) => void

export class SeatSprites {
  /** Steps between two pixels at which a seat may sit. Small seats need them to look even. */
  phases = 1
  private readonly theme: MapTheme
  private readonly colors: readonly string[]
  private readonly inks: readonly Rgb[]
  private readonly canvas = document.createElement('canvas')
  private readonly sizes = new Map<string, (Sprite | undefined)[]>()
  private sprites: (Sprite | undefined)[] = []
  private radius = 0
  private size = 0
  private ratio = 1

  constructor({ theme, palette }: MapLook, chart: Chart) {
    this.theme = theme
    this.colors = chart.categories.map(
      ({ color }, at) => categoryColor(chart, at, palette) ?? color,
    )
    this.inks = this.colors.map((color) => parseColor(readableOn(color)))
  }

  /**
   * Makes the pictures fit a seat width in device pixels; cheap when it has not changed. While the
   * map moves, pictures that are a little less exact are drawn less often.
   */
  resize(width: number, ratio: number, moving: boolean): void {
    const steps = moving ? 2 : 4
    const radius = Math.max(1, Math.round((width / 2) * steps) / steps)
    const phases = radius < 6 ? 4 : radius < 12 ? 2 : 1
    this.radius = radius
    this.ratio = ratio
    this.phases = moving ? Math.ceil(phases / 2) : phases
    this.size = Math.ceil(radius * 2.2) + 2
    this.sprites = this.ofSize(`${radius} ${ratio} ${this.phases}`)
  }

  private ofSize(key: string): (Sprite | undefined)[] {
    const known = this.sizes.get(key)
    if (known) return known
    if (this.sizes.size >= SIZES_MAX) this.sizes.clear()
    const none: (Sprite | undefined)[] = []
    this.sizes.set(key, none)
    return none
  }

  lookOf(category: number, status: number, own: number, dimmed: boolean): number {
    const base = this.colors.length
    if (own !== Own.none) return base + Look.own + own
    if (status !== Status.available) return base + Look.status + status
    return dimmed ? base + Look.dimmed : category
  }

  /** The colour a number is written with on a look; none where a mark stands instead. */
  textColor(look: number): Rgb | null {
    return this.inks[look] ?? null
  }

  get(look: number, shape: SeatShape, phaseX: number, phaseY: number): Sprite {
    const kind = look * SHAPES + shape
    const key = (kind * this.phases + phaseY) * this.phases + phaseX
    return (this.sprites[key] ??= this.draw(look, shape, phaseX, phaseY))
  }

  private draw(look: number, shape: SeatShape, phaseX: number, phaseY: number): Sprite {
    const { size } = this
    const { canvas } = this
    if (canvas.width !== size) canvas.width = canvas.height = size
    const ctx = canvas.getContext('2d', { willReadFrequently: true })
    if (!ctx) throw new Error('no 2d canvas')
    ctx.reset()
    ctx.translate(size / 2 + phaseX / this.phases - 0.5, size / 2 + phaseY / this.phases - 0.5)
    ctx.translate(0.5, 0.5)
    const { fill, mark } = this.pictureOf(look)
    ctx.fillStyle = fill
    this.outline(ctx, shape)
    ctx.fill()
    if (mark && this.marked) mark(ctx, this.radius)
    return { size, pixels: new Uint32Array(ctx.getImageData(0, 0, size, size).data.buffer) }
  }

  private get marked(): boolean {
    return (this.radius * 2) / this.ratio >= MARKS_FROM_PX
  }

  private outline(ctx: CanvasRenderingContext2D, shape: SeatShape): void {
    ctx.beginPath()
    const corners = shapeCorners(shape)
    if (corners.length === 0) ctx.arc(0, 0, this.radius, 0, Math.PI * 2)
    for (const [x, y] of corners) ctx.lineTo(x * this.radius, y * this.radius)
    ctx.closePath()
  }

  private pictureOf(look: number): { fill: string; mark?: Draw } {
    const { theme, colors } = this
    if (look < colors.length) return { fill: colors[look] }
    switch (look - colors.length) {
      case Look.status + Status.locked:
        return { fill: theme.locked, mark: dot(theme.mark) }
      case Look.status + Status.reserved:
        return { fill: theme.reserved, mark: bar(theme.mark) }
      case Look.status + Status.sold:
        return { fill: theme.sold, mark: cross(theme.soldMark) }
      case Look.status + Status.blocked:
        // Too small for its ring, it must not look like one that is held.
        return this.marked
          ? { fill: theme.blocked, mark: hollow(theme.floor) }
          : { fill: theme.sold }
      case Look.own + Own.pending:
        return { fill: theme.own, mark: dot(theme.ownMark) }
      case Look.own + Own.held:
        return { fill: theme.own, mark: check(theme.ownMark) }
      case Look.own + Own.booked:
        return { fill: theme.own, mark: ringedCheck(theme.ownMark) }
      default:
        return { fill: theme.sold }
    }
  }
}

function stroke(ctx: CanvasRenderingContext2D, color: string, width: number): void {
  ctx.strokeStyle = color
  ctx.lineWidth = width
  ctx.lineCap = 'round'
  ctx.lineJoin = 'round'
  ctx.stroke()
}

const dot = (color: string): Draw => (ctx, radius) => {
  ctx.fillStyle = color
  ctx.beginPath()
  ctx.arc(0, 0, radius * 0.3, 0, Math.PI * 2)
  ctx.fill()
}

const bar = (color: string): Draw => (ctx, radius) => {
  ctx.beginPath()
  ctx.moveTo(-radius * 0.42, 0)
  ctx.lineTo(radius * 0.42, 0)
  stroke(ctx, color, radius * 0.26)
}

const cross = (color: string): Draw => (ctx, radius) => {
  const arm = radius * 0.34
  ctx.beginPath()
  ctx.moveTo(-arm, -arm)
  ctx.lineTo(arm, arm)
  ctx.moveTo(arm, -arm)
  ctx.lineTo(-arm, arm)
  stroke(ctx, color, Math.max(1, radius * 0.17))
}

const hollow = (color: string): Draw => (ctx, radius) => {
  ctx.fillStyle = color
  ctx.beginPath()
  ctx.arc(0, 0, radius * 0.72, 0, Math.PI * 2)
  ctx.fill()
}

const check = (color: string): Draw => (ctx, radius) => {
  ctx.beginPath()
  ctx.moveTo(-radius * 0.42, radius * 0.02)
  ctx.lineTo(-radius * 0.1, radius * 0.34)
  ctx.lineTo(radius * 0.44, -radius * 0.32)
  stroke(ctx, color, Math.max(1, radius * 0.2))
}

const ringedCheck = (color: string): Draw => (ctx, radius) => {
  ctx.beginPath()
  ctx.arc(0, 0, radius * 0.8, 0, Math.PI * 2)
  stroke(ctx, color, Math.max(0.75, radius * 0.09))
  check(color)(ctx, radius * 0.8)
}
