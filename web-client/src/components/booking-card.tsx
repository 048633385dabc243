// One booking beside the map: what it is, and the way to its page.

import type { Booking, Chart } from '../../sdk/index'
import { money } from '../format'
import { t } from '../i18n'
import { Link } from '../router'
import { seatsInWords } from '../seat-words'
import { BookingBadge } from './booking-badge'
import { Countdown } from './countdown'

export function BookingCard({ chart, booking }: { chart: Chart; booking: Booking }) {
  const pending = booking.status === 'pending'
  return (
    <section
      aria-label={t('booking.label', { ref: booking.booking_ref })}
      className="animate-rise rounded-3xl bg-surface p-5 ring-1 ring-line"
    >
      <div className="flex items-center justify-between gap-3">
        <BookingBadge status={booking.status} />
        {pending && booking.expires_at && (
          <Countdown until={Date.parse(booking.expires_at)} label={t('booking.payWithin')} />
        )}
      </div>
      <div className="mt-3 flex items-baseline justify-between gap-3">
        <span className="text-lg font-semibold slashed-zero">
          {booking.booking_ref}
        </span>
        <span className="font-semibold tabular-nums">
          {money(booking.total_amount, booking.currency)}
        </span>
      </div>
      {seatsInWords(chart, booking.seat_nos).map((words) => (
        <p key={words} className="mt-1 text-sm text-soft">
          {words}
        </p>
      ))}
      <Link
        href={`/bookings/${booking.id}`}
        className={`mt-4 flex h-11 items-center justify-center rounded-full font-semibold ${
          pending ? 'bg-ink text-paper hover:opacity-90' : 'ring-1 ring-line hover:bg-sunken'
        }`}
      >
        {t(pending ? 'booking.toPayment' : 'booking.showTicket')}
      </Link>
    </section>
  )
}
