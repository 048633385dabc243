// What is in the basket and what to do with it, the same beside the map and in the sheet below it.

import type { FormEvent } from 'react'
import { addMoney, type LiveStatus, type SeatStore, type SeatmapEvent } from '../../sdk/index'
import { formatWhen, money } from '../format'
import { useNextFocus, useReady, useSale, useSoldOut } from '../hooks'
import { t } from '../i18n'
import { navigate } from '../router'
import type { Basket } from '../state/basket'
import { earliestEnd, isAlive, seatsLeftFor, type BasketView } from '../state/basket-item'
import { customer, namedCustomer } from '../state/customer'
import { saleTitle } from '../state/sale'
import { BasketItems } from './basket-items'
import { BestSeats } from './best-seats'
import { BookingCard } from './booking-card'
import { Button } from './button'
import { Countdown } from './countdown'
import { CustomerFields } from './customer-fields'
import { loadingWords } from './visit-gate'

interface Props {
  store: SeatStore
  event: SeatmapEvent
  basket: Basket
  view: BasketView
  live: LiveStatus
  /** What is above says already what an empty basket is for. */
  untitled?: boolean
  /** Shows seats that were found for the visitor. */
  onFound(seats: number[]): void
}

export function BasketBody({ store, event, basket, view, live, onFound, untitled }: Props) {
  const { items, busy } = view
  const bookings = view.bookings.filter(isAlive)
  const { state } = useSale(event)
  const ready = useReady(store)
  const gone = useSoldOut(store)
  const { box, leaves } = useNextFocus(items.length)
  return (
    <div ref={box} tabIndex={-1} className="flex flex-col gap-5 outline-none">
      {bookings.map((booking) => (
        <BookingCard key={booking.id} chart={store.chart} booking={booking} />
      ))}
      {items.length > 0 && (
        <BasketItems store={store} items={items} basket={basket} onLeave={leaves} />
      )}
      {items.length === 0 && bookings.length === 0 && (
        <Empty event={event} gone={gone} untitled={untitled} />
      )}
      {state === 'open' && !ready && (
        <p role="status" className="px-1 text-sm text-soft">
          {loadingWords(live)}
        </p>
      )}
      {state === 'open' && ready && !gone && (
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
export function Checkout({ store, basket, view }: Pick<Props, 'store' | 'basket' | 'view'>) {
  const { items, busy } = view
  if (items.length === 0) return null
  const until = earliestEnd(items)
  const held = items.every(({ state }) => state === 'held')
  const book = async (submit: FormEvent) => {
    submit.preventDefault()
    const booking = await basket.book(namedCustomer(customer.get()))
    if (booking) navigate(`/bookings/${booking.id}`)
  }
  return (
    <form onSubmit={(submit) => void book(submit)} className="flex flex-col gap-3.5">
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
      <CustomerFields />
      <Button type="submit" disabled={busy || !held}>
        {t('basket.book', { count: items.length })}
      </Button>
    </form>
  )
}

interface EmptyProps {
  event: SeatmapEvent
  /** Nothing is left. */
  gone: boolean
  untitled?: boolean
}

function Empty({ event, gone, untitled = false }: EmptyProps) {
  const { state, at } = useSale(event)
  const minutes = Math.round(event.lock_seconds / 60)
  const closed = state === 'before' ? 'sale.beforeText' : 'sale.afterText'
  const open = gone ? t('sale.soldOutText') : t('basket.emptyText', { minutes })
  const text = at === null ? open : t(closed, { when: formatWhen(at) })
  // The closed sheet has said it.
  if (untitled && (gone || at !== null)) return null
  if (untitled) return <p className="text-sm text-soft">{text}</p>
  return (
    <div data-sale={state} className="rounded-3xl border border-dashed border-line px-5 py-7">
      <h2
        data-basket-heading
        tabIndex={-1}
        className="text-[17px] font-semibold tracking-[-0.015em] outline-none"
      >
        {t(saleTitle(state, gone))}
      </h2>
      <p className="mt-1 text-sm text-soft">{text}</p>
    </div>
  )
}
