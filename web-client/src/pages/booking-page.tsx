// One booking: to be paid, or the tickets with their code for the door.

import { useEffect, useState } from 'react'
import type { Booking, BookingStatus, CancelRuleName, Chart, SeatmapEvent } from '../../sdk/index'
import { rest } from '../client'
import { BookingBadge } from '../components/booking-badge'
import { Button } from '../components/button'
import { Countdown } from '../components/countdown'
import { Notice } from '../components/notice'
import { PageHead, PageTitle, type WayBack } from '../components/page-head'
import { PayWarning } from '../components/pay-warning'
import { QrCode } from '../components/qr-code'
import { Toaster } from '../components/toaster'
import { formatWhen, money } from '../format'
import { useObservable, useTitle } from '../hooks'
import { t, type MessageKey } from '../i18n'
import { notesOf, seatsInWords } from '../seat-words'
import { BookingVisit } from '../state/booking-visit'

export function BookingPage({ id }: { id: number }) {
  const [visit] = useState(() => new BookingVisit(rest, id))
  const { phase, booking, event, chart, busy } = useObservable(visit.view)
  useEffect(() => {
    visit.start()
    return () => visit.stop()
  }, [visit])
  useTitle(booking ? `${booking.booking_ref} · Seatmap` : 'Seatmap')
  if (phase === 'missing') {
    return <Notice title={t('notice.noBooking.title')} text={t('notice.noBooking.text')} home />
  }
  if (phase === 'failed') {
    const retry = () => void visit.load()
    return <Notice title={t('notice.failed.title')} text={t('notice.failed.text')} retry={retry} />
  }
  return (
    <div className="mx-auto min-h-dvh max-w-xl px-5 pb-16">
      <PageHead back={wayBack(event)} />
      <main>
        {booking && event && chart ? (
          <Ticket booking={booking} event={event} chart={chart} visit={visit} busy={busy} />
        ) : (
          <p role="status" className="mt-24 text-center text-soft">
            {t('events.loading')}
          </p>
        )}
      </main>
      <Toaster />
    </div>
  )
}

/** A link leads where it says: to the seats only once it is known whose. */
function wayBack(event: SeatmapEvent | null): WayBack {
  if (!event) return { href: '/', label: t('nav.allEvents') }
  return { href: `/events/${event.id}`, label: t('booking.back') }
}

const TITLES: Record<BookingStatus, MessageKey> = {
  pending: 'pay.title',
  confirmed: 'ticket.title',
  cancelled: 'basket.booking',
  expired: 'basket.booking',
}

interface TicketProps {
  booking: Booking
  event: SeatmapEvent
  chart: Chart
  visit: BookingVisit
  busy: boolean
}

function Ticket({ booking, event, chart, visit, busy }: TicketProps) {
  const confirmed = booking.status === 'confirmed'
  const pending = booking.status === 'pending'
  const payable = pending || booking.status === 'expired'
  return (
    <>
      <PageTitle>{t(TITLES[booking.status])}</PageTitle>
      <PayWarning bookings={[booking]} event={event} className="mb-3" />
      <section
        aria-label={t('booking.label', { ref: booking.booking_ref })}
        className="overflow-hidden rounded-3xl bg-surface shadow-lift ring-1 ring-line"
      >
        <div className="flex items-center justify-between gap-3 px-6 pt-6">
          <BookingBadge status={booking.status} />
          {pending && booking.expires_at && (
            <Countdown until={Date.parse(booking.expires_at)} label={t('booking.payWithin')} />
          )}
        </div>
        <h2 className="mt-3 px-6 text-2xl leading-tight font-semibold tracking-[-0.025em]">
          {event.name}
        </h2>
        <Facts booking={booking} event={event} chart={chart} />
        {confirmed && (
          <div className="border-t border-dashed border-line px-6 py-6 text-center">
            <div className="mx-auto w-56">
              <QrCode
                text={booking.booking_ref}
                label={t('ticket.qr', { ref: booking.booking_ref })}
              />
            </div>
            <p className="mt-3 text-sm text-soft">{t('ticket.show')}</p>
          </div>
        )}
        {(payable || confirmed) && (
          <div className="border-t border-line px-6 py-5 print:hidden">
            {payable ? (
              <Payment booking={booking} visit={visit} busy={busy} />
            ) : (
              <Paid booking={booking} event={event} visit={visit} busy={busy} />
            )}
          </div>
        )}
      </section>
    </>
  )
}

