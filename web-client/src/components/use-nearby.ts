// Tells which part of the house the map shows, after it has moved and not while it does.

import { useEffect, useRef } from 'react'
import type { SeatMapView } from '../../sdk/index'
import { nearbyOf, type Nearby } from '../state/nearby'

/** Soon enough to be read with the map at rest, and nothing for each frame. */
const LOOK_AFTER_MS = 120

export function useNearby(
  view: SeatMapView | null,
  coveredBelow: number,
  onNearby: ((nearby: Nearby) => void) | undefined,
): void {
  const told = useRef(onNearby)
  const wanted = onNearby !== undefined
  useEffect(() => {
    told.current = onNearby
  })
  useEffect(() => {
    if (!view || !wanted) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      timer = undefined
      told.current?.(nearbyOf(view, coveredBelow))
    }
    const lookSoon = () => {
      timer ??= setTimeout(look, LOOK_AFTER_MS)
    }
    const end = view.onMoved(lookSoon)
    lookSoon()
    return () => {
      clearTimeout(timer)
      end()
    }
  }, [view, wanted, coveredBelow])
}
