// The map's place on the page. React makes the host element and hands it over; what is inside, the
// renderer draws.

import { useEffect, useRef, useState } from 'react'
import {
  MiniMap,
  SeatMapView,
  type Highlight,
  type LiveStatus,
  type MapLook,
  type OrphanRuleName,
  type SeatHover,
  type SectionHover,
  type SelectTool,
  type SeatStore,
} from '../../sdk/index'
import { formatCount, money, moneyRange } from '../format'
import { useMapColors, useMedia, useObservable, useReady, WIDE_QUERY } from '../hooks'
import { language, t } from '../i18n'
import { looks, mapTheme } from '../looks'
import { hoverWords } from '../seat-words'
import type { Announcer } from '../state/announcer'
import type { Nearby } from '../state/nearby'
import { FloorSwitch } from './floor-switch'
import { MapControls } from './map-controls'
import { SeatTooltip } from './seat-tooltip'
import { SectionTooltip } from './section-tooltip'
import { useNearby } from './use-nearby'
import { loadingWords } from './visit-gate'

const FONT = "'Inter Variable', system-ui, sans-serif"

/** How much of the map's head two switches cover: of map and list, and of storeys. */
const SWITCHES_PX = 112

/** The same for one, where the map is no wider than the house and so can't pass beside it. */
const SWITCH_PX = 68
const TALL_QUERY = '(min-height: 600px)'

/** How far tools are from the edge of what is seen. */
const TOOLS_PX = 16

/** The strip at the foot that tools take where they don't stand at the head, on narrow windows. */
const STRIP_PX = 76

interface Props {
  store: SeatStore
  announcer: Announcer
  highlight: Highlight
  /** How much of the map's foot the basket covers, in pixels. */
  coveredBelow: number
  /** How much more is covered for a while: tools move out of the way, the map stays. */
  risenBelow?: number
  orphanRule: OrphanRuleName
  /** Seats to bring into view, whenever others are named. */
  shownSeats: readonly number[]
  onSeat(seat: number): void
  onArea(area: number): void
  /** Seats were drawn around. */
  onSelect(seats: number[]): void
  /** How the seats are followed: why nothing is known of them yet. */
  live?: LiveStatus
  /** Another part of the house is looked at. */
  onNearby?(nearby: Nearby): void
  /** What dragging draws around seats with; null, it moves the map. */
  tool?: SelectTool | null
  /** A finger is told what speaks against a seat before it takes it; not to be changed. */
  careful?: boolean
}

export function SeatMap(props: Props) {
  const { store, announcer, orphanRule } = props
  const host = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<SeatMapView | null>(null)
  const [hover, setHover] = useState<SeatHover | null>(null)
  const [section, setSection] = useState<SectionHover | null>(null)
  const taken = useObservable(announcer.taken)
  const spoken = useObservable(language)
  const { theme, palette } = useMapColors()
  const handlers = useRef(props)

  useEffect(() => {
    handlers.current = props
  })

  useEffect(() => {
    if (!host.current) return
    const made = new SeatMapView(host.current, store, {
      ...mapLook(store),
      careful: handlers.current.careful,
      handlers: {
        seat: (seat) => handlers.current.onSeat(seat),
        area: (area) => handlers.current.onArea(area),
        select: (seats) => handlers.current.onSelect(seats),
        section: setSection,
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
  useWishes(view, props)
  useNearby(view, props.coveredBelow, props.onNearby)

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
        {hover ? hoverWords(store, hover, orphanRule === 'strict') : ''}
      </p>
      <Waiting store={store} live={props.live} />
      {hover && (
        <SeatTooltip
          store={store}
          hover={hover}
          taken={taken === hover.seat}
          strict={orphanRule === 'strict'}
        />
      )}
      {section && <SectionTooltip store={store} hover={section} />}
      {view && <FloorSwitch view={view} />}
      <Tools view={view} store={store} bottom={toolsBelow(props)} head={props.coveredBelow > 0} />
    </div>
  )
}

/** Says over the map that nothing is known of its seats yet. */
function Waiting({ store, live }: Pick<Props, 'store' | 'live'>) {
  if (useReady(store)) return null
  return (
    <p
      role="status"
      data-waiting
      className="pointer-events-none absolute inset-x-4 top-1/2 z-10 mx-auto w-fit -translate-y-1/2
        rounded-full bg-surface px-4 py-2 text-center text-sm font-medium shadow-lift ring-1
        ring-line"
    >
      {loadingWords(live)}
    </p>
  )
}

/** How high above the foot tools stand. */
const toolsBelow = ({ coveredBelow, risenBelow = 0 }: Props) =>
  coveredBelow + risenBelow + TOOLS_PX

/** Tells the map what the page wants of it. */
function useWishes(view: SeatMapView | null, props: Props): void {
  const { highlight, coveredBelow, orphanRule, shownSeats, tool = null } = props
  const floors = props.store.chart.floors.length
  const tall = useMedia(TALL_QUERY)
  const wide = useMedia(WIDE_QUERY)
  useEffect(() => view?.setTool(tool), [view, tool])
  useEffect(() => view?.setHighlight(highlight), [view, highlight])
  useEffect(() => view?.warnOfOrphans(orphanRule !== 'off'), [view, orphanRule])
  useEffect(() => {
    const one = coveredBelow > 0 && tall ? SWITCH_PX : 0
    const top = floors > 0 ? SWITCHES_PX : one
    // Beside the house there is no room for tools, so that it stands above them.
    const bottom = coveredBelow || (wide || !tall ? 0 : STRIP_PX)
    view?.setInsets({ top, right: 0, bottom, left: 0 })
  }, [view, coveredBelow, floors, tall, wide])
  useEffect(() => view?.showSeats(shownSeats), [view, shownSeats])
}

interface ToolsProps {
  view: SeatMapView | null
  store: SeatStore
  bottom: number
  /** Buttons stand at the head, where the switch of map and list keeps the house away. */
  head: boolean
}

function Tools({ view, store, bottom, head }: ToolsProps) {
  const wide = useMedia(WIDE_QUERY)
  return (
    <>
      {view && <Overview view={view} store={store} bottom={bottom} />}
      <div className={`absolute right-4 ${head ? 'top-4' : ''}`} style={head ? {} : { bottom }}>
        <MapControls view={view} row={head || !wide} />
      </div>
    </>
  )
}

interface OverviewProps {
  view: SeatMapView
  store: SeatStore
  bottom: number
}

function Overview({ view, store, bottom }: OverviewProps) {
  const host = useRef<HTMLDivElement>(null)
  const { theme, palette } = useMapColors()
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

function mapLook(store: SeatStore): MapLook {
  return {
    theme: mapTheme(),
    palette: looks.get().palette,
    fontFamily: FONT,
    words: {
      left: (count) => t('map.left', { count }),
      places: (count) => t('map.places', { count }),
      from: (price) => t('map.from', { price: money(price, store.chart.currency) }),
      each: (price) => money(price, store.chart.currency),
      range: (low, high) => moneyRange(low, high, store.chart.currency),
      short: formatCount,
      soldOut: t('map.soldOut'),
    },
  }
}
