// Owns the three canvases and decides what to draw: one animation frame for whatever has changed
// since the last, and of that only the layers and seats it touches.

import type { Point } from '../api-types.js'
import { Own, type SeatStore } from '../seat-store.js'
import { BaseLayer } from './base-layer.js'
import type { Camera } from './camera.js'
import type { Motion } from './motion.js'
import { OverlayLayer } from './overlay-layer.js'
import { forgetWidths } from './ruler.js'
import type { SeatGrid } from './seat-grid.js'
import { SeatLayer } from './seat-layer.js'
import type { Highlight, MapLook } from './theme.js'

/** Between these seat widths, in CSS pixels, sections give way to seats. */
const SEATS_FROM_PX = 4.4
const SEATS_FULL_PX = 5

/** More changes than this at once are a snapshot, not people choosing. */
const CHANGES_TO_RIPPLE_MAX = 400

/** After this long without a movement the map is at rest and drawn sharply. */
const SETTLE_MS = 120

export interface PainterParts {
  store: SeatStore
  grid: SeatGrid
  camera: Camera
  motion: Motion
}

export class Painter {
  private readonly host: HTMLElement
  private readonly parts: PainterParts
  private readonly base: BaseLayer
  private readonly seats: SeatLayer
  private readonly overlay: OverlayLayer
  private readonly own = new Set<number>()
  private readonly endings: (() => void)[] = []
  /** Called with every drawing that shows another part of the chart. */
  readonly movedListeners = new Set<() => void>()
  private changed: number[] = []
  /** Whether anything has been heard of the seats: what is heard first is no change. */
  private heard: boolean
  /** What the next frame draws; `whole`: seats too that are only to be moved. */
  private redraw = { base: true, seats: true, whole: true }
  private frame = 0
  private movingUntil = 0
  private sharpening: ReturnType<typeof setTimeout> | undefined

  constructor(host: HTMLElement, parts: PainterParts, look: MapLook) {
    const { store, grid, camera } = parts
    this.host = host
    this.parts = parts
    this.heard = store.ready
    this.base = new BaseLayer(parts, look, () => this.all())
    this.seats = new SeatLayer(store, grid, camera, look)
    this.overlay = new OverlayLayer(store, grid, camera, look)
    // Seats that are stretched while the map comes closer reach over its edges.
    host.style.overflow = 'hidden'
    for (const { canvas } of this.layers) {
      canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;transform-origin:0 0'
      canvas.setAttribute('aria-hidden', 'true')
      host.append(canvas)
    }
    for (let seat = 0; seat < store.own.length; seat += 1) this.noteOwn(seat)
    const fontLoaded = () => {
      forgetWidths()
      this.seats.fontLoaded()
      this.base.relabel()
      this.all()
    }
    document.fonts.addEventListener('loadingdone', fontLoaded)
    this.endings.push(
      () => this.base.destroy(),
      () => document.fonts.removeEventListener('loadingdone', fontLoaded),
      store.subscribe((changed) => this.seatsChanged(changed)),
    )
  }

  destroy(): void {
    cancelAnimationFrame(this.frame)
    clearTimeout(this.sharpening)
    for (const end of this.endings) end()
    this.host.replaceChildren()
  }

  setLook(look: MapLook): void {
    for (const layer of this.layers) layer.setLook(look)
    this.all()
  }

  setHighlight(highlight: Highlight): void {
    this.seats.highlight = highlight
    this.base.highlight = highlight
    this.all()
  }

  /** The seats pointed at, and those that choosing them would leave alone. */
  setHovered(seats: readonly number[], orphans: readonly number[]): void {
    this.overlay.hovered = seats
    this.overlay.orphans = orphans
    this.ask()
  }

  /** The section pointed at from afar; -1 for none. */
  setSection(section: number): void {
    this.overlay.section = section
    this.ask()
  }

  /** The outline being drawn around seats, in CSS pixels. */
  setLasso(points: readonly Point[]): void {
    this.overlay.lasso = points
    this.ask()
  }

  setCursor(seat: number): void {
    this.overlay.cursor = seat
    this.ask()
  }

  resize(width: number, height: number): void {
    const ratio = window.devicePixelRatio || 1
    for (const layer of this.layers) layer.resize(width, height, ratio)
    this.redraw = { base: true, seats: true, whole: true }
    // The canvases are empty now; waiting for the next frame would show that as a flicker.
    this.draw(performance.now())
  }

  /** Something changed that shows everywhere. */
  all(): void {
    this.redraw = { base: true, seats: true, whole: true }
    this.ask()
  }

  /** The camera moved and is likely to go on. */
  moved(): void {
    this.movingUntil = performance.now() + SETTLE_MS
    this.redraw = { ...this.redraw, base: true, seats: true }
    this.ask()
  }

  ask(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame((now) => this.draw(now))
  }

  private get layers(): [BaseLayer, SeatLayer, OverlayLayer] {
    return [this.base, this.seats, this.overlay]
  }

  private seatsChanged(changed: readonly number[]): void {
    for (const seat of changed) this.noteOwn(seat)
    this.base.relabel()
    this.redraw.base = true
    const first = !this.heard && this.parts.store.ready
    this.heard = this.parts.store.ready
    if (first || changed.length > CHANGES_TO_RIPPLE_MAX) this.all()
    else {
      this.changed.push(...changed)
      this.overlay.ripple(changed, performance.now())
    }
    this.ask()
  }

  private sharpenSoon(): void {
    clearTimeout(this.sharpening)
    this.sharpening = setTimeout(() => this.all(), SETTLE_MS)
  }

  private noteOwn(seat: number): void {
    if (this.parts.store.own[seat] === Own.none) this.own.delete(seat)
    else this.own.add(seat)
  }

  private draw(now: number): void {
    cancelAnimationFrame(this.frame)
    this.frame = 0
    const { store, camera, motion } = this.parts
    const moved = motion.advance(now)
    const seatPx = store.chart.seatWidth * camera.scale
    const visible = share((seatPx - SEATS_FROM_PX) / (SEATS_FULL_PX - SEATS_FROM_PX))
    const moving = now < this.movingUntil || motion.moving
    if (moved || this.redraw.base) this.base.draw(visible, moving)
    if (moved || this.redraw.seats) for (const listener of this.movedListeners) listener()
    if (this.redraw.whole || visible === 0) this.seats.forget()
    if (moved || this.redraw.seats) {
      this.seats.canvas.style.opacity = String(visible)
      if (visible > 0) this.seats.draw(moving, this.changed)
      // Seats that aren't seen are not drawn again, sharply or otherwise.
      if (this.base.coarse || (visible > 0 && this.seats.coarse)) this.sharpenSoon()
    } else if (visible > 0) this.seats.patch(this.changed)
    this.changed = []
    this.redraw = { base: false, seats: false, whole: false }
    const rippling = this.overlay.draw(now, this.own)
    if (rippling || motion.moving) this.ask()
  }
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value))
}
