// The desk of one event: the live map to block seats on, and beside it what is sold, held and free.

import { useRef, useState } from 'react'
import { Own, type LiveStatus, type SeatmapEvent } from '../../sdk/index'
import type { SeatStore, SelectTool } from '../../sdk/index'
import { SeatMap } from '../components/seat-map'
import { VisitPage } from '../components/visit-page'
import { useAnnouncer, useMedia, WIDE_QUERY } from '../hooks'
import { t } from '../i18n'
import { toast } from '../state/toasts'
import { BlockBar } from './block-bar'
import { EventNav } from './event-nav'
import { RecentChanges } from './recent-changes'
import { SalesInShort } from './sales'

/** The most seats the server blocks at once. */
const SELECTED_MAX = 10_000

const NOTHING: readonly number[] = []

export function DeskPage({ id }: { id: number }) {
  const ways = (
    <div className="border-b border-line px-3">
      <EventNav event={id} page="desk" />
    </div>
  )
  return (
    <VisitPage
      id={id}
      buys={false}
      title={t('organise.title')}
      back="/organise"
      ways={ways}
      className="max-[899px]:h-auto max-[899px]:min-h-dvh"
    >
      {({ event, store, live }) => <Desk key={store.chart.layout} {...{ event, store, live }} />}
    </VisitPage>
  )
}

interface DeskProps {
  event: SeatmapEvent
  store: SeatStore
  live: LiveStatus
}

function Desk({ event, store, live }: DeskProps) {
  const wide = useMedia(WIDE_QUERY)
  const announcer = useAnnouncer(store)
  const [tool, setTool] = useState<SelectTool | null>(null)
  const [selected, setSelected] = useSelection(store)
  const toggle = (seat: number) => {
    if (!store.ready) return
    const without = selected.filter((other) => other !== seat)
    setSelected(without.length < selected.length ? without : [...selected, seat])
  }
  const placesOf = (at: number) => {
    const { first, count } = store.chart.areas[at]
    return Array.from({ length: count }, (_, step) => first + step)
  }
  const add = (seats: readonly number[]) => {
    if (store.ready) setSelected([...new Set([...selected, ...seats])])
  }
  const map = {
    store,
    live,
    announcer,
    highlight: null,
    orphanRule: 'off' as const,
    shownSeats: NOTHING,
    coveredBelow: 0,
    tool,
    onSeat: toggle,
    onArea: (at: number) => add(placesOf(at)),
    onSelect: add,
  }
  return (
    <div className="flex min-h-0 flex-1 max-[899px]:flex-col">
      <main
        className="relative flex min-w-0 flex-1 flex-col max-[899px]:h-[70dvh]
          max-[899px]:flex-none"
      >
        <div className="relative flex-1">
          <SeatMap {...map} />
        </div>
        <BlockBar
          event={event.id}
          store={store}
          selected={selected}
          tool={tool}
          onTool={setTool}
          onClear={() => setSelected([])}
        />
      </main>
      <aside
        aria-label={t('organise.sales')}
        className={`flex flex-col gap-7 border-line bg-paper px-6 py-6 max-sm:px-5 ${
          wide ? 'w-[420px] shrink-0 overflow-y-auto border-l' : 'border-t'
        }`}
      >
        <SalesInShort event={event.id} store={store} />
        <RecentChanges event={event.id} store={store} />
      </aside>
    </div>
  )
}

/** The chosen seats, marked on the map as the visitor's own are for buyers. */
function useSelection(store: SeatStore): [readonly number[], (seats: readonly number[]) => void] {
  const [selected, setSelected] = useState(NOTHING)
  const marked = useRef(NOTHING)
  const select = (seats: readonly number[]) => {
    if (seats.length > SELECTED_MAX) {
      toast('bad', t('organise.tooMany', { count: SELECTED_MAX }))
      return
    }
    for (const seat of marked.current) store.setOwn(seat, Own.none)
    for (const seat of seats) store.setOwn(seat, Own.held)
    marked.current = seats
    setSelected(seats)
  }
  return [selected, select]
}
