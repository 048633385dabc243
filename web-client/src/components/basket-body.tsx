// What is in the basket and what to do with it, the same beside the map and in the sheet below it.

import { addMoney, type SeatStore, type SeatmapEvent } from '../../sdk/index'
import { formatWhen, money } from '../format'
import { useSale, useServerNow } from '../hooks'
import { t } from '../i18n'
import { navigate } from '../router'
import type { Basket } from '../state/basket'
import { earliestEnd, isAlive, seatsLeftFor, type BasketView } from '../state/basket-item'
import { BasketItems } from './basket-items'
import { BestSeats } from './best-seats'
import { BookingCard } from './booking-card'
import { Button } from './button'
import { Countdown } from './countdown'

interface Props {
  store: SeatStore
  event: SeatmapEvent
  basket: Basket
  view: BasketView
  /** Shows seats that were found for the visitor. */
  onFound(seats: number[]): void
}

/** Holds shorter than this at first warn at a third of their time instead. */
const WARN_MS = 60_000
const WARN_SHARE = 1 / 3
const TICK_MS = 1000

export function BasketBody({ store, event, basket, view, onFound }: Props) {
  const { items, busy } = view
  const bookings = view.bookings.filter(isAlive)
  const { state } = useSale(event)
  return (
    <div className="flex flex-col gap-5">
      {bookings.map((booking) => (
        <BookingCard key={booking.id} chart={store.chart} booking={booking} />
      ))}
      {items.length > 0 && (
        <BasketItems store={store} items={items} basket={basket} />
      )}
      {items.length === 0 && bookings.length === 0 && <Empty event={event} />}
      {state === 'open' && (
        <BestSeats
          store={store}
          basket={basket}
          most={seatsLeftFor(event, view)}
          busy={busy}
          onFound={onFound}
        />
      )}
    </div>
  )
}

/** The sum, the time left, and the one button that matters. */
export function Checkout({ store, event, basket, view }: Omit<Props, 'onFound'>) {
  const { items, busy } = view
  if (items.length === 0) return null
  const until = earliestEnd(items)
  const held = items.every(({ state }) => state === 'held')
  const book = async () => {
    const booking = await basket.book()
    if (booking) navigate(`/bookings/${booking.id}`)
  }
  return (
    <div className="flex flex-col gap-3.5">
      {until !== null && <MoreTime until={until} event={event} basket={basket} busy={busy} />}
      <div className="flex items-end justify-between">
        <div>
          <div className="text-sm text-soft">{t('basket.seats', { count: items.length })}</div>
          <div
            data-total
            className="text-[28px] leading-tight font-semibold tracking-[-0.03em] tabular-nums"
          >
            {money(addMoney(items.map(({ price }) => price)), store.chart.currency)}
          </div>
        </div>
        {until !== null && <Countdown until={until} label={t('basket.heldFor')} />}
      </div>
      <Button disabled={busy || !held} onClick={() => void book()}>
        {t('basket.book', { count: items.length })}
      </Button>
    </div>
  )
}

interface MoreTimeProps {
  until: number
  event: SeatmapEvent
  basket: Basket
  busy: boolean
}

/** Warns in time, says it to screen readers once, and gives more with one simple action. */
function MoreTime({ until, event, basket, busy }: MoreTimeProps) {
  const left = until - useServerNow(TICK_MS)
  const lock = event.lock_seconds * 1000
  const soon = left < Math.min(WARN_MS, lock * WARN_SHARE)
  return (
    <>
      <p role="status" className="sr-only">
        {soon ? t('basket.warning') : ''}
      </p>
      {soon && (
        <div className="flex animate-rise items-center gap-3 rounded-2xl bg-sunken p-3 text-sm">
          <span className="flex-1" aria-hidden="true">
            {t('basket.warning')}
          </span>
          <button
            type="button"
            disabled={busy}
            onClick={() => void basket.extend(event.lock_seconds)}
            className="min-h-10 shrink-0 rounded-full px-4 font-semibold ring-1 ring-ink
              hover:bg-surface"
          >
            {t('basket.extend')}
          </button>
        </div>
      )}
    </>
  )
}

function Empty({ event }: { event: SeatmapEvent }) {
  const { state, at } = useSale(event)
  const minutes = Math.round(event.lock_seconds / 60)
  const closed = state === 'before' ? 'sale.beforeText' : 'sale.afterText'
  return (
    <div data-sale={state} className="rounded-3xl border border-dashed border-line px-5 py-7">
      <h2 className="text-[17px] font-semibold tracking-[-0.015em]">
        {t(state === 'open' ? 'basket.empty' : `sale.${state}`)}
      </h2>
      <p className="mt-1 text-sm text-soft">
        {at === null ? t('basket.emptyText', { minutes }) : t(closed, { when: formatWhen(at) })}
      </p>
    </div>
  )
}
