// What is in the basket and what to do with it, the same beside the map and in the sheet below it.

import { addMoney, formatMoney, type SeatStore, type SeatmapEvent } from '../../sdk'
import { plural } from '../format'
import { isAlive, type Basket, type BasketItem, type BasketView } from '../state/basket'
import { BasketItems } from './basket-items'
import { BookingCard } from './booking-card'
import { Button } from './button'
import { Countdown } from './countdown'

interface Props {
  store: SeatStore
  event: SeatmapEvent
  basket: Basket
  view: BasketView
}

export function BasketBody({ store, event, basket, view }: Props) {
  const { items, busy } = view
  const bookings = view.bookings.filter(isAlive)
  return (
    <div className="flex flex-col gap-5">
      {bookings.map((booking) => (
        <BookingCard
          key={booking.id}
          chart={store.chart}
          booking={booking}
          basket={basket}
          busy={busy}
        />
      ))}
      {items.length > 0 && (
        <BasketItems
          store={store}
          items={items}
          onRemove={(seat) => void basket.unlock(seat)}
        />
      )}
      {items.length === 0 && bookings.length === 0 && <Empty event={event} />}
    </div>
  )
}

/** The sum, the time left, and the one button that matters. */
export function Checkout({ store, basket, view }: Omit<Props, 'event'>) {
  const { items, busy } = view
  if (items.length === 0) return null
  const until = earliestEnd(items)
  const held = items.every(({ state }) => state === 'held')
  return (
    <div className="flex flex-col gap-3.5">
      <div className="flex items-end justify-between">
        <div>
          <div className="text-sm text-soft">{plural(items.length, 'seat', 'seats')}</div>
          <div
            data-total
            className="text-[28px] leading-tight font-semibold tracking-[-0.03em] tabular-nums"
          >
            {formatMoney(addMoney(items.map(({ price }) => price)), store.chart.currency)}
          </div>
        </div>
        {until !== null && <Countdown until={until} label="Held for" />}
      </div>
      <Button disabled={busy || !held} onClick={() => void basket.book()}>
        Book {plural(items.length, 'seat', 'seats')}
      </Button>
    </div>
  )
}

/** When the first of the holds ends; null while none is known. */
export function earliestEnd(items: BasketItem[]): number | null {
  const ends = items.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]))
  return ends.length > 0 ? Math.min(...ends) : null
}

function Empty({ event }: { event: SeatmapEvent }) {
  const minutes = Math.round(event.lock_seconds / 60)
  return (
    <div className="rounded-3xl border border-dashed border-line px-5 py-7">
      <h3 className="text-[17px] font-semibold tracking-[-0.015em]">Choose your seats</h3>
      <p className="mt-1 text-sm text-soft">
        Pick them on the map.
        {minutes > 0 && ` Each is held for you for ${plural(minutes, 'minute', 'minutes')}.`}
      </p>
    </div>
  )
}