function Facts({ booking, event, chart }: Omit<TicketProps, 'visit' | 'busy'>) {
  const total = money(booking.total_amount, booking.currency)
  const tickets = t('booking.tickets', { count: booking.quantity })
  const facts: [string, string[]][] = [
    [t('ticket.reference'), [booking.booking_ref]],
    [t('ticket.when'), [formatWhen(event.start_time)]],
    [t('ticket.where'), [event.venue]],
    [t('ticket.seats'), seatsInWords(chart, booking.seat_nos)],
    [t('ticket.notes'), notesOf(chart, booking.seat_nos)],
    [t('ticket.total'), [`${total} · ${tickets}`]],
  ]
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2.5 px-6 py-5 text-[15px]">
      {facts.filter(([, lines]) => lines.length > 0).map(([name, lines]) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="font-medium text-pretty slashed-zero">
            {lines.map((line) => (
              <div key={line}>{line}</div>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  )
}

type ActProps = Pick<TicketProps, 'booking' | 'visit' | 'busy'>

/** What is not paid in time may still be paid while nobody else has the seats. */
function Payment({ booking, visit, busy }: ActProps) {
  const late = booking.status === 'expired'
  const price = money(booking.total_amount, booking.currency)
  return (
    <div className="flex flex-col gap-2">
      {late && <p className="mb-1 text-sm">{t('pay.over')}</p>}
      <Button disabled={busy} onClick={() => void visit.pay(booking)}>
        {t(late ? 'booking.payLate' : 'booking.pay', { price })}
      </Button>
      {!late && (
        <Button kind="quiet" disabled={busy} onClick={() => void visit.cancel(booking)}>
          {t('booking.cancel')}
        </Button>
      )}
      <p className="mt-1 text-center text-[13px] text-soft">{t('booking.payNote')}</p>
    </div>
  )
}

/** Why who has bought can't cancel, where it is so. */
const NO_WAY_BACK: Record<CancelRuleName, MessageKey | null> = {
  owner: null,
  organiser: 'reason.organiserCancels',
  never: 'reason.already_confirmed',
}

/** Giving back paid tickets takes two steps, because there is no way back. */
function Paid({ booking, event, visit, busy }: ActProps & Pick<TicketProps, 'event'>) {
  const [asked, setAsked] = useState(false)
  const why = NO_WAY_BACK[event.cancel_confirmed]
  if (why) {
    return (
      <div className="flex flex-col gap-3">
        <Button onClick={() => window.print()}>{t('ticket.print')}</Button>
        <p className="text-center text-[13px] text-soft">{t(why)}</p>
      </div>
    )
  }
  if (!asked) {
    return (
      <div className="flex gap-2 max-sm:flex-col">
        <Button className="sm:flex-1" onClick={() => window.print()}>
          {t('ticket.print')}
        </Button>
        <Button className="sm:flex-1" kind="quiet" onClick={() => setAsked(true)}>
          {t('booking.cancelBooking')}
        </Button>
      </div>
    )
  }
  return (
    <div className="flex gap-2">
      <Button className="flex-1" onClick={() => setAsked(false)}>
        {t('booking.keep')}
      </Button>
      <Button
        className="flex-1"
        kind="quiet"
        disabled={busy}
        onClick={() => void visit.cancel(booking)}
      >
        {t('booking.cancelIt')}
      </Button>
    </div>
  )
}
