// One event: its map fills the page, the basket stands beside or below.

import { useMemo, useState } from 'react'
import type { LiveStatus, SeatStore, SeatmapEvent } from '../../sdk/index'
import { Own, Status } from '../../sdk/index'
import { AreaPicker } from '../components/area-picker'
import { BasketPanel } from '../components/basket-panel'
import { BasketSheet, SHEET_CLOSED_PX } from '../components/basket-sheet'
import { Legend } from '../components/legend'
import { useToldUnpaid } from '../components/pay-warning'
import { SeatMap } from '../components/seat-map'
import { SeatList, type SeatListProps } from '../components/seat-list'
import { ViewSwitch } from '../components/view-switch'
import { LoadingMap } from '../components/visit-gate'
import { VisitPage } from '../components/visit-page'
import { useAnnouncer, useMedia, useObservable, useReady, WIDE_QUERY } from '../hooks'
import { t } from '../i18n'
import { looks } from '../looks'
import { nameOf, statusWords } from '../seat-words'
import type { Announcer } from '../state/announcer'
import type { Basket } from '../state/basket'
import { seatsLeftFor } from '../state/basket-item'
import { highlightOf, NO_FILTER, type Filter } from '../state/filter'
import { FROM_AFAR, type Nearby } from '../state/nearby'
import { Observable } from '../state/observable'
import { toast } from '../state/toasts'

export function EventPage({ id }: { id: number }) {
  return (
    <VisitPage id={id} buys title="Seatmap">
      {({ event, store, basket, live }) =>
        basket && <Floor key={store.chart.layout} {...{ event, store, basket, live }} />
      }
    </VisitPage>
  )
}

interface FloorProps {
  event: SeatmapEvent
  store: SeatStore
  basket: Basket
  live: LiveStatus
}

function Floor({ event, store, basket, live }: FloorProps) {
  const view = useObservable(basket.view)
  useToldUnpaid(view.bookings)
  const shown = useObservable(looks).view
  const wide = useMedia(WIDE_QUERY)
  const [filter, setFilter] = useState<Filter>(NO_FILTER)
  const [area, setArea] = useState<number | null>(null)
  const [risen, setRisen] = useState(0)
  const [found, setFound] = useState<readonly number[]>([])
  const [nearby] = useState(() => new Observable<Nearby>(FROM_AFAR))
  const announcer = useAnnouncer(store)
  const highlight = useMemo(() => highlightOf(store.chart, filter), [store, filter])
  const parts = { event, store, basket, view, live, onFound: setFound }
  const prices = { filter, onFilter: setFilter }
  const seats = {
    store,
    highlight,
    onSeat: (seat: number) => choose(store, basket, seat),
    onArea: (at: number) => store.ready && setArea(at),
    orphanRule: event.orphan_rule,
  }
  const take = (drawn: number[]) => takeDrawn({ event, store, basket, drawn })
  return (
    <div className="flex min-h-0 flex-1">
      <main className="relative flex min-w-0 flex-1 flex-col">
        {!wide && store.chart.categories.length > 1 && (
          <Legend layout="chips" store={store} {...prices} />
        )}
        <div className="relative flex-1">
          {shown === 'list' ? (
            <List {...seats} live={live} onSeats={take} onFocus={(seat) => announcer.focus(seat)} />
          ) : (
            <SeatMap
              {...seats}
              careful
              live={live}
              onNearby={wide ? undefined : nearby.set}
              announcer={announcer}
              shownSeats={found}
              coveredBelow={wide ? 0 : SHEET_CLOSED_PX}
              risenBelow={wide ? 0 : risen}
              onSelect={take}
            />
          )}
          <div className="absolute top-4 left-4">
            <ViewSwitch />
          </div>
        </div>
        {!wide && (
          <BasketSheet {...parts} {...prices} {...{ highlight, nearby }} onRise={setRisen} />
        )}
      </main>
      {wide && <BasketPanel {...parts} {...prices} />}
      {area !== null && (
        <AreaPicker
          store={store}
          basket={basket}
          area={area}
          most={Math.max(1, seatsLeftFor(event, view))}
          onClose={() => setArea(null)}
        />
      )}
      <Spoken announcer={announcer} />
    </div>
  )
}

/** The seats as text, once something is known of them. */
function List({ live, ...props }: SeatListProps & { live: LiveStatus }) {
  if (useReady(props.store)) return <SeatList {...props} />
  return (
    <div className="absolute inset-0 flex">
      <LoadingMap live={live} />
    </div>
  )
}

/** The live region: what others did to the seat one is at. */
function Spoken({ announcer }: { announcer: Announcer }) {
  const words = useObservable(announcer.words)
  return (
    <p data-spoken className="sr-only" aria-live="assertive">
      {words}
    </p>
  )
}

/** A seat that can't be had says why. */
function choose(store: SeatStore, basket: Basket, seat: number): void {
  if (!store.ready) return
  const free = store.own[seat] === Own.none && store.statuses[seat] === Status.available
  if (free || store.own[seat] === Own.held) basket.toggle(seat)
  else {
    const words = { seat: nameOf(store.chart, seat), status: statusWords(store, seat) }
    toast('plain', t('toast.status', words))
  }
}

interface Drawn {
  event: SeatmapEvent
  store: SeatStore
  basket: Basket
  drawn: number[]
}

/** Takes the free seats that were drawn around, all or none, as one hold. */
function takeDrawn({ event, store, basket, drawn }: Drawn): void {
  if (!store.ready) return
  const free = store.takeable(drawn)
  const most = seatsLeftFor(event, basket.view.get())
  if (free.length === 0) toast('plain', t('select.none'))
  else if (free.length > most) toast('bad', t('select.tooMany', { count: most }))
  else void basket.take({ seats: free.map((seat) => store.chart.seatNo(seat)) })
}
