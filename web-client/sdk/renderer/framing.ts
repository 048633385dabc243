// Where the camera goes to show a seat, several together, a section, or all there is.

import type { Point } from '../api-types.js'
import type { Chart } from '../chart.js'
import { boundsOf, growBounds, type Bounds } from '../geometry.js'
import type { Camera, Place } from './camera.js'

/** How wide seats are after coming closer, in CSS pixels. */
const CLOSE_SEAT_PX = 26
const SECTION_SEAT_PX = 24

const FIT_MARGIN_PX = 20

export class Framing {
  private readonly chart: Chart
  private readonly camera: Camera

  constructor(chart: Chart, camera: Camera) {
    this.chart = chart
    this.camera = camera
  }

  whole(): Place {
    const { chart, fitScale } = this.camera
    return this.camera.framing(growBounds(chart, FIT_MARGIN_PX / fitScale))
  }

  /** A seat in the middle, close enough to read its number, and no farther than the scale given. */
  seat(seat: number, scale: number): Place {
    const { x, y, seatWidth } = this.chart
    return { x: x[seat], y: y[seat], scale: Math.max(scale, CLOSE_SEAT_PX / seatWidth) }
  }

  /** Several seats together, no closer than one would be shown. */
  seats(seats: readonly number[]): Place {
    const { x, y, seatWidth } = this.chart
    const box = growBounds(boundsOf(seats.map((at): Point => [x[at], y[at]])), seatWidth * 3)
    const framed = this.camera.framing(box)
    return { ...framed, scale: Math.min(framed.scale, CLOSE_SEAT_PX / seatWidth) }
  }

  /** A section whole if its seats can be chosen then; otherwise the place itself. */
  section(section: Bounds, [x, y]: Point): Place {
    const { seatWidth } = this.chart
    const whole = this.camera.framing(growBounds(section, seatWidth))
    const least = SECTION_SEAT_PX / seatWidth
    return whole.scale >= least ? whole : { x, y, scale: least }
  }
}
