// One booking: to be paid, or paid, with what can still be done about it.

import { useState } from 'react'
import { formatMoney, type Booking, type Chart } from '../../sdk'
import { plural } from '../format'
import { seatsInWords } from '../seat-words'
import type { Basket } from '../state/basket'
import { Button } from './button'
import { Countdown } from './countdown'
import { Icon } from './icon'

interface Props {
  booking: Booking
  basket: Basket
  busy: boolean
}

export function BookingCard({ chart, booking, basket, busy }: Props & { chart: Chart }) {
  const pending = booking.status === 'pending'
  return (
    <section
      aria-label={`Booking ${booking.booking_ref}`}
      className="animate-rise overflow-hidden rounded-3xl bg-surface ring-1 ring-line"
    >
      <div className="p-5">
        <div className="flex items-center justify-between gap-3">
          <Badge pending={pending} />
          {pending && booking.expires_at && (
            <Countdown until={Date.parse(booking.expires_at)} label="Pay within" />
          )}
        </div>
        <div className="mt-4 text-[22px] font-semibold tracking-[0.01em] slashed-zero tabular-nums">
          {booking.booking_ref}
        </div>
        {seatsInWords(chart, booking.seat_nos).map((words) => (
          <p key={words} className="mt-1 text-sm text-soft">
            {words}
          </p>
        ))}
      </div>
      <div className="relative border-t border-dashed border-line px-5 py-4">
        <Notch side="-left-2.5" />
        <Notch side="-right-2.5" />
        <div className="flex items-baseline justify-between">
          <span className="text-sm text-soft">{plural(booking.quantity, 'ticket', 'tickets')}</span>
          <span className="text-lg font-semibold tracking-[-0.01em] tabular-nums">
            {formatMoney(booking.total_amount, booking.currency)}
          </span>
        </div>
        {pending ? (
          <div className="mt-4 flex flex-col gap-2">
            <Button disabled={busy} onClick={() => void basket.confirm(booking)}>
              Confirm (demo payment)
            </Button>
            <Button kind="quiet" disabled={busy} onClick={() => void basket.cancel(booking)}>
              Cancel
            </Button>
          </div>
        ) : (
          <CancelConfirmed booking={booking} basket={basket} busy={busy} />
        )}
      </div>
    </section>
  )
}

/** Giving back paid tickets takes two steps, because there is no way back. */
function CancelConfirmed({ booking, basket, busy }: Props) {
  const [asked, setAsked] = useState(false)
  if (!asked) {
    return (
      <button
        type="button"
        onClick={() => setAsked(true)}
        className="mt-2 text-sm font-medium text-soft underline decoration-line underline-offset-4
          hover:text-ink"
      >
        Cancel booking
      </button>
    )
  }
  return (
    <div className="mt-4 flex gap-2">
      <Button className="flex-1" kind="quiet" onClick={() => setAsked(false)}>
        Keep
      </Button>
      <Button className="flex-1" disabled={busy} onClick={() => void basket.cancel(booking)}>
        Cancel it
      </Button>
    </div>
  )
}

function Badge({ pending }: { pending: boolean }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 text-sm font-semibold ${
        pending ? 'text-ink' : 'text-good'
      }`}
    >
      <Icon name={pending ? 'ticket' : 'check'} size={18} />
      {pending ? 'Payment due' : 'Booked'}
    </span>
  )
}

/** The bite at the tear line that makes a card a ticket. */
function Notch({ side }: { side: string }) {
  return (
    <span
      aria-hidden="true"
      className={`absolute -top-2.5 size-5 rounded-full bg-paper ring-1 ring-line ring-inset
        ${side}`}
    />
  )
}
