// Camera movements that take time: flying to a place, and gliding on after a drag. Stepped by the
// view's animation frame; there is no timer here.

import type { Camera, Place } from './camera.js'

const FLY_MS = 480
/** How far behind the camera is that follows keys held down, or turns of a wheel. */
const FLIGHT_LAG_MS = 80
const ZOOM_LAG_MS = 30
/** So near it is there: in CSS pixels, and in shares of the scale. */
const THERE_PX = 0.5
const THERE_SHARE = 1e-3

/** A glide loses this share of its speed per millisecond. */
const FRICTION = 0.0045
const GLIDE_SPEED_MIN = 0.03
const GLIDE_SPEED_MAX = 3

type Step = (now: number) => boolean

export class Motion {
  private readonly camera: Camera
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)')
  private step: Step | null = null
  /** Where the flight under way ends. */
  private end: Place | null = null
  /** When the camera was moved last. */
  private since = 0

  constructor(camera: Camera) {
    this.camera = camera
  }

  get moving(): boolean {
    return this.step !== null
  }

  /** Where the camera is going to be: who asks for more of the same starts there. */
  get target(): Place {
    return this.end ?? this.camera
  }

  stop(): void {
    this.step = this.end = null
  }

  /** Flies to a place; who is on the way already turns there without starting again. */
  flyTo(place: Place, now: number): void {
    const to = this.camera.within(place)
    if (this.end) {
      this.follow(to, FLIGHT_LAG_MS, now)
      return
    }
    const { x, y, scale } = this.camera
    const from: Place = { x, y, scale }
    this.go(to, now, (time) => {
      const share = Math.min(1, Math.max(0, (time - now) / FLY_MS))
      const eased = share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2
      this.between(from, to, eased)
      return share < 1
    })
  }

  /** Zooms to where a wheel was turned to, quickly. */
  zoomTo(place: Place, now: number): void {
    this.follow(this.camera.within(place), ZOOM_LAG_MS, now)
  }

  /** Goes there fast at first and ever slower, from whatever the camera does now. */
  private follow(to: Place, lagMs: number, now: number): void {
    this.go(to, this.moving ? this.since : now, (time) => {
      const passed = Math.max(0, time - this.since)
      // The window may have changed on the way, and what the camera can reach with it.
      const end = this.camera.within(to)
      this.between(this.camera, end, 1 - Math.exp(-passed / lagMs))
      const { x, y, scale } = this.camera
      const away = Math.hypot(end.x - x, end.y - y) * end.scale
      if (away > THERE_PX || Math.abs(end.scale / scale - 1) > THERE_SHARE) return true
      this.camera.moveTo(end.x, end.y, end.scale)
      return false
    })
  }

  private go(to: Place, since: number, step: Step): void {
    this.stop()
    if (this.still.matches) {
      this.camera.moveTo(to.x, to.y, to.scale)
      return
    }
    this.end = to
    this.since = since
    this.step = step
  }

  /** A share of the way, on which the point that stays where it is on the screen does so. */
  private between({ x, y, scale: before }: Place, to: Place, eased: number): void {
    // Scale runs in ratios, or the far half of a zoom would seem to crawl.
    const scale = before * (to.scale / before) ** eased
    const grown = to.scale - before
    const travelled = Math.abs(grown) < before * 1e-3
      ? eased
      : ((scale - before) / grown) * (to.scale / scale)
    this.camera.moveTo(x + (to.x - x) * travelled, y + (to.y - y) * travelled, scale)
  }

  glide(vx: number, vy: number, now: number): void {
    const speed = Math.hypot(vx, vy)
    if (this.still.matches || speed < GLIDE_SPEED_MIN * 4) return
    const limited = Math.min(1, GLIDE_SPEED_MAX / speed)
    let velocity = { x: vx * limited, y: vy * limited }
    this.stop()
    this.since = now
    this.step = (time) => {
      const passed = Math.max(0, time - this.since)
      this.camera.panBy(velocity.x * passed, velocity.y * passed)
      const kept = Math.exp(-FRICTION * passed)
      velocity = { x: velocity.x * kept, y: velocity.y * kept }
      return Math.hypot(velocity.x, velocity.y) > GLIDE_SPEED_MIN
    }
  }

  /** Moves the camera on; false when nothing moves. */
  advance(now: number): boolean {
    if (!this.step) return false
    const step = this.step
    // A step may be replaced while it runs, by nothing today, but then the new one must stay.
    if (!step(now) && this.step === step) this.stop()
    this.since = now
    return true
  }
}
