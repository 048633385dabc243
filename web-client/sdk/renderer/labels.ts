// Labels of outlines: as large as fits inside, in two lines, in one, or not at all. Text that hangs
// over an edge makes a map look broken, and in a ring of wedges a box is a poor measure of room.

import type { Point } from '../api-types.js'
import { insideOutline, type Bounds } from '../geometry.js'
import type { Camera } from './camera.js'
import { widthOf } from './ruler.js'

/** Smaller text can't be read. */
export const SIZE_MIN_PX = 9
const SIZE_MAX_PX = 16

/** Labels of one kind may differ by this much to fit; more would look like ranks. */
const SHRINK_MAX_PX = 2

/** How large a label is, of what it stands on. */
const SIZE_SHARE = 0.165

/** The second line is smaller than the first by this much, and never below what can be read. */
const SECOND_SHARE = 0.78
const SECOND_MIN_PX = 9
const LINE_HEIGHT = 1.22
const MARGIN_PX = 1

/** How far from a line's middle its ink reaches, of the line's height. */
const INK_SHARE = 0.32

export interface LabelStyle {
  family: string
  size: number
}

/** The one size for outlines that are about so wide on the screen. */
export function labelSize(width: number): number {
  return Math.min(SIZE_MAX_PX, Math.max(SIZE_MIN_PX + 1, width * SIZE_SHARE))
}

/** A label laid out where it fits: good for as long as the map is neither closer nor farther. */
export interface Label {
  /** The chart's point that it stands on. */
  at: Point
  lines: Line[]
}

interface Line {
  text: string
  font: string
  width: number
  height: number
  /** Where the line's middle is, from the middle of the label. */
  middle: number
}

export interface LabelPlace {
  outline: readonly Point[]
  centre: Point
  /** The box around the outline, where many labels are tried on it. */
  bounds?: Bounds
  /** Where there is more room than in the middle, of which a bent outline may have little. */
  roomiest?: () => Point
}

/** Lays out as many of the lines as fit inside, the first ones first; null when not even one. */
export function fitLabel(
  ctx: CanvasRenderingContext2D,
  camera: Camera,
  place: LabelPlace,
  lines: readonly string[],
  style: LabelStyle,
): Label | null {
  const texts = lines.filter((line) => line !== '')
  for (let count = texts.length; count > 0; count -= 1) {
    const label = fitLines(ctx, camera, place, texts.slice(0, count), style)
    if (label) return label
  }
  return null
}

/** Lays out all of the lines, in the largest size that fits inside; null when none does. */
export function fitLines(
  ctx: CanvasRenderingContext2D,
  camera: Camera,
  place: LabelPlace,
  lines: readonly string[],
  style: LabelStyle,
): Label | null {
  const least = Math.max(SIZE_MIN_PX, style.size - SHRINK_MAX_PX)
  let outline: Point[] | null = null
  for (let size = style.size; size >= least; size -= 1) {
    const laidOut = layOut(ctx, lines, size, style.family)
    // Most that don't fit are as much as larger than the box: that is seen without the outline.
    if (place.bounds && !within(place.bounds, camera.scale, laidOut)) continue
    outline ??= place.outline.map(([x, y]): Point => [camera.screenX(x), camera.screenY(y)])
    const drawn = outline
    const suits = ([x, y]: Point) => {
      const [left, top] = [camera.screenX(x), camera.screenY(y)]
      return laidOut.every((line) => fits(drawn, left, top, line))
    }
    if (suits(place.centre)) return { at: place.centre, lines: laidOut }
    const other = place.roomiest?.()
    if (other && suits(other)) return { at: other, lines: laidOut }
  }
  return null
}

function within(bounds: Bounds, scale: number, lines: readonly Line[]): boolean {
  const height = lines.reduce((sum, line) => sum + line.height, 0) * 2 * INK_SHARE
  const width = Math.max(...lines.map((line) => line.width))
  const [right, bottom] = [bounds.right - bounds.left, bounds.bottom - bounds.top]
  return width <= right * scale && height <= bottom * scale
}

/** A label in the colour it is written with. */
export interface InkedLabel {
  label: Label
  ink: string
}

export function drawLabel(
  ctx: CanvasRenderingContext2D,
  camera: Camera,
  label: Label,
  ink: string,
): void {
  drawLabels(ctx, camera, [{ label, ink }])
}

/** Draws many labels: first lines first, because changing the font costs more than a text. */
export function drawLabels(
  ctx: CanvasRenderingContext2D,
  camera: Camera,
  labels: readonly InkedLabel[],
): void {
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  let font = ''
  const lines = Math.max(0, ...labels.map(({ label }) => label.lines.length))
  for (let at = 0; at < lines; at += 1) {
    for (const { label, ink } of labels) {
      const line = label.lines[at] as Line | undefined
      if (!line) continue
      if (line.font !== font) ctx.font = font = line.font
      const [x, y] = [camera.screenX(label.at[0]), camera.screenY(label.at[1])]
      ctx.fillStyle = ink
      ctx.fillText(line.text, x, y + line.middle)
    }
  }
}

function layOut(
  ctx: CanvasRenderingContext2D,
  texts: readonly string[],
  size: number,
  family: string,
): Line[] {
  const second = Math.max(SECOND_MIN_PX, size * SECOND_SHARE)
  const sizes = texts.map((_, at) => (at === 0 ? size : second))
  const total = texts.reduce((sum, _, at) => sum + sizes[at] * LINE_HEIGHT, 0)
  let top = -total / 2
  return texts.map((text, at) => {
    const height = sizes[at] * LINE_HEIGHT
    const weight = at === 0 ? 650 : 450
    const font = `${weight} ${sizes[at]}px ${family}`
    const width = widthOf(ctx, text, { weight, size: sizes[at], family })
    const line = { text, font, width, height, middle: top + height / 2 }
    top += height
    return line
  })
}

function fits(outline: readonly Point[], x: number, y: number, line: Line): boolean {
  const half = line.width / 2 + MARGIN_PX
  return [-1, 1].every((side) =>
    [-INK_SHARE, INK_SHARE].every((share) =>
      insideOutline(outline, x + side * half, y + line.middle + share * line.height),
    ),
  )
}
