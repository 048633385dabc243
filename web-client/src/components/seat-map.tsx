// The map's place on the page. React makes the host element and hands it over; what is inside, the
// renderer draws.

import { useEffect, useRef, useState } from 'react'
import {
  MiniMap,
  SeatMapView,
  type Highlight,
  type MapLook,
  type SeatHover,
  type SeatStore,
} from '../../sdk/index'
import { money } from '../format'
import { useObservable } from '../hooks'
import { language, t } from '../i18n'
import { looks, mapTheme } from '../looks'
import { nameOf, statusWords } from '../seat-words'
import type { Announcer } from '../state/announcer'
import { MapControls } from './map-controls'
import { SeatTooltip } from './seat-tooltip'

const FONT = "'Inter Variable', system-ui, sans-serif"

interface Props {
  store: SeatStore
  announcer: Announcer
  highlight: Highlight
  /** How much of the map's foot the basket covers, in pixels. */
  coveredBelow: number
  onSeat(seat: number): void
  onArea(area: number): void
}

export function SeatMap({ store, announcer, highlight, coveredBelow, onSeat, onArea }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<SeatMapView | null>(null)
  const [hover, setHover] = useState<SeatHover | null>(null)
  const taken = useObservable(announcer.taken)
  const spoken = useObservable(language)
  const { theme, palette } = useObservable(looks)
  const handlers = useRef({ onSeat, onArea })

  useEffect(() => {
    handlers.current = { onSeat, onArea }
  })

  useEffect(() => {
    if (!host.current) return
    const made = new SeatMapView(host.current, store, {
      ...mapLook(store),
      handlers: {
        seat: (seat) => handlers.current.onSeat(seat),
        area: (area) => handlers.current.onArea(area),
        hover: (seen) => {
          announcer.focus(seen?.seat ?? -1)
          setHover(seen)
        },
      },
    })
    // A handle for browser tests, which can't find a seat in the document.
    Object.assign(host.current, { seatMapView: made })
    setView(made)
    return () => made.destroy()
  }, [store, announcer])

  useEffect(() => view?.setLook(mapLook(store)), [view, store, theme, palette, spoken])
  useEffect(() => view?.setHighlight(highlight), [view, highlight])
  useEffect(() => {
    view?.setInsets({ top: 0, right: 0, bottom: coveredBelow, left: 0 })
  }, [view, coveredBelow])

  return (
    <div className="absolute inset-0 overflow-hidden">
      <div
        ref={host}
        id="seats"
        data-seat-map
        role="application"
        tabIndex={0}
        aria-label={t('map.label')}
        className="absolute inset-0 touch-none select-none focus-visible:-outline-offset-4"
      />
      <p className="sr-only" aria-live="polite">
        {hover ? describe(store, hover.seat) : ''}
      </p>
      {hover && <SeatTooltip store={store} hover={hover} taken={taken === hover.seat} />}
      {view && <Overview view={view} store={store} bottom={coveredBelow + 16} />}
      <div className="absolute right-4" style={{ bottom: coveredBelow + 16 }}>
        <MapControls view={view} />
      </div>
    </div>
  )
}

interface OverviewProps {
  view: SeatMapView
  store: SeatStore
  bottom: number
}

function Overview({ view, store, bottom }: OverviewProps) {
  const host = useRef<HTMLDivElement>(null)
  const { theme, palette } = useObservable(looks)
  useEffect(() => {
    if (!host.current) return
    const made = new MiniMap(host.current, view, mapLook(store))
    return () => made.destroy()
  }, [view, store, theme, palette])
  return (
    <div
      ref={host}
      data-mini-map
      title={t('map.overview')}
      style={{ bottom }}
      className="absolute left-4 h-28 w-40 cursor-pointer touch-none rounded-2xl bg-surface
        shadow-lift ring-1 ring-line max-sm:h-20 max-sm:w-28"
    />
  )
}

function describe(store: SeatStore, seat: number): string {
  return t('toast.status', { seat: nameOf(store.chart, seat), status: statusWords(store, seat) })
}

function mapLook(store: SeatStore): MapLook {
  return {
    theme: mapTheme(),
    palette: looks.get().palette,
    fontFamily: FONT,
    words: {
      left: (count) => t('map.left', { count }),
      places: (count) => t('map.places', { count }),
      from: (price) => t('map.from', { price: money(price, store.chart.currency) }),
      soldOut: t('map.soldOut'),
    },
  }
}
