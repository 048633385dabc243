// Small hooks: what the window is like, what the time is, when seats have changed.

import { useEffect, useReducer, useState, useSyncExternalStore } from 'react'
import type { SeatmapEvent, SeatStore } from '../sdk/index'
import { rest } from './client'
import type { Observable } from './state/observable'
import { saleOf, type Sale } from './state/sale'

/** From here on the basket stands beside the map instead of below it. */
export const WIDE_QUERY = '(min-width: 900px)'

/** Counts are read, not watched: a few times a second is plenty. */
const COUNTS_EVERY_MS = 250

/** How soon a page notices that sales have begun or ended. */
const SALE_EVERY_MS = 1_000

export function useObservable<Value>(observable: Observable<Value>): Value {
  return useSyncExternalStore(observable.subscribe, observable.get)
}

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query)
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    () => window.matchMedia(query).matches,
  )
}

/** The server's time in milliseconds, renewed every so often. */
export function useServerNow(everyMs: number): number {
  const [now, setNow] = useState(() => rest.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(rest.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** Whether the event's seats can be had now; notices when that changes. */
export function useSale(event: SeatmapEvent): Sale {
  return saleOf(event, useServerNow(SALE_EVERY_MS))
}

/** Renders again after seats have changed, at most a few times a second. */
export function useSeatChanges(store: SeatStore): void {
  const [, render] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const unsubscribe = store.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined
        render()
      }, COUNTS_EVERY_MS)
    })
    return () => {
      clearTimeout(timer)
      unsubscribe()
    }
  }, [store])
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title
  }, [title])
}
