// What is there while the element shows a map, and how all of it goes again.

import type { LiveConnection } from '../live.js'
import type { SeatMapView } from '../renderer/seat-map-view.js'
import type { SeatStore } from '../seat-store.js'
import type { Beside } from './beside.js'
import type { Guide } from './guide.js'
import type { ElementHolds } from './holds.js'

export interface Shown {
  store: SeatStore
  view: SeatMapView
  live: LiveConnection
  holds: ElementHolds
  guide: Guide
  beside: Beside
  unsubscribe(): void
}

export function takeDown({ view, live, holds, guide, beside, unsubscribe }: Shown): void {
  live.stop()
  unsubscribe()
  holds.close()
  guide.destroy()
  beside.destroy()
  view.destroy()
}
