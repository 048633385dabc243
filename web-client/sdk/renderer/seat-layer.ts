// Draws seats, by copying small pictures into a pixel buffer that is handed to the canvas whole.
//
// Why not a canvas library or WebGL: measured with 18,000 seats at 1440 x 900 in a browser without
// a graphics card, moving everything took 67 ms a frame with drawImage, 47 ms with PixiJS particles
// (and 237 KB more to download), 16 ms – the display's pace – this way, 6 ms of it work. The cost
// is bounded by the screen's pixels, not by the seats. A delta repaints just the seats it names.

import { Flag, NONE } from '../chart'
import { Own, type SeatStore } from '../seat-store'
import type { Camera } from './camera'
import type { SeatGrid } from './seat-grid'
import { SeatNumbers, type Mask } from './seat-numbers'
import { categoryShape, SeatShape } from '../palette'
import { SeatSprites, type Sprite } from './seat-sprites'
import type { Highlight, MapLook } from './theme'

/** Numbers are drawn once a seat is this wide, in CSS pixels. */
const NUMBERS_FROM_PX = 19

/** From this many changed seats on, handing over the whole buffer is the cheaper way. */
const PATCHES_MAX = 300

/** Neighbours must not touch. */
const SEAT_FILL = 0.86

/** While the map moves, sharpness beyond this many pixels goes unseen and costs frames. */
const MOVING_PIXELS_MAX = 1_500_000

/** From the chart's centimetres to a buffer's pixels. */
interface Onto {
  scale: number
  left: number
  top: number
}

/** Of a buffer, in its pixels: from the first column and line to one past the last. */
interface Part {
  left: number
  top: number
  right: number
  bottom: number
}

interface Buffer {
  image: ImageData
  pixels: Uint32Array
  /** Its pixels per CSS pixel. */
  ratio: number
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
  /** Asked of the camera once a drawing. */
  private onto: Onto = { scale: 1, left: 0, top: 0 }
  /** Where the seats in the buffer are, as long as they can be moved on; null: draw them anew. */
  private shown: Onto | null = null
  private rough = false

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
   * Draws the seats in view; coarsely when the next frame will show another view anyway, and of a
   * map that is only moved those that come into view. `changed` have changed since the last time.
   */
  draw(moving: boolean, changed: readonly number[]): void {
    this.use(moving ? this.buffers.coarse : this.buffers.fine)
    this.prepare(moving)
    if (moving && this.shown?.scale === this.onto.scale && this.shift(this.shown)) {
      for (const seat of changed) if (this.drawn(seat)) this.paint(seat)
    } else {
      const { width, height } = this.buffer.image
      this.redraw({ left: 0, top: 0, right: width, bottom: height })
    }
    this.canvas.getContext('2d')?.putImageData(this.buffer.image, 0, 0)
    this.shown = moving ? this.onto : null
    this.rough = moving
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
    this.prepare(this.rough)
    if (this.shown) this.onto = this.shown
    for (const seat of seats) {
      if (!this.drawn(seat)) continue
      const size = this.paint(seat)
      const left = Math.floor(this.deviceX(seat) - size / 2)
      const top = Math.floor(this.deviceY(seat) - size / 2)
      ctx?.putImageData(this.buffer.image, 0, 0, left, top, size + 1, size + 1)
    }
  }

  private use(buffer: Buffer): void {
    this.buffer = buffer
    const { width, height } = buffer.image
    // Setting the size clears a canvas, even to the size it has.
    if (this.canvas.width !== width) this.canvas.width = width
    if (this.canvas.height !== height) this.canvas.height = height
  }

  private prepare(moving: boolean): void {
    const width = this.store.chart.seatWidth * SEAT_FILL * this.camera.scale
    const { ratio } = this.buffer
    this.sprites.resize(width * ratio, ratio, moving)
    this.numbers.resize(width * ratio, moving)
    this.numbered = width >= NUMBERS_FROM_PX
    const { camera } = this
    this.onto = {
      scale: camera.scale * ratio,
      left: camera.screenX(0) * ratio,
      top: camera.screenY(0) * ratio,
    }
  }

  private deviceX(seat: number): number {
    return this.store.chart.x[seat] * this.onto.scale + this.onto.left
  }

  private deviceY(seat: number): number {
    return this.store.chart.y[seat] * this.onto.scale + this.onto.top
  }

  /** Paints one seat into the buffer and answers how wide its picture is. */
  private paint(seat: number): number {
    const { chart, statuses, own } = this.store
    const { sprites } = this
    const category = chart.category[seat]
    const dimmed = this.highlight !== null && !this.highlight.has(category)
    const look = sprites.lookOf(category, statuses[seat], own[seat], dimmed)
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
    this.copy(sprite, column - half, line - half)
    if (this.numbered && own[seat] === Own.none) {
      const color = sprites.textColor(look)
      const mask = color === null ? null : this.numbers.get(chart.number[seat])
      if (mask && color !== null) this.blend(mask, column, line, color)
    }
    return sprite.size
  }

  private copy(sprite: Sprite, left: number, top: number): void {
    const { pixels, image } = this.buffer
    const { width, height } = image
    const { size } = sprite
    const firstLine = Math.max(0, -top)
    const endLine = Math.min(size, height - top)
    const first = Math.max(0, -left)
    const end = Math.min(size, width - left)
    for (let line = firstLine; line < endLine; line += 1) {
      const to = (top + line) * width + left
      const from = line * size
      for (let at = first; at < end; at += 1) {
        const pixel = sprite.pixels[from + at]
        if (pixel !== 0) pixels[to + at] = pixel
      }
    }
  }

  private blend(mask: Mask, x: number, y: number, [r, g, b]: [number, number, number]): void {
    const { width, height, data } = this.buffer.image
    const left = x - (mask.width >> 1)
    const top = y - (mask.height >> 1)
    for (let line = Math.max(0, -top); line < Math.min(mask.height, height - top); line += 1) {
      for (let at = Math.max(0, -left); at < Math.min(mask.width, width - left); at += 1) {
        const cover = mask.cover[line * mask.width + at] / 255
        if (cover === 0) continue
        const to = ((top + line) * width + left + at) * 4
        data[to] += (r - data[to]) * cover
        data[to + 1] += (g - data[to + 1]) * cover
        data[to + 2] += (b - data[to + 2]) * cover
      }
    }
  }
}

function bufferOf(width: number, height: number, ratio: number): Buffer {
  const columns = Math.max(1, Math.round(width * ratio))
  const lines = Math.max(1, Math.round(height * ratio))
  const image = new ImageData(columns, lines)
  return { image, pixels: new Uint32Array(image.data.buffer), ratio }
}
