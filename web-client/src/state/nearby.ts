// What of the house is on the screen: all of it in blocks, or seats, and then of which section.

import type { Chart, SeatMapView } from '../../sdk/index'
import { insideOutline } from '../../sdk/geometry'

export interface Nearby {
  /** Blocks: a tap comes closer; seats: a tap takes one. */
  level: 'blocks' | 'seats'
  /** The section one came to; -1 while it is none in particular. */
  section: number
}

export const FROM_AFAR: Nearby = { level: 'blocks', section: -1 }

/** Fingers choose seats from this width on, in CSS pixels. */
const SEATS_FROM_PX = 15

/** Less than this many times closer than the whole, one is nowhere in particular. */
const CLOSER = 1.3

/** So many pixels of the map's foot are covered. */
export function nearbyOf(view: SeatMapView, coveredPx: number): Nearby {
  const { chart } = view.store
  const seatPx = view.seatPlace(0).width
  const level = seatPx < SEATS_FROM_PX ? 'blocks' : 'seats'
  if (level === 'blocks' || view.closeness < CLOSER) return { level, section: -1 }
  const { left, right, top, bottom } = view.seen
  const covered = (coveredPx / seatPx) * chart.seatWidth
  const middle = (top + bottom - covered) / 2
  return { level, section: sectionAt(chart, view.floor, (left + right) / 2, middle) }
}

/** The section at a point of a storey; -1 for none. */
export function sectionAt({ sections }: Chart, floor: number, x: number, y: number): number {
  return sections.findIndex(
    (section) =>
      section.seats > 0 &&
      (floor < 0 || section.floor === floor) &&
      insideOutline(section.outline, x, y),
  )
}
