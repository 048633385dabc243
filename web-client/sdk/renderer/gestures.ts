// Turns pointers, wheel and touch into pan, zoom, tap and hover. Knows no seats: it speaks in
// screen pixels and leaves the meaning to whoever listens.

import type { Point } from '../api-types.js'

/** How seats are drawn around: with a box from corner to corner, or freely. */
export type SelectTool = 'box' | 'lasso'

export interface GestureHandlers {
  pan(dx: number, dy: number): void
  zoom(x: number, y: number, factor: number): void
  /** A wheel was turned by so much at once that the map has to go there, not be there. */
  notch(x: number, y: number, factor: number): void
  tap(x: number, y: number, touch: boolean): void
  doubleTap(x: number, y: number, touch: boolean): void
  hover(x: number, y: number): void
  leave(): void
  /** A drag ended while still moving, in pixels per millisecond. */
  fling(vx: number, vy: number): void
  /** A finger or button went down: whatever moves by itself must stop. */
  press(): void
  /** What a drag beginning now would draw around seats with; null: it moves the map. */
  tool(shift: boolean): SelectTool | null
  /** A cooperative map left this to the page. */
  withheld(by: 'touch' | 'wheel'): void
  /** An outline is being drawn; `done` with its end. */
  select(outline: readonly Point[], done: boolean): void
}

/** A pointer that moved less than this was a tap, in CSS pixels. */
const TAP_SLOP_PX = 6
const DOUBLE_TAP_MS = 320
const DOUBLE_TAP_PX = 28

/** One notch of a wheel is about 100 px of delta and should zoom by about a fifth. */
const WHEEL_ZOOM = 0.0018
/** Pinching on a trackpad comes as a wheel with ctrl and far smaller deltas. */
const PINCH_WHEEL_ZOOM = 0.01
const PINCH_DELTA_MAX = 50
const LINE_PX = 16
/** Fingers on a trackpad move by less; a wheel turns by a notch at least. */
const NOTCH_PX = 40
/** What comes so soon after a notch belongs to the same turn, be it large or small. */
const TURN_MS = 150

/** A drag that rested this long before its end does not fling. */
const FLING_REST_MS = 60

interface Pointer {
  x: number
  y: number
}

export class Gestures {
  /** Leaves one finger and the plain wheel to the page. */
  cooperative = false
  private readonly host: HTMLElement
  private readonly handlers: GestureHandlers
  private readonly pointers = new Map<number, Pointer>()
  private readonly ending = new AbortController()
  private start: Pointer = { x: 0, y: 0 }
  private moved = false
  private tool: SelectTool | null = null
  private outline: Point[] = []
  private lastTap = { x: 0, y: 0, at: -Infinity }
  private speed = { x: 0, y: 0, at: 0 }
  private notchedAt = -Infinity

  constructor(host: HTMLElement, handlers: GestureHandlers) {
    this.host = host
    this.handlers = handlers
    const { signal } = this.ending
    host.addEventListener('pointerdown', (event) => this.down(event), { signal })
    host.addEventListener('pointermove', (event) => this.move(event), { signal })
    host.addEventListener('pointerup', (event) => this.up(event, true), { signal })
    host.addEventListener('pointercancel', (event) => this.up(event, false), { signal })
    host.addEventListener('pointerleave', (event) => this.left(event), { signal })
    host.addEventListener('wheel', (event) => this.wheel(event), { passive: false, signal })
    host.addEventListener('touchmove', (event) => this.keep(event), { passive: false, signal })
  }

  destroy(): void {
    this.ending.abort()
  }

  private at(event: MouseEvent): Pointer {
    const box = this.host.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return
    this.host.setPointerCapture(event.pointerId)
    const point = this.at(event)
    if (this.pointers.size === 0) {
      this.moved = false
      this.start = point
      this.tool = this.handlers.tool(event.shiftKey)
      this.outline = [[point.x, point.y]]
      this.speed = { x: 0, y: 0, at: event.timeStamp }
    }
    this.pointers.set(event.pointerId, point)
    this.handlers.press()
  }

