// Labels of outlines: as large as fits inside, in two lines, in one, or not at all. Text that hangs
// over an edge makes a map look broken, and in a ring of wedges a box is a poor measure of room.

import type { Point } from '../api-types'
import { insideOutline } from '../geometry'
import type { Camera } from './camera'

const SIZE_MIN_PX = 9
const SIZE_MAX_PX = 16

/** Labels of one kind may differ by this much to fit; more would look like ranks. */
const SHRINK_MAX_PX = 2

/** How large a label is, of what it stands on. */
const SIZE_SHARE = 0.165

/** The second line is smaller than the first by this much, and never below what can be read. */
const SECOND_SHARE = 0.78
const SECOND_MIN_PX = 9
const LINE_HEIGHT = 1.22
const MARGIN_PX = 2

export interface LabelStyle {
  color: string
  family: string
  size: number
}

/** The one size for outlines that are about so wide on the screen. */
export function labelSize(width: number): number {
  return Math.min(SIZE_MAX_PX, Math.max(SIZE_MIN_PX + 1, width * SIZE_SHARE))
}

/** Writes up to two lines around the centre of an outline, on the screen. */
export function drawLabel(
  ctx: CanvasRenderingContext2D,
  camera: Camera,
  place: { outline: readonly Point[]; centre: Point },
  lines: readonly string[],
  style: LabelStyle,
): void {
  const texts = lines.filter((line) => line !== '')
  if (texts.length === 0) return
  const outline = place.outline.map(
    ([x, y]): Point => [camera.screenX(x), camera.screenY(y)],
  )
  const [x, y] = [camera.screenX(place.centre[0]), camera.screenY(place.centre[1])]
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.fillStyle = style.color
  for (let count = texts.length; count > 0; count -= 1) {
    const shown = texts.slice(0, count)
    const least = Math.max(SIZE_MIN_PX, style.size - SHRINK_MAX_PX)
    for (let size = style.size; size >= least; size -= 1) {
      const boxes = layOut(ctx, shown, size, style.family)
      if (!boxes.every((box) => fits(outline, x, y, box))) continue
      for (const { text, font, middle } of boxes) {
        ctx.font = font
        ctx.fillText(text, x, y + middle)
      }
      return
    }
  }
}

interface Box {
  text: string
  font: string
  width: number
  height: number
  /** Where the line's middle is, from the middle of the label. */
  middle: number
}

function layOut(
  ctx: CanvasRenderingContext2D,
  texts: readonly string[],
  size: number,
  family: string,
): Box[] {
  const sizes = [size, Math.max(SECOND_MIN_PX, size * SECOND_SHARE)]
  const total = texts.reduce((sum, _, at) => sum + sizes[at] * LINE_HEIGHT, 0)
  let top = -total / 2
  return texts.map((text, at) => {
    const height = sizes[at] * LINE_HEIGHT
    const font = `${at === 0 ? 650 : 450} ${sizes[at]}px ${family}`
    ctx.font = font
    const box = { text, font, width: ctx.measureText(text).width, height, middle: top + height / 2 }
    top += height
    return box
  })
}

function fits(outline: readonly Point[], x: number, y: number, box: Box): boolean {
  const half = box.width / 2 + MARGIN_PX
  return [-1, 1].every((side) =>
    [-0.4, 0.4].every((share) =>
      insideOutline(outline, x + side * half, y + box.middle + share * box.height),
    ),
  )
}
