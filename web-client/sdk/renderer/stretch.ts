// Where a drawing is that was made for another view: pure arithmetic on scales and places, so that
// a map that comes closer can be stretched instead of drawn again.

import type { Camera } from './camera.js'

/** From the chart's centimetres to a buffer's pixels. */
export interface Onto {
  scale: number
  left: number
  top: number
}

/** How a drawing lies in a view: so many times larger, and moved, in CSS pixels. */
export interface Stretch {
  times: number
  x: number
  y: number
}

/** Dividing and multiplying by the same is not always the same. */
const ROUNDING = 1.0001

/** An edge that is so far inside of the view isn't seen, in CSS pixels. */
const EDGE_PX = 0.5

export function ontoOf(camera: Camera, ratio: number): Onto {
  return {
    scale: camera.scale * ratio,
    left: camera.screenX(0) * ratio,
    top: camera.screenY(0) * ratio,
  }
}

/** The view with as much more around it as fits when all is drawn so many times smaller. */
export function around(
  { scale, left, top }: Onto,
  camera: Camera,
  ratio: number,
  times: number,
): Onto {
  const [x, y] = [camera.width * ratio, camera.height * ratio]
  return {
    scale: scale / times,
    left: (left + (x * (times - 1)) / 2) / times,
    top: (top + (y * (times - 1)) / 2) / times,
  }
}

/** How the drawing has to lie to show the view, or null if it is too small or doesn't fill it. */
export function stretchTo(
  shown: Onto,
  wanted: Onto,
  { width, height }: Camera,
  ratio: number,
  max: number,
): Stretch | null {
  const times = wanted.scale / shown.scale
  if (times < 1 / ROUNDING || times > max * ROUNDING) return null
  const x = (wanted.left - shown.left * times) / ratio
  const y = (wanted.top - shown.top * times) / ratio
  const right = x + width * times
  const bottom = y + height * times
  const filled =
    x <= EDGE_PX && y <= EDGE_PX && right >= width - EDGE_PX && bottom >= height - EDGE_PX
  return filled ? { times, x, y } : null
}