  private move(event: PointerEvent): void {
    const point = this.at(event)
    const before = this.pointers.get(event.pointerId)
    if (!before) {
      if (event.pointerType !== 'touch') this.handlers.hover(point.x, point.y)
      return
    }
    if (this.pointers.size === 2) {
      this.endSelecting(false)
      this.moved = true
      this.pinch(event.pointerId, before, point)
    } else if (this.cooperative && event.pointerType === 'touch') {
      // It moves the page, or nothing; what was moved by two fingers is no tap afterwards.
      if (!this.moved && far(this.start, point, TAP_SLOP_PX)) this.withhold()
    } else if (this.moved || far(this.start, point, TAP_SLOP_PX)) {
      // The slop is not panned afterwards, so the map does not jump when the drag begins.
      if (this.tool) this.draw(point)
      else if (this.moved) this.drag(before, point, event.timeStamp)
      else this.handlers.leave()
      this.moved = true
    } else return
    this.pointers.set(event.pointerId, point)
  }

  /** A finger leaves with every tap, and pointed at nothing before. */
  private left(event: PointerEvent): void {
    if (event.pointerType !== 'touch') this.handlers.leave()
  }

  private withhold(): void {
    this.moved = true
    this.handlers.withheld('touch')
  }

  /** Two fingers are the map's, also where one scrolls the page. */
  private keep(event: TouchEvent): void {
    if (event.touches.length > 1 && event.cancelable) event.preventDefault()
  }

  private draw(point: Pointer): void {
    const { x, y } = this.start
    if (this.tool === 'lasso') this.outline.push([point.x, point.y])
    else this.outline = [[x, y], [point.x, y], [point.x, point.y], [x, point.y]]
    this.handlers.select(this.outline, false)
  }

  private endSelecting(finished: boolean): void {
    if (!this.tool) return
    this.tool = null
    this.handlers.select(finished ? this.outline : [], true)
  }

  private drag(before: Pointer, point: Pointer, now: number): void {
    const dx = point.x - before.x
    const dy = point.y - before.y
    const passed = Math.max(1, now - this.speed.at)
    // A running mean: one hasty last move must not decide how far the map flies.
    this.speed = {
      x: this.speed.x * 0.6 + (dx / passed) * 0.4,
      y: this.speed.y * 0.6 + (dy / passed) * 0.4,
      at: now,
    }
    this.handlers.pan(dx, dy)
  }

  private pinch(id: number, before: Pointer, point: Pointer): void {
    const other = [...this.pointers].find(([key]) => key !== id)?.[1]
    if (!other) return
    const was = Math.hypot(before.x - other.x, before.y - other.y)
    const is = Math.hypot(point.x - other.x, point.y - other.y)
    // Who lets go of a pinch does not fling what was dragged before.
    this.speed.at = -Infinity
    this.handlers.pan((point.x - before.x) / 2, (point.y - before.y) / 2)
    if (was > 0 && is > 0) {
      this.handlers.zoom((point.x + other.x) / 2, (point.y + other.y) / 2, is / was)
    }
  }

  private up(event: PointerEvent, finished: boolean): void {
    if (!this.pointers.delete(event.pointerId) || this.pointers.size > 0) return
    if (!finished) {
      this.endSelecting(false)
      return
    }
    const point = this.at(event)
    if (this.moved && this.tool) {
      this.endSelecting(true)
      return
    }
    if (this.moved) {
      if (event.timeStamp - this.speed.at < FLING_REST_MS) {
        this.handlers.fling(this.speed.x, this.speed.y)
      }
      return
    }
    const touch = event.pointerType === 'touch'
    const soon = event.timeStamp - this.lastTap.at < DOUBLE_TAP_MS
    if (soon && !far(this.lastTap, point, DOUBLE_TAP_PX)) {
      this.lastTap.at = -Infinity
      this.handlers.doubleTap(point.x, point.y, touch)
      return
    }
    this.lastTap = { ...point, at: event.timeStamp }
    this.handlers.tap(point.x, point.y, touch)
  }

  private wheel(event: WheelEvent): void {
    if (this.cooperative && !event.ctrlKey && !event.metaKey) {
      this.handlers.withheld('wheel')
      return
    }
    event.preventDefault()
    const { x, y } = this.at(event)
    const delta = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1)
    // A wheel with the key held has larger deltas than fingers on a trackpad.
    const pinched = event.ctrlKey && Math.abs(delta) < PINCH_DELTA_MAX
    const strength = pinched ? PINCH_WHEEL_ZOOM : WHEEL_ZOOM
    const factor = Math.exp(-delta * strength)
    if (!pinched && Math.abs(delta) >= NOTCH_PX) this.notchedAt = event.timeStamp
    if (!pinched && event.timeStamp - this.notchedAt < TURN_MS) this.handlers.notch(x, y, factor)
    else {
      this.handlers.press()
      this.handlers.zoom(x, y, factor)
    }
  }
}

function far(a: Pointer, b: Pointer, distance: number): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) > distance
}
