// One booking, as an organiser sees it: whose, which seats, who is in, what happened, and what may
// be done.

import { useCallback, useEffect, useState } from 'react'
import type { Booking, Chart, SeatmapEvent } from '../../sdk/index'
import { BookingBadge } from '../components/booking-badge'
import { Icon } from '../components/icon'
import { money } from '../format'
import { t } from '../i18n'
import { nameOf } from '../seat-words'
import { BookingActions } from './booking-actions'
import { FailedRead } from './failed-read'
import { historyOf, type BookingStep } from './booking-history'
import { bookingOf } from './bookings-client'
import { pathOf } from './event-nav'
import { HousePage } from './house'
import { clockTime, dayTime, sayRefused, whoIs } from './words'

interface Props {
  id: number
  reference: string
}

export function BookingPage({ id, reference }: Props) {
  const back = { href: pathOf(id, 'bookings'), label: t('bookings.title') }
  return (
    <HousePage id={id} page="bookings" title={reference} back={back}>
      {(house) => <Found {...house} reference={reference} />}
    </HousePage>
  )
}

interface FoundProps {
  event: SeatmapEvent
  chart: Chart
  reference: string
}

function Found({ event, reference, chart }: FoundProps) {
  const [booking, setBooking] = useState<Booking | null | 'none' | 'failed'>(null)
  const read = useCallback(() => {
    const failed = (problem: unknown) => {
      sayRefused(problem)
      setBooking('failed')
    }
    bookingOf(event.id, reference).then((found) => setBooking(found ?? 'none'), failed)
  }, [event.id, reference])
  useEffect(read, [read])
  const again = () => {
    setBooking(null)
    read()
  }
  if (booking === 'failed') return <FailedRead retry={again} />
  if (booking === null) return <p className="text-soft">{t('events.loading')}</p>
  if (booking === 'none') return <p>{t('bookings.none')}</p>
  return (
    <div className="flex flex-col gap-4">
      <Facts booking={booking} />
      <Seats booking={booking} chart={chart} />
      <BookingActions booking={booking} event={event} onChange={setBooking} />
      <History booking={booking} chart={chart} />
    </div>
  )
}

const CARD = 'rounded-2xl bg-surface p-5 ring-1 ring-line'

function Facts({ booking }: { booking: Booking }) {
  const { customer, payment_reference: payment } = booking
  const facts: [string, string | null][] = [
    [t('bookings.customer'), customer.name],
    [t('bookings.email'), customer.email],
    [t('bookings.phone'), customer.phone],
    [t('ticket.total'), money(booking.total_amount, booking.currency)],
    [t('bookings.payment'), payment],
    [t('bookings.made'), dayTime(booking.created_at)],
  ]
  return (
    <section className={CARD}>
      <BookingBadge status={booking.status} />
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name} className="contents">
                <dt className="text-soft">{name}</dt>
                <dd className="min-w-0 font-medium break-words">{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  )
}

function Seats({ booking, chart }: { booking: Booking; chart: Chart }) {
  const since = new Map(booking.checked_in.map(({ seat_no, at }) => [seat_no, at]))
  return (
    <section className={CARD}>
      <h2 className="mb-1 font-semibold">{t('ticket.seats')}</h2>
      <ul>
        {booking.seat_nos.map((seatNo) => {
          const at = since.get(seatNo)
          return (
            <li
              key={seatNo}
              className="flex flex-wrap items-center justify-between gap-x-4 border-t border-line
                py-2 first:border-0"
            >
              <span>{seatName(chart, seatNo)}</span>
              {at && (
                <span
                  className="flex items-center gap-1.5 text-sm font-medium whitespace-nowrap
                    text-good"
                >
                  <Icon name="check" size={16} />
                  {t('door.since', { time: clockTime(at) })}
                </span>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function History({ booking, chart }: { booking: Booking; chart: Chart }) {
  const [steps, setSteps] = useState<BookingStep[]>([])
  useEffect(() => {
    let wanted = true
    // What happened is beside the point when it can't be read; the booking itself is there.
    historyOf(booking).then((found) => wanted && setSteps(found), () => {})
    return () => {
      wanted = false
    }
  }, [booking])
  return (
    <section className={CARD}>
      <h2 className="mb-1 font-semibold">{t('bookings.history')}</h2>
      <ol>
        {steps.map(({ at, what, seats, actor, reason }) => (
          <li
            key={`${at}-${what}-${seats[0]}`}
            className="grid grid-cols-[10rem_1fr] gap-x-4 border-t border-line py-2 text-sm
              first:border-0 max-sm:grid-cols-1"
          >
            <span className="text-soft tabular-nums">{dayTime(at)}</span>
            <span>
              <span className="font-medium">{t(`step.${what}`)}</span>
              <span className="text-soft">
                {' · '}
                {[whoIs(actor), reason].filter(Boolean).join(' · ')}
              </span>
              {seats.length < booking.quantity && (
                <span className="block text-soft">
                  {seats.map((seat) => seatName(chart, seat)).join('; ')}
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function seatName(chart: Chart, seatNo: string): string {
  const seat = chart.seatOf(seatNo)
  return seat < 0 ? seatNo : nameOf(chart, seat)
}
