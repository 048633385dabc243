// One event: its map fills the page, the basket stands beside or below.

import { useEffect, useState } from 'react'
import type { SeatStore, SeatmapEvent } from '../../sdk'
import { Own, Status } from '../../sdk'
import { liveUrl, rest } from '../client'
import { AreaPicker } from '../components/area-picker'
import { BasketPanel } from '../components/basket-panel'
import { BasketSheet, SHEET_CLOSED_PX } from '../components/basket-sheet'
import { EventHeader } from '../components/event-header'
import { Legend } from '../components/legend'
import { Notice } from '../components/notice'
import { SeatMap } from '../components/seat-map'
import { statusWords } from '../components/seat-tooltip'
import { Toaster } from '../components/toaster'
import { useMedia, useObservable, useTitle, WIDE_QUERY } from '../hooks'
import { nameOf } from '../seat-words'
import type { Basket } from '../state/basket'
import { EventSession } from '../state/event-session'
import { toast } from '../state/toasts'

export function EventPage({ id }: { id: number }) {
  const [session] = useState(() => new EventSession(rest, id, liveUrl(id)))
  const { phase, event, store, basket, live, viewers } = useObservable(session.view)
  useEffect(() => {
    session.start()
    return () => session.stop()
  }, [session])
  useTitle(event ? `${event.name} · Seatmap` : 'Seatmap')

  if (phase === 'missing') {
    return <Notice title="No such event" text="It may have been taken off the list." home />
  }
  if (phase === 'failed') {
    const retry = () => session.retry()
    return <Notice title="Could not load" text="The server does not answer." retry={retry} home />
  }
  return (
    <div className="flex h-dvh flex-col overflow-hidden">
      <EventHeader event={event} live={live} viewers={viewers} />
      {event && store && basket ? (
        <Floor key={store.chart.layout} event={event} store={store} basket={basket} />
      ) : (
        <div className="grid flex-1 place-items-center" role="status">
          <span className="animate-beat text-soft">Loading the map …</span>
        </div>
      )}
      <Toaster />
    </div>
  )
}

interface FloorProps {
  event: SeatmapEvent
  store: SeatStore
  basket: Basket
}

function Floor({ event, store, basket }: FloorProps) {
  const view = useObservable(basket.view)
  const wide = useMedia(WIDE_QUERY)
  const [highlight, setHighlight] = useState<number | null>(null)
  const [area, setArea] = useState<number | null>(null)
  const parts = { event, store, basket, view }
  const colours = { highlight, onHighlight: setHighlight }
  return (
    <div className="flex min-h-0 flex-1">
      <main className="relative flex min-w-0 flex-1 flex-col">
        {!wide && store.chart.categories.length > 1 && (
          <Legend layout="chips" store={store} {...colours} />
        )}
        <div className="relative flex-1">
          <SeatMap
            store={store}
            highlight={highlight}
            coveredBelow={wide ? 0 : SHEET_CLOSED_PX}
            onSeat={(seat) => choose(store, basket, seat)}
            onArea={setArea}
          />
        </div>
        {!wide && <BasketSheet {...parts} />}
      </main>
      {wide && <BasketPanel {...parts} {...colours} />}
      {area !== null && (
        <AreaPicker
          store={store}
          basket={basket}
          area={area}
          most={event.max_seats_per_user || 10}
          onClose={() => setArea(null)}
        />
      )}
    </div>
  )
}

/** A seat that can't be had says why; fingers have no tooltip. */
function choose(store: SeatStore, basket: Basket, seat: number): void {
  const free = store.own[seat] === Own.none && store.statuses[seat] === Status.available
  if (free || store.own[seat] === Own.held) basket.toggle(seat)
  else toast('plain', `${nameOf(store.chart, seat)}: ${statusWords(store, seat).toLowerCase()}`)
}
