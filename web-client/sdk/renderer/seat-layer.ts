// Draws seats, by copying small pictures into a pixel buffer that is handed to the canvas whole.
//
// Why not a canvas library or WebGL: measured with 18,000 seats at 1440 x 900 in a browser without
// a graphics card, moving everything took 67 ms a frame with drawImage, 47 ms with PixiJS particles
// (and 237 KB more to download), 16 ms – the display's pace – this way, 6 ms of it work. The cost
// is bounded by the screen's pixels, not by the seats. A delta repaints just the seats it names.

import { Flag, NONE } from '../chart.js'
import { Status } from '../protocol/index.js'
import { Own, type SeatStore } from '../seat-store.js'
import type { Camera } from './camera.js'
import type { SeatGrid } from './seat-grid.js'
import { SeatNumbers } from './seat-numbers.js'
import { categoryShape, SeatShape } from '../palette.js'
import { blend, bufferOf, copy, type PixelBuffer } from './raster.js'
import { SeatSprites } from './seat-sprites.js'
import { around, ontoOf, stretchTo, type Onto } from './stretch.js'
import type { Highlight, MapLook } from './theme.js'

/** Numbers are drawn once a seat is this wide, in CSS pixels. */
const NUMBERS_FROM_PX = 19

/** From this many changed seats on, handing over the whole buffer is the cheaper way. */
const PATCHES_MAX = 300

/** Neighbours must not touch. */
const SEAT_FILL = 0.86

/** While the map moves, sharpness beyond this many pixels goes unseen and costs frames. */
const MOVING_PIXELS_MAX = 1_500_000

/** While the map comes closer, what is drawn is stretched by so much before it is drawn again. */
const STRETCH_MAX = 1.4

/** Of a buffer, in its pixels: from the first column and line to one past the last. */
interface Part {
  left: number
  top: number
  right: number
  bottom: number
}

export class SeatLayer {
  readonly canvas = document.createElement('canvas')
  /** Shows only these categories' seats in colour. */
  highlight: Highlight = null
  private readonly store: SeatStore
  private readonly grid: SeatGrid
  private readonly camera: Camera
  private readonly numbers: SeatNumbers
  private look: MapLook
  private sprites: SeatSprites
  /** What is drawn when the map rests, and a coarser one for while it moves. */
  private buffers = { fine: bufferOf(1, 1, 1), coarse: bufferOf(1, 1, 1) }
  private buffer = this.buffers.fine
  private numbered = false
  /** What is being drawn onto. */
  private onto: Onto = { scale: 1, left: 0, top: 0 }
  /** Where the seats in the buffer are, as long as they can be moved on; null: draw them anew. */
  private shown: Onto | null = null
  private rough = false
  /** The view's at the last drawing: whether the map comes closer. */
  private lastScale = 0

  constructor(store: SeatStore, grid: SeatGrid, camera: Camera, look: MapLook) {
    this.store = store
    this.grid = grid
    this.camera = camera
    this.numbers = new SeatNumbers(look.fontFamily)
    this.look = look
    this.sprites = new SeatSprites(look, store.chart)
  }

  setLook(look: MapLook): void {
    this.look = look
    this.sprites = new SeatSprites(look, this.store.chart)
  }

  /** Numbers drawn before the font was there are drawn again. */
  fontLoaded(): void {
    this.numbers.clear()
  }

  resize(width: number, height: number, ratio: number): void {
    const coarse = Math.max(1, Math.sqrt(MOVING_PIXELS_MAX / (width * height)))
    const fine = bufferOf(width, height, ratio)
    this.forget()
    this.buffers = { fine, coarse: coarse < ratio ? bufferOf(width, height, coarse) : fine }
    this.use(fine)
  }

  /** What is in the buffer is no longer so, everywhere. */
  forget(): void {
    this.shown = null
  }

  /**
   * Draws the seats in view; coarsely when the next frame will show another view anyway. Of a map
   * that is only moved those are drawn that come into view, and one that comes closer is stretched.
   * `changed` have changed since the last time.
   */
  draw(moving: boolean, changed: readonly number[]): void {
    this.use(moving ? this.buffers.coarse : this.buffers.fine)
    const wanted = ontoOf(this.camera, this.buffer.ratio)
    this.rough = moving
    if (moving && this.shown && this.stretch(this.shown, wanted)) {
      if (changed.length > 0) this.patch(changed)
      return
    }
    const farther = moving && this.camera.scale < this.lastScale
    this.lastScale = this.camera.scale
    if (moving && this.shown?.scale === wanted.scale) this.drag(this.shown, wanted, changed)
    else if (farther) this.drawAround(wanted)
    else this.drawAll(wanted)
    this.canvas.getContext('2d')?.putImageData(this.buffer.image, 0, 0)
    this.shown = moving ? this.onto : null
  }

  private drawAll(onto: Onto): void {
    this.prepare(onto)
    this.lie(1, 0, 0)
    const { width, height } = this.buffer.image
    this.redraw({ left: 0, top: 0, right: width, bottom: height })
  }

  /** Draws what is in view and around it, smaller, so that going farther shows what is there. */
  private drawAround(wanted: Onto): void {
    this.drawAll(around(wanted, this.camera, this.buffer.ratio, STRETCH_MAX))
    this.stretch(this.onto, wanted)
  }

  /** Shows what is drawn larger, as long as it fills the view; false: it has to be drawn anew. */
  private stretch(shown: Onto, wanted: Onto): boolean {
    if (shown.scale === wanted.scale) return false
    const { ratio } = this.buffer
    const found = stretchTo(shown, wanted, this.camera, ratio, STRETCH_MAX)
    if (found) this.lie(found.times, found.x, found.y)
    return found !== null
  }

