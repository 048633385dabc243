// Draws outlines of the chart on a canvas, with rounded corners, and free text. Knows the camera
// and nothing of seats.

import type { Point } from '../api-types.js'
import type { Text } from '../chart.js'
import type { Camera } from './camera.js'
import type { MapLook } from './theme.js'

/** How thick the border is that rounds corners; thin from afar, or neighbours would touch. */
const ROUNDING_CM = 22
const ROUNDING_MAX_PX = 9

/** Text below this size is not worth its ink. */
const TEXT_FROM_PX = 7

export class Pen {
  private readonly camera: Camera

  constructor(camera: Camera) {
    this.camera = camera
  }

  fill(ctx: CanvasRenderingContext2D, outline: readonly Point[], color: string): void {
    this.trace(ctx, outline)
    ctx.fillStyle = color
    ctx.fill()
    this.stroke(ctx, color, this.rounding)
  }

  /** A hairline around what is filled afterwards. */
  edge(ctx: CanvasRenderingContext2D, outline: readonly Point[], color: string): void {
    this.trace(ctx, outline)
    this.stroke(ctx, color, this.rounding + 2)
  }

  text(
    ctx: CanvasRenderingContext2D,
    { text, at, size, rotation }: Text,
    { theme, fontFamily }: MapLook,
  ): void {
    const height = size * this.camera.scale
    if (height < TEXT_FROM_PX) return
    ctx.save()
    ctx.translate(this.camera.screenX(at[0]), this.camera.screenY(at[1]))
    ctx.rotate((rotation * Math.PI) / 180)
    ctx.font = `500 ${height}px ${fontFamily}`
    ctx.textAlign = 'center'
    ctx.textBaseline = 'middle'
    ctx.fillStyle = theme.quietLabel
    ctx.fillText(text, 0, 0)
    ctx.restore()
  }

  /** How far corners are rounded, by a border in the colour of the filling. */
  private get rounding(): number {
    return Math.min(ROUNDING_MAX_PX, ROUNDING_CM * this.camera.scale)
  }

  private stroke(ctx: CanvasRenderingContext2D, color: string, width: number): void {
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
