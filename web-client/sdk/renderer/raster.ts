// Pixels: a buffer that is handed to a canvas whole, and pictures and masks copied into it. Knows
// nothing of seats.

import type { Point } from '../api-types.js'
import type { Mask } from './seat-numbers.js'
import type { Sprite } from './seat-sprites.js'
import type { Rgb } from './theme.js'

export interface PixelBuffer {
  image: ImageData
  pixels: Uint32Array
  /** Its pixels per CSS pixel. */
  ratio: number
}

export function bufferOf(width: number, height: number, ratio: number): PixelBuffer {
  const columns = Math.max(1, Math.round(width * ratio))
  const lines = Math.max(1, Math.round(height * ratio))
  const image = new ImageData(columns, lines)
  return { image, pixels: new Uint32Array(image.data.buffer), ratio }
}

/** Copies a picture; what lies outside is left out, and so is what the picture doesn't cover. */
export function copy(
  { pixels, image }: PixelBuffer,
  sprite: Sprite,
  left: number,
  top: number,
): void {
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

/** Lays a colour over what is there, as strongly as the mask covers it; around a middle. */
export function blend({ image }: PixelBuffer, mask: Mask, [x, y]: Point, [r, g, b]: Rgb): void {
  const { width, height, data } = image
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
