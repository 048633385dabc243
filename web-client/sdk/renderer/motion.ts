// Camera movements that take time: flying to a place, and gliding on after a drag. Stepped by the
// view's animation frame; there is no timer here.

import type { Camera } from './camera.js'

interface Place {
  x: number
  y: number
  scale: number
}

const FLY_MS = 480
/** A glide loses this share of its speed per millisecond. */
const FRICTION = 0.0045
const GLIDE_SPEED_MIN = 0.03
const GLIDE_SPEED_MAX = 3

type Step = (now: number) => boolean

export class Motion {
  private readonly camera: Camera
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)')
  private step: Step | null = null

  constructor(camera: Camera) {
    this.camera = camera
  }

  get moving(): boolean {
    return this.step !== null
  }

  stop(): void {
    this.step = null
  }

  flyTo(to: Place, now: number): void {
    if (this.still.matches) {
      this.camera.moveTo(to.x, to.y, to.scale)
      return
    }
    const from: Place = { x: this.camera.x, y: this.camera.y, scale: this.camera.scale }
    this.step = (time) => {
      const share = Math.min(1, Math.max(0, (time - now) / FLY_MS))
      const eased = share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2
      // Scale runs in ratios, or the far half of a zoom would seem to crawl.
      const scale = from.scale * (to.scale / from.scale) ** eased
      const grown = to.scale - from.scale
      const travelled = Math.abs(grown) < from.scale * 1e-3
        ? eased
        : ((scale - from.scale) / grown) * (to.scale / scale)
      this.camera.moveTo(
        from.x + (to.x - from.x) * travelled,
        from.y + (to.y - from.y) * travelled,
        scale,
      )
      return share < 1
    }
  }

  glide(vx: number, vy: number, now: number): void {
    const speed = Math.hypot(vx, vy)
    if (this.still.matches || speed < GLIDE_SPEED_MIN * 4) return
    const limited = Math.min(1, GLIDE_SPEED_MAX / speed)
    let velocity = { x: vx * limited, y: vy * limited }
    let before = now
    this.step = (time) => {
      const passed = Math.max(0, time - before)
      before = time
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
    if (!step(now) && this.step === step) this.step = null
    return true
  }
}
