// Follows an event for the element: what comes goes into the store, and what the page may want to
// hear is handed on.

import { LiveConnection } from '../live.js'
import { onLiveAgain } from '../live-again.js'
import type { LiveStatus } from '../live-types.js'
import type { SeatStore } from '../seat-store.js'

export interface Following {
  state(status: LiveStatus): void
  viewers(viewers: number): void
  /** The first snapshot has come. */
  ready(seats: number): void
  /** It was lost, and is live again. */
  again(): void
  /** The chart is the one that is shown. */
  fits(): void
  /** The chart is another one now: statuses mean nothing on this one. */
  moved(): void
}

export function follow(
  url: string,
  store: SeatStore,
  token: (() => Promise<string>) | null,
  told: Following,
): LiveConnection {
  const watch = onLiveAgain(() => told.again())
  return new LiveConnection({
    url,
    token,
    handlers: {
      state: (state, status) => {
        told.state(status)
        watch(state)
      },
      viewers: (viewers) => told.viewers(viewers),
      hello: ({ layout, seats }) => {
        if (layout === store.chart.layout && seats === store.chart.seats) told.fits()
        else told.moved()
      },
      snapshot: ({ version, statuses }) => {
        const first = !store.ready
        store.applySnapshot(version, statuses)
        if (first) told.ready(statuses.length)
      },
      delta: ({ version, seats, statuses }) => store.applyDelta(version, seats, statuses),
    },
  })
}
