// What can be done with a booking: let in, take that back, call it off with a reason.

import { useState, type FormEvent } from 'react'
import type { Booking, SeatmapEvent } from '../../sdk/index'
import { t } from '../i18n'
import { toast } from '../state/toasts'
import { Act } from './act'
import { cancelBooking, checkIn, checkOut } from './bookings-client'
import { INPUT } from './fields'
import { sayRefused } from './words'

interface Props {
  booking: Booking
  event: SeatmapEvent
  onChange(booking: Booking): void
}

const REASON_CHARS_MAX = 200

export function BookingActions({ booking, event, onChange }: Props) {
  const [busy, setBusy] = useState(false)
  const [asked, setAsked] = useState(false)
  const inside = new Set(booking.checked_in.map(({ seat_no }) => seat_no))
  const outside = booking.seat_nos.filter((seat) => !inside.has(seat))
  const act = async (call: () => Promise<Booking>) => {
    setBusy(true)
    try {
      const changed = await call()
      onChange(changed)
      setAsked(false)
      if (changed.status === 'cancelled') {
        toast('good', t('toast.cancelled', { ref: changed.booking_ref }))
      }
    } catch (problem) {
      sayRefused(problem)
    } finally {
      setBusy(false)
    }
  }
  const confirmed = booking.status === 'confirmed'
  const final = confirmed && event.cancel_confirmed === 'never'
  if (asked) {
    return (
      <CancelForm
        busy={busy}
        onKeep={() => setAsked(false)}
        onCancel={(reason) => void act(() => cancelBooking(booking.id, reason))}
      />
    )
  }
  return (
    <div className="flex flex-wrap gap-2 empty:hidden">
      {confirmed && outside.length > 0 && (
        <Act strong off={busy} onClick={() => void act(() => checkIn(booking.id, outside))}>
          {t('bookings.letIn', { count: outside.length })}
        </Act>
      )}
      {inside.size > 0 && (
        <Act off={busy} onClick={() => void act(() => checkOut(booking.id))}>
          {t('door.undo')}
        </Act>
      )}
      {(confirmed || booking.status === 'pending') && !final && inside.size === 0 && (
        <Act off={busy} onClick={() => setAsked(true)}>
          {t('booking.cancelBooking')}
        </Act>
      )}
      {final && <p className="basis-full text-sm text-soft">{t('reason.already_confirmed')}</p>}
    </div>
  )
}

interface FormProps {
  busy: boolean
  onKeep(): void
  onCancel(reason: string): void
}

/** Two steps, because there is no way back. */
function CancelForm({ busy, onKeep, onCancel }: FormProps) {
  const [reason, setReason] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onCancel(reason.trim())
  }
  return (
    <form
      onSubmit={submit}
      className="flex flex-wrap items-center gap-2 rounded-2xl bg-surface p-5 ring-1 ring-urgent"
    >
      <p className="basis-full">{t('bookings.cancelAsk')}</p>
      <input
        autoFocus
        value={reason}
        maxLength={REASON_CHARS_MAX}
        onChange={({ target }) => setReason(target.value)}
        placeholder={t('organise.reason')}
        aria-label={t('organise.reason')}
        className={`${INPUT} flex-1 basis-48`}
      />
      <Act strong off={busy}>
        {t('booking.cancelBooking')}
      </Act>
      <Act off={busy} onClick={onKeep}>
        {t('booking.keep')}
      </Act>
    </form>
  )
}
