// One event on the list: a picture of its house as full as it is, the facts, and the lowest price.

import type { SeatmapEvent } from '../../sdk/index'
import { formatBadge, formatWhen, money } from '../format'
import { useSale } from '../hooks'
import { t } from '../i18n'
import { Link } from '../router'
import type { Sale } from '../state/sale'
import { HouseArt } from './house-art'

export function EventCard({ event }: { event: SeatmapEvent }) {
  const { total_tickets: total, available_tickets: left } = event
  const share = total > 0 ? left / total : 0
  const badge = formatBadge(event.start_time)
  return (
    <Link
      href={`/events/${event.id}`}
      className="group flex h-full flex-col overflow-hidden rounded-3xl bg-surface shadow-lift
        ring-1 ring-line transition-[transform,box-shadow] duration-300 ease-out-soft
        hover:-translate-y-1 hover:shadow-float"
    >
      <div className="relative">
        <HouseArt seed={event.id} available={share} />
        <div
          className="absolute top-4 left-4 rounded-2xl bg-surface px-3 py-1.5 text-center
            shadow-lift"
          aria-hidden="true"
        >
          <div className="text-xl leading-tight font-semibold tracking-[-0.03em]">{badge.day}</div>
          <div className="text-xs text-soft">{badge.month}</div>
        </div>
      </div>
      <div className="flex flex-1 flex-col p-5">
        <h2 className="text-xl leading-tight font-semibold tracking-[-0.025em]">{event.name}</h2>
        <p className="mt-1.5 text-sm text-soft">
          {event.venue}
          <br />
          {formatWhen(event.start_time)}
        </p>
        <Availability event={event} share={share} />
      </div>
    </Link>
  )
}

function Availability({ event, share }: { event: SeatmapEvent; share: number }) {
  const cheapest = event.prices.at(0)
  const sale = useSale(event)
  const several = event.prices.some((price) => price !== cheapest)
  // What nobody can have any more is not there to be had.
  const shown = sale.state === 'after' ? 0 : share
  return (
    <div className="mt-auto pt-6">
      <div className="flex items-baseline justify-between gap-3">
        <span className="text-sm text-soft tabular-nums">
          {stateWords(event, sale)}
        </span>
        {cheapest !== undefined && (
          <span
            className="shrink-0 text-base font-semibold tracking-[-0.01em] text-ink tabular-nums"
          >
            {several
              ? t('events.from', { price: money(cheapest, event.currency) })
              : money(cheapest, event.currency)}
          </span>
        )}
      </div>
      <div className="mt-2.5 h-1.5 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
        <div
          className="h-full rounded-full bg-ink transition-[width] duration-700"
          style={{ width: `${shown > 0 ? Math.max(2, shown * 100) : 0}%` }}
        />
      </div>
    </div>
  )
}

function stateWords({ available_tickets: left, total_tickets: total }: SeatmapEvent, sale: Sale) {
  if (sale.state === 'after') return t('sale.ended')
  if (sale.at !== null) return t('sale.from', { when: formatWhen(sale.at) })
  return left === 0 ? t('map.soldOut') : t('events.left', { left, total })
}
