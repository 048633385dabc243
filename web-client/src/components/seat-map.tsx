// The map's place on the page. React makes the host element and hands it over; what is inside, the
// renderer draws.

import { useEffect, useRef, useState } from 'react'
import { DARK, LIGHT, SeatMapView, type SeatHover, type SeatStore } from '../../sdk'
import { DARK_QUERY, useMedia } from '../hooks'
import { nameOf } from '../seat-words'
import { MapControls } from './map-controls'
import { SeatTooltip, statusWords } from './seat-tooltip'

const FONT = "'Inter Variable', system-ui, sans-serif"

interface Props {
  store: SeatStore
  highlight: number | null
  /** How much of the map's foot the basket covers, in pixels. */
  coveredBelow: number
  onSeat(seat: number): void
  onArea(area: number): void
}

export function SeatMap({ store, highlight, coveredBelow, onSeat, onArea }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<SeatMapView | null>(null)
  const [hover, setHover] = useState<SeatHover | null>(null)
  const dark = useMedia(DARK_QUERY)
  const handlers = useRef({ onSeat, onArea })

  useEffect(() => {
    handlers.current = { onSeat, onArea }
  })

  useEffect(() => {
    if (!host.current) return
    const made = new SeatMapView(host.current, store, {
      theme: window.matchMedia(DARK_QUERY).matches ? DARK : LIGHT,
      fontFamily: FONT,
      handlers: {
        seat: (seat) => handlers.current.onSeat(seat),
        area: (area) => handlers.current.onArea(area),
        hover: setHover,
      },
    })
    // A handle for browser tests, which can't find a seat in the document.
    Object.assign(host.current, { seatMapView: made })
    setView(made)
    return () => made.destroy()
  }, [store])

  useEffect(() => view?.setTheme(dark ? DARK : LIGHT), [view, dark])
  useEffect(() => view?.setHighlight(highlight), [view, highlight])
  useEffect(() => {
    view?.setInsets({ top: 0, right: 0, bottom: coveredBelow, left: 0 })
  }, [view, coveredBelow])

  return (
    <div className="absolute inset-0 overflow-hidden">
      <div
        ref={host}
        data-seat-map
        role="application"
        tabIndex={0}
        aria-label="Seat map. Arrow keys go from seat to seat, Enter chooses, plus and minus zoom."
        className="absolute inset-0 touch-none select-none focus-visible:-outline-offset-4"
      />
      <p className="sr-only" aria-live="polite">
        {hover ? `${nameOf(store.chart, hover.seat)}: ${statusWords(store, hover.seat)}` : ''}
      </p>
      {hover && <SeatTooltip store={store} hover={hover} />}
      <div className="absolute right-4" style={{ bottom: coveredBelow + 16 }}>
        <MapControls view={view} />
      </div>
    </div>
  )
}
