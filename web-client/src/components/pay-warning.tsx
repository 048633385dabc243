// Tells that the time to pay is nearly over, and that it is: in words that are also spoken.

import { useEffect, useRef } from 'react'
import type { Booking, BookingStatus, SeatmapEvent } from '../../sdk/index'
import { useEndsSoon } from '../hooks'
import { t } from '../i18n'
import { navigate } from '../router'
import { toast } from '../state/toasts'

interface Props {
  bookings: readonly Booking[]
  event: SeatmapEvent
  className?: string
}

/** Warns while the first of the bookings is due soon; stays mounted, or nothing would be said. */
export function PayWarning({ bookings, event, className = '' }: Props) {
  const ends = bookings.flatMap(({ status, expires_at: until }) =>
    status === 'pending' && until !== null ? [Date.parse(until)] : [],
  )
  const soon = useEndsSoon(ends.length > 0 ? Math.min(...ends) : null, event.booking_seconds)
  return (
    <p
      role="status"
      data-pay-warning
      className={`text-sm font-medium text-warn empty:sr-only ${className}`}
    >
      {soon ? t('pay.warning') : ''}
    </p>
  )
}

/** Says of bookings beside the map that their time to pay is over, and where it still goes. */
export function useToldUnpaid(bookings: readonly Booking[]): void {
  const due = useRef(new Set<number>())
  useEffect(() => {
    const idsOf = (wanted: BookingStatus) =>
      bookings.filter(({ status }) => status === wanted).map(({ id }) => id)
    const over = idsOf('expired').find((id) => due.current.has(id))
    due.current = new Set(idsOf('pending'))
    if (over === undefined) return
    const act = () => navigate(`/bookings/${over}`)
    toast('bad', t('pay.over'), { label: t('booking.toPayment'), act })
  }, [bookings])
}
