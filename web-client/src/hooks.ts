// Small hooks: what the window is like, what the time is, when seats have changed.

import { useEffect, useReducer, useState, useSyncExternalStore } from 'react'
import type { SeatmapEvent, SeatStore } from '../sdk/index'
import { TIMER_MAX_MS } from '../sdk/timer'
import { rest } from './client'
import type { Observable } from './state/observable'
import { saleOf, type Sale } from './state/sale'

/** From here on the basket stands beside the map instead of below it. */
export const WIDE_QUERY = '(min-width: 900px)'

/** Counts are read, not watched: a few times a second is plenty. */
const COUNTS_EVERY_MS = 250

/** How late a page may notice that sales have begun or ended. */
const SALE_LATE_MS = 500

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
  const [now, setNow] = useState(() => rest.now())
  const sale = saleOf(event, now)
  const next = sale.next === null ? null : Date.parse(sale.next)
  useEffect(() => {
    if (next === null) return
    // The idea of the server's time gets better meanwhile, so it may still be too early then.
    const wait = Math.max(SALE_LATE_MS, next - rest.now())
    const timer = setTimeout(() => setNow(rest.now()), Math.min(wait, TIMER_MAX_MS))
    return () => clearTimeout(timer)
  }, [next, now])
  return sale
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
