// The basket below the map, on small windows: one line that says it all, drawn up for the rest.

import { useState } from 'react'
import { addMoney, type SeatmapEvent } from '../../sdk/index'
import { formatWhen, money } from '../format'
import { useHeight, useSale } from '../hooks'
import { t } from '../i18n'
import { earliestEnd, isAlive } from '../state/basket-item'
import { BasketBody, Checkout } from './basket-body'
import type { BasketProps } from './basket-panel'
import { Countdown } from './countdown'
import { Icon } from './icon'
import { PriceLimit } from './legend'
import { MarkKey } from './mark-key'
import { MoreTime } from './more-time'
import { PayWarning } from './pay-warning'

/** How much of the map the closed sheet covers, in pixels. */
export const SHEET_CLOSED_PX = 84

interface Props extends BasketProps {
  /** How much higher than usual the closed sheet stands, in pixels. */
  onRise(px: number): void
}

export function BasketSheet({ onRise, ...props }: Props) {
  const [open, setOpen] = useState(false)
  const { view } = props
  const notices = useHeight(onRise)
  const found = (seats: number[]) => {
    setOpen(false)
    props.onFound(seats)
  }
  // Drawn up, the sheet says the rest itself; the line needs only to name it.
  const booked = view.bookings.some(isAlive) ? t('basket.booking') : ''
  const title = view.items.length > 0 ? t('basket.title') : booked
  return (
    <>
      {open && (
        <button
          type="button"
          aria-label={t('basket.close')}
          onClick={() => setOpen(false)}
          className="absolute inset-0 z-20 bg-black/25"
        />
      )}
      <aside
        aria-label={t('basket.label')}
        className="absolute inset-x-0 bottom-0 z-30 flex max-h-[82dvh] flex-col rounded-t-3xl
          bg-paper shadow-float ring-1 ring-line low:overflow-y-auto"
      >
        <div ref={notices}>
          {view.items.length > 0 && <MoreTime {...props} className="px-4 pt-4" />}
          <PayWarning bookings={view.bookings} event={props.event} className="px-5 pt-4" />
        </div>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex shrink-0 items-center gap-3 px-5 pt-2 text-left"
          style={{ height: SHEET_CLOSED_PX }}
        >
          {open && title ? (
            <span className="flex-1 text-[17px] font-semibold tracking-[-0.015em]">{title}</span>
          ) : (
            <Summary {...props} />
          )}
          <span className="grid size-10 place-items-center rounded-full bg-sunken">
            <Icon name={open ? 'down' : 'up'} size={18} />
          </span>
        </button>
        {open && (
          <>
            <div
              className="min-h-0 flex-1 animate-rise overflow-y-auto px-5 pt-1 pb-5 low:flex-none
                low:overflow-visible"
            >
              <BasketBody {...props} onFound={found} />
              <PriceLimit {...props} />
              <MarkKey />
            </div>
            {view.items.length > 0 && (
              <div
                className="border-t border-line bg-surface px-5 pt-4
                  pb-[max(1.25rem,env(safe-area-inset-bottom))]"
              >
                <Checkout {...props} />
              </div>
            )}
          </>
        )}
      </aside>
    </>
  )
}

type SummaryProps = Pick<BasketProps, 'store' | 'event' | 'view'>

function Summary({ store, event, view }: SummaryProps) {
  const { items } = view
  const booking = view.bookings.find(isAlive)
  if (items.length > 0) {
    const until = earliestEnd(items)
    return (
      <span className="min-w-0 flex-1">
        <span className="block text-[17px] font-semibold tracking-[-0.015em] tabular-nums">
          {t('basket.seats', { count: items.length })}
          <span className="font-normal text-soft"> · </span>
          {money(addMoney(items.map(({ price }) => price)), store.chart.currency)}
        </span>
        {until !== null && <Countdown until={until} label={t('basket.heldFor')} />}
      </span>
    )
  }
  if (booking) {
    return (
      <span className="min-w-0 flex-1">
        <span className="block truncate font-semibold">{booking.booking_ref}</span>
        <span className="text-sm text-soft">
          {t(booking.status === 'pending' ? 'booking.due' : 'booking.booked')}
        </span>
      </span>
    )
  }
  return <Invitation event={event} />
}

/** What to do first; while nothing can be done, since or until when. */
function Invitation({ event }: { event: SeatmapEvent }) {
  const { state, at } = useSale(event)
  const cheapest = event.prices.at(0)
  const hints = [
    t('basket.tapHint'),
    cheapest && t('map.from', { price: money(cheapest, event.currency) }),
  ]
  const closed = state === 'before' ? 'sale.beforeText' : 'sale.afterText'
  return (
    <span className="min-w-0 flex-1">
      <span className="block text-[17px] font-semibold tracking-[-0.015em]">
        {t(state === 'open' ? 'basket.empty' : `sale.${state}`)}
      </span>
      <span className="block truncate text-sm text-soft">
        {at === null ? hints.filter(Boolean).join(' · ') : t(closed, { when: formatWhen(at) })}
      </span>
    </span>
  )
}
