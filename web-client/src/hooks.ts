// Small hooks: what the window is like, what the time is, when seats have changed.

import { useCallback, useEffect, useReducer, useRef } from 'react'
import { useState, useSyncExternalStore } from 'react'
import type { MapTheme, Palette, SeatmapEvent, SeatStore } from '../sdk/index'
import { TIMER_MAX_MS } from '../sdk/timer'
import { rest } from './client'
import { looks, mapTheme } from './looks'
import { Announcer } from './state/announcer'
import type { Observable } from './state/observable'
import { saleOf, type Sale } from './state/sale'
import { houseSum } from './state/sums'
import { warnMs } from './state/warnings'

/** From here on the basket stands beside the map instead of below it. */
export const WIDE_QUERY = '(min-width: 900px)'

/** Counts are read, not watched: a few times a second is plenty. */
const COUNTS_EVERY_MS = 250

/** How late a page may notice that sales have begun or ended. */
const SALE_LATE_MS = 500

const WARN_TICK_MS = 1000

export function useObservable<Value>(observable: Observable<Value>): Value {
  return useSyncExternalStore(observable.subscribe, observable.get)
}

/** The map's colours; others as soon as the visitor or the device wants it light or dark. */
export function useMapColors(): { theme: MapTheme; palette: Palette } {
  const { palette } = useObservable(looks)
  return { theme: mapTheme(), palette }
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

/** Whether what lasts some seconds ends so soon that one has to be warned. */
export function useEndsSoon(until: number | null, seconds: number): boolean {
  const now = useServerNow(WARN_TICK_MS)
  return until !== null && until - now < warnMs(seconds)
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

/** Whether anything is known of the seats; until then none of them is sold or free. */
export function useReady(store: SeatStore): boolean {
  const subscribe = useCallback((listener: () => void) => store.subscribe(listener), [store])
  return useSyncExternalStore(subscribe, () => store.ready)
}

/** Whether it is known that nothing of the house is left. */
export function useSoldOut(store: SeatStore): boolean {
  const subscribe = useCallback((listener: () => void) => store.subscribe(listener), [store])
  return useSyncExternalStore(subscribe, () => store.ready && houseSum(store, null).left === 0)
}

/** What a screen reader is told of the seats, from now until the page is left. */
export function useAnnouncer(store: SeatStore): Announcer {
  const [announcer] = useState(() => new Announcer(store))
  useEffect(() => announcer.follow(), [announcer])
  return announcer
}

/** For an element whose height others have to know, whenever it changes. */
export function useHeight(onHeight: (px: number) => void) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => onHeight(element.offsetHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [onHeight])
  return box
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title
  }, [title])
}

/**
 * Where the focus goes when the button that had it went with its line: to the last button of the
 * line that took its place, else to the heading of what is empty now.
 */
export function useNextFocus(count: number) {
  const box = useRef<HTMLDivElement>(null)
  const left = useRef<{ line: number; count: number } | null>(null)
  useEffect(() => {
    if (!left.current || !box.current || count >= left.current.count) return
    const { line } = left.current
    // Whoever has gone elsewhere meanwhile stays there.
    if (document.activeElement !== document.body) {
      left.current = null
      return
    }
    const lines = box.current.querySelectorAll('[data-basket-line]')
    const next = lines[Math.min(line, lines.length - 1)]
    const button = next?.querySelector<HTMLElement>('button:last-of-type')
    const heading = box.current.querySelector<HTMLElement>('[data-basket-heading]')
    const stop = button ?? heading ?? box.current
    stop.focus()
    // A button that is off yet can't take it; then the next change tries again.
    if (document.activeElement === stop) left.current = null
  }, [count])
  const leaves = (line: number) => {
    left.current = { line, count }
  }
  return { box, leaves }
}
