// What part of the chart is seen: a centre in centimetres and a scale in CSS pixels per centimetre.
// Pure arithmetic, no canvas.

import type { Bounds } from '../geometry.js'

/** Room on each side that something else covers, in CSS pixels. */
export interface Insets {
  top: number
  right: number
  bottom: number
  left: number
}

/** What is in the middle, and how large. */
export interface Place {
  x: number
  y: number
  scale: number
}

/** Seats never grow beyond this width on the screen, in CSS pixels. */
const SEAT_WIDTH_MAX_PX = 52

/** How far past the whole chart one may zoom out. */
const ZOOM_OUT_MARGIN = 0.8

export class Camera {
  x = 0
  y = 0
  scale = 1
  width = 1
  height = 1
  insets: Insets = { top: 0, right: 0, bottom: 0, left: 0 }
  /** What the whole is. */
  chart: Bounds
  private readonly scaleMax: number

  constructor(chart: Bounds, seatWidth: number) {
    this.chart = chart
    this.scaleMax = SEAT_WIDTH_MAX_PX / seatWidth
  }

  resize(width: number, height: number): void {
    this.width = Math.max(1, width)
    this.height = Math.max(1, height)
  }

  /** The middle of the part that nothing covers, on the screen. */
  get middle(): { x: number; y: number } {
    const { top, right, bottom, left } = this.insets
    return { x: (left + this.width - right) / 2, y: (top + this.height - bottom) / 2 }
  }

  screenX(x: number): number {
    return (x - this.x) * this.scale + this.middle.x
  }

  screenY(y: number): number {
    return (y - this.y) * this.scale + this.middle.y
  }

  chartX(x: number): number {
    return (x - this.middle.x) / this.scale + this.x
  }

  chartY(y: number): number {
    return (y - this.middle.y) / this.scale + this.y
  }

  /** The part of the chart on the screen. */
  get view(): Bounds {
    return {
      left: this.chartX(0),
      top: this.chartY(0),
      right: this.chartX(this.width),
      bottom: this.chartY(this.height),
    }
  }

  /** Where the camera must be to show a box whole. */
  framing(box: Bounds): Place {
    const { top, right, bottom, left } = this.insets
    const width = Math.max(1, this.width - left - right)
    const height = Math.max(1, this.height - top - bottom)
    const wanted = Math.min(
      width / Math.max(1, box.right - box.left),
      height / Math.max(1, box.bottom - box.top),
    )
    return {
      x: (box.left + box.right) / 2,
      y: (box.top + box.bottom) / 2,
      scale: this.clampScale(wanted),
    }
  }

  get fitScale(): number {
    const { top, right, bottom, left } = this.insets
    return Math.min(
      Math.max(1, this.width - left - right) / Math.max(1, this.chart.right - this.chart.left),
      Math.max(1, this.height - top - bottom) / Math.max(1, this.chart.bottom - this.chart.top),
    )
  }

  /** Where the camera would be that was sent there. */
  within({ x, y, scale }: Place): Place {
    return {
      x: clamp(x, this.chart.left, this.chart.right),
      y: clamp(y, this.chart.top, this.chart.bottom),
      scale: this.clampScale(scale),
    }
  }

  moveTo(x: number, y: number, scale: number): void {
    Object.assign(this, this.within({ x, y, scale }))
  }

  panBy(dx: number, dy: number): void {
    this.moveTo(this.x - dx / this.scale, this.y - dy / this.scale, this.scale)
  }

  /** Zooms so that the chart's point under (x, y) of the screen stays there. */
  zoomAt(x: number, y: number, factor: number): void {
    const to = this.zoomedAt(x, y, this.scale * factor)
    this.moveTo(to.x, to.y, to.scale)
  }

  /** Where the camera must be for another scale with the same point under (x, y) of the screen. */
  zoomedAt(x: number, y: number, wanted: number): Place {
    const scale = this.clampScale(wanted)
    const { x: middleX, y: middleY } = this.middle
    return {
      x: this.chartX(x) - (x - middleX) / scale,
      y: this.chartY(y) - (y - middleY) / scale,
      scale,
    }
  }

  private clampScale(scale: number): number {
    const max = Math.max(this.scaleMax, this.fitScale)
    return clamp(scale, Math.min(this.fitScale * ZOOM_OUT_MARGIN, max), max)
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value))
}
