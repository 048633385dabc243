// Draws what lies over the seats and changes often: rings on the seats pointed at and on those they
// would leave alone, a ripple where a seat has just changed hands, pins on the visitor's own seats
// while they are too small, and the outline being drawn around seats.

import type { Point } from '../api-types.js'
import { Own, type SeatStore } from '../seat-store.js'
import type { Camera } from './camera.js'
import type { SeatGrid } from './seat-grid.js'
import type { MapLook, MapTheme } from './theme.js'

const RIPPLE_MS = 900
/** A burst of changes shows as many ripples as the eye can take. */
const RIPPLES_MAX = 160

/** Own seats narrower than this get a pin, in CSS pixels. */
const PIN_BELOW_PX = 11
const PIN_PX = 5.5
/** Pins nearer to each other than this become one. */
const CLUSTER_PX = 18

export class OverlayLayer {
  readonly canvas = document.createElement('canvas')
  hovered: readonly number[] = []
  /** Seats that choosing the hovered ones would leave alone. */
  orphans: readonly number[] = []
  lasso: readonly Point[] = []
  /** The section pointed at from afar. */
  section = -1
  /** The seat the keyboard is on. */
  cursor = -1
  private readonly store: SeatStore
  private readonly grid: SeatGrid
  private readonly camera: Camera
  private readonly ripples = new Map<number, number>()
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)')
  private readonly fontFamily: string
  private theme: MapTheme
  private ratio = 1

  constructor(store: SeatStore, grid: SeatGrid, camera: Camera, look: MapLook) {
    this.store = store
    this.grid = grid
    this.camera = camera
    this.theme = look.theme
    this.fontFamily = look.fontFamily
  }

  setLook({ theme }: MapLook): void {
    this.theme = theme
  }

  resize(width: number, height: number, ratio: number): void {
    this.ratio = ratio
    this.canvas.width = Math.max(1, Math.round(width * ratio))
    this.canvas.height = Math.max(1, Math.round(height * ratio))
  }

  ripple(seats: readonly number[], now: number): void {
    if (this.still.matches || this.ripples.size + seats.length > RIPPLES_MAX) return
    for (const seat of seats) if (this.grid.showsSeat(seat)) this.ripples.set(seat, now)
  }

  /** Draws; answers whether something still moves and another frame is wanted. */
  draw(now: number, own: ReadonlySet<number>): boolean {
    const ctx = this.canvas.getContext('2d')
    if (!ctx) return false
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.clearRect(0, 0, this.canvas.width, this.canvas.height)
    ctx.scale(this.ratio, this.ratio)
    this.drawSection(ctx)
    this.drawRipples(ctx, now)
    this.drawPins(ctx, own)
    for (const seat of this.hovered) if (seat !== this.cursor) this.ring(ctx, seat, 2)
    if (this.cursor >= 0) this.ring(ctx, this.cursor, 3)
    this.drawOrphans(ctx)
    this.drawLasso(ctx)
    return this.ripples.size > 0
  }

  private get radius(): number {
    return (this.store.chart.seatWidth * this.camera.scale * 0.86) / 2
  }

  private place(seat: number): [number, number] {
    const { x, y } = this.store.chart
    return [this.camera.screenX(x[seat]), this.camera.screenY(y[seat])]
  }

  private drawSection(ctx: CanvasRenderingContext2D): void {
    const outline = this.store.chart.sections[this.section]?.outline
    if (!outline) return
    ctx.beginPath()
    for (const [x, y] of outline) ctx.lineTo(this.camera.screenX(x), this.camera.screenY(y))
    ctx.closePath()
    ctx.strokeStyle = this.theme.cursor
    ctx.lineWidth = 2
    ctx.lineJoin = 'round'
    ctx.stroke()
  }

  private drawRipples(ctx: CanvasRenderingContext2D, now: number): void {
    const least = Math.max(this.radius, 1.5)
    ctx.strokeStyle = this.theme.pulse
    for (const [seat, since] of this.ripples) {
      const share = (now - since) / RIPPLE_MS
      if (share >= 1) {
        this.ripples.delete(seat)
        continue
      }
      const [x, y] = this.place(seat)
      const eased = 1 - (1 - share) ** 3
      ctx.globalAlpha = 0.55 * (1 - share)
      ctx.lineWidth = 1.5
      ctx.beginPath()
      ctx.arc(x, y, least + eased * (6 + least * 0.5), 0, Math.PI * 2)
      ctx.stroke()
    }
    ctx.globalAlpha = 1
  }

  /** One pin for seats that would hide each other's, with how many they are. */
  private drawPins(ctx: CanvasRenderingContext2D, own: ReadonlySet<number>): void {
    if (this.radius * 2 >= PIN_BELOW_PX) return
    for (const { x, y, count } of this.clusters(own)) {
      const radius = count > 1 ? PIN_PX + 3 : PIN_PX
      disc(ctx, x, y, radius + 1.5, this.theme.ownMark)
      disc(ctx, x, y, radius, this.theme.own)
      if (count < 2) continue
      ctx.fillStyle = this.theme.ownMark
      ctx.font = `700 10px ${this.fontFamily}`
      ctx.textAlign = 'center'
      ctx.textBaseline = 'alphabetic'
      ctx.fillText(String(count), x, y + 3.6)
    }
  }

  private clusters(own: ReadonlySet<number>): { x: number; y: number; count: number }[] {
    const clusters: { x: number; y: number; count: number }[] = []
    for (const seat of own) {
      if (this.store.own[seat] === Own.none || !this.grid.showsSeat(seat)) continue
      const [x, y] = this.place(seat)
      const near = clusters.find((known) => Math.hypot(known.x - x, known.y - y) < CLUSTER_PX)
      if (near) {
        near.x += (x - near.x) / (near.count + 1)
        near.y += (y - near.y) / (near.count + 1)
        near.count += 1
      } else clusters.push({ x, y, count: 1 })
    }
    return clusters
  }

  /** Dashed rings: these would be single seats. */
  private drawOrphans(ctx: CanvasRenderingContext2D): void {
    ctx.setLineDash([3, 3])
    for (const seat of this.orphans) this.ring(ctx, seat, 2)
    ctx.setLineDash([])
  }

  private drawLasso(ctx: CanvasRenderingContext2D): void {
    if (this.lasso.length < 2) return
    ctx.beginPath()
    for (const [x, y] of this.lasso) ctx.lineTo(x, y)
    ctx.closePath()
    ctx.fillStyle = this.theme.cursor
    ctx.globalAlpha = 0.1
    ctx.fill()
    ctx.globalAlpha = 1
    ctx.strokeStyle = this.theme.cursor
    ctx.lineWidth = 1.5
    ctx.setLineDash([5, 4])
    ctx.stroke()
    ctx.setLineDash([])
  }

  private ring(ctx: CanvasRenderingContext2D, seat: number, width: number): void {
    const [x, y] = this.place(seat)
    ctx.strokeStyle = this.theme.cursor
    ctx.lineWidth = width
    ctx.beginPath()
    ctx.arc(x, y, this.radius + 1.5 + width / 2, 0, Math.PI * 2)
    ctx.stroke()
  }
}

function disc(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, color: string) {
  ctx.fillStyle = color
  ctx.beginPath()
  ctx.arc(x, y, radius, 0, Math.PI * 2)
  ctx.fill()
}