  private lie(times: number, x: number, y: number): void {
    const { style } = this.canvas
    style.transform = times === 1 ? '' : `matrix(${times},0,0,${times},${x},${y})`
  }

  private drag(shown: Onto, wanted: Onto, changed: readonly number[]): void {
    this.prepare(wanted)
    this.lie(1, 0, 0)
    if (this.shift(shown)) {
      for (const seat of changed) if (this.drawn(seat)) this.paint(seat)
    } else this.drawAll(wanted)
  }

  /** Moves what is drawn by whole pixels and draws what has come into view; false: not worth it. */
  private shift(shown: Onto): boolean {
    const { width, height } = this.buffer.image
    const dx = Math.round(this.onto.left - shown.left)
    const dy = Math.round(this.onto.top - shown.top)
    if (Math.abs(dx) > width / 2 || Math.abs(dy) > height / 2) return false
    this.onto = { ...this.onto, left: shown.left + dx, top: shown.top + dy }
    const { pixels } = this.buffer
    // What leaves a line at one end comes in at the other, where it is drawn over.
    const by = dy * width + dx
    if (by > 0) pixels.copyWithin(by, 0, pixels.length - by)
    else if (by < 0) pixels.copyWithin(0, -by)
    const whole = { left: 0, top: 0, right: width, bottom: height }
    if (dx > 0) this.redraw({ ...whole, right: dx })
    else if (dx < 0) this.redraw({ ...whole, left: width + dx })
    if (dy > 0) this.redraw({ ...whole, bottom: dy })
    else if (dy < 0) this.redraw({ ...whole, top: height + dy })
    return true
  }

  private redraw(part: Part): void {
    const { pixels, image } = this.buffer
    if (part.right - part.left === image.width) {
      pixels.fill(0, part.top * image.width, part.bottom * image.width)
    } else {
      for (let line = part.top; line < part.bottom; line += 1) {
        pixels.fill(0, line * image.width + part.left, line * image.width + part.right)
      }
    }
    const { scale, left, top } = this.onto
    const margin = this.store.chart.seatWidth
    const box = {
      left: (part.left - left) / scale - margin,
      top: (part.top - top) / scale - margin,
      right: (part.right - left) / scale + margin,
      bottom: (part.bottom - top) / scale + margin,
    }
    this.grid.forEachIn(box, (seat) => this.paint(seat))
  }

  /** Whether a seat is one of those that are drawn: not a place, and on this storey. */
  private drawn(seat: number): boolean {
    return this.store.chart.area[seat] === NONE && this.grid.showsSeat(seat)
  }

  /** Whether the last drawing was a coarse one and wants to be done again. */
  get coarse(): boolean {
    return this.rough
  }

  /** Draws these seats again; nothing else may have changed since the last draw. */
  patch(seats: readonly number[]): void {
    if (seats.length > PATCHES_MAX) {
      this.forget()
      this.draw(this.coarse, seats)
      return
    }
    const ctx = this.canvas.getContext('2d')
    this.prepare(this.shown ?? ontoOf(this.camera, this.buffer.ratio))
    for (const seat of seats) {
      if (!this.drawn(seat)) continue
      const size = this.paint(seat)
      const left = Math.floor(this.deviceX(seat) - size / 2)
      const top = Math.floor(this.deviceY(seat) - size / 2)
      ctx?.putImageData(this.buffer.image, 0, 0, left, top, size + 1, size + 1)
    }
  }

  private use(buffer: PixelBuffer): void {
    this.buffer = buffer
    const { width, height } = buffer.image
    // Setting the size clears a canvas, even to the size it has.
    if (this.canvas.width !== width) this.canvas.width = width
    if (this.canvas.height !== height) this.canvas.height = height
  }

  private prepare(onto: Onto): void {
    const width = this.store.chart.seatWidth * SEAT_FILL * onto.scale
    const { ratio } = this.buffer
    this.onto = onto
    this.sprites.resize(width, ratio, this.rough)
    this.numbers.resize(width, this.rough)
    this.numbered = width >= NUMBERS_FROM_PX * ratio
  }

  private deviceX(seat: number): number {
    return this.store.chart.x[seat] * this.onto.scale + this.onto.left
  }

  private deviceY(seat: number): number {
    return this.store.chart.y[seat] * this.onto.scale + this.onto.top
  }

  /** Paints one seat into the buffer and answers how wide its picture is. */
  private paint(seat: number): number {
    const { chart, statuses, own, ready } = this.store
    const { sprites } = this
    const category = chart.category[seat]
    const dimmed = this.highlight !== null && !this.highlight.has(category)
    // Before anything was heard, a seat is neither free nor sold.
    const pale = dimmed || !ready
    const status = ready ? statuses[seat] : Status.available
    const look = sprites.lookOf(category, status, own[seat], pale)
    const wheelchair = (chart.flags[seat] & Flag.wheelchair) !== 0
    const shape = wheelchair ? SeatShape.square : categoryShape(category, this.look.palette)
    const x = this.deviceX(seat)
    const y = this.deviceY(seat)
    const column = Math.floor(x)
    const line = Math.floor(y)
    const sprite = sprites.get(
      look,
      shape,
      Math.floor((x - column) * sprites.phases),
      Math.floor((y - line) * sprites.phases),
    )
    const half = sprite.size >> 1
    copy(this.buffer, sprite, column - half, line - half)
    if (this.numbered && own[seat] === Own.none) {
      const color = sprites.textColor(look)
      const mask = color === null ? null : this.numbers.get(chart.number[seat])
      if (mask && color !== null) blend(this.buffer, mask, [column, line], color)
    }
    return sprite.size
  }
}
