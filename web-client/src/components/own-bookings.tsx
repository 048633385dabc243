// The visitor's own bookings on the first page: what is due, and the way to each ticket.

import { formatWhen, money } from '../format'
import { t } from '../i18n'
import { Link } from '../router'
import type { OwnBooking } from '../state/own-bookings'
import { BookingBadge } from './booking-badge'
import { Countdown } from './countdown'

export function OwnBookings({ bookings }: { bookings: readonly OwnBooking[] }) {
  if (bookings.length === 0) return null
  return (
    <section aria-labelledby="own-bookings" className="mb-10 sm:mb-12">
      <h2 id="own-bookings" className="mb-3 text-lg font-semibold tracking-[-0.02em]">
        {t('mine.title')}
      </h2>
      <ul className="grid gap-3 sm:grid-cols-2 sm:gap-5 lg:grid-cols-3">
        {bookings.map((own) => (
          <li key={own.booking.id}>
            <Entry {...own} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Entry({ booking, event }: OwnBooking) {
  const { id, status, booking_ref: ref, quantity, expires_at: until } = booking
  const tickets = t('booking.tickets', { count: quantity })
  return (
    <Link
      href={`/bookings/${id}`}
      data-own={ref}
      className="flex h-full animate-rise flex-col gap-1 rounded-2xl bg-surface px-5 py-4 ring-1
        ring-line hover:bg-sunken/60"
    >
      <span className="flex flex-wrap items-center justify-between gap-x-3">
        <BookingBadge status={status} />
        {status === 'pending' && until && (
          <Countdown until={Date.parse(until)} label={t('booking.payWithin')} />
        )}
      </span>
      <span className="mt-1 font-semibold tracking-[-0.01em]">{event.name}</span>
      <span className="text-sm text-soft">{formatWhen(event.start_time)}</span>
      <span className="mt-auto flex flex-wrap justify-between gap-x-3 pt-2 text-sm tabular-nums">
        <span className="font-medium slashed-zero">{ref}</span>
        <span className="text-soft">
          {tickets} · {money(booking.total_amount, booking.currency)}
        </span>
      </span>
    </Link>
  )
}
