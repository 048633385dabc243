// The list of events.

import { useCallback, useEffect, useState } from 'react'
import type { SeatmapEvent } from '../../sdk/index'
import { rest } from '../client'
import { EventCard } from '../components/event-card'
import { Notice } from '../components/notice'
import { OwnBookings } from '../components/own-bookings'
import { PageHead, PageTitle } from '../components/page-head'
import { MoreEvents, PastEvents } from '../components/past-events'
import { useTitle } from '../hooks'
import { t } from '../i18n'
import { ownBookings, type OwnBooking } from '../state/own-bookings'
import { readWhatsOn, type WhatsOn } from '../state/whats-on'

/** Availability moves; the list is a glance and need not be live to the second. */
const REFRESH_MS = 20_000

export function EventsPage() {
  useTitle('Seatmap')
  const [events, setEvents] = useState<WhatsOn<SeatmapEvent> | null>(null)
  const [own, setOwn] = useState<OwnBooking[]>([])
  const [failed, setFailed] = useState(false)

  const load = useCallback(async () => {
    try {
      const found = await readWhatsOn(rest)
      setEvents(found)
      setFailed(false)
      // Without them the page is still what one came for.
      void ownBookings(rest, found.coming).then(setOwn, () => {})
    } catch {
      setFailed(true)
    }
  }, [])

  useEffect(() => {
    const first = setTimeout(() => void load(), 0)
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void load()
    }, REFRESH_MS)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }, [load])

  // What was loaded before stays on the page; a missed refresh is not worth an error.
  if (failed && !events) {
    const retry = () => void load()
    const words = { title: t('notice.failed.title'), text: t('notice.failed.text') }
    return <Notice {...words} retry={retry} />
  }
  return (
    <div className="mx-auto max-w-[1200px] px-5 pb-24 sm:px-8">
      <PageHead />
      <main>
        <PageTitle size="large">{t('events.title')}</PageTitle>
        <OwnBookings bookings={own} />
        {events ? <EventList {...events} /> : <Placeholders />}
      </main>
    </div>
  )
}

function EventList({ coming, over, more }: WhatsOn<SeatmapEvent>) {
  const none = over.length > 0
    ? t('events.noneComing')
    : t('events.none', { call: 'POST /api/v1/events' })
  return (
    <>
      {coming.length > 0 ? <Cards events={coming} /> : <p className="max-w-md text-soft">{none}</p>}
      <PastEvents count={over.length}>{() => <Cards events={over} />}</PastEvents>
      <MoreEvents count={more} />
    </>
  )
}

function Cards({ events }: { events: readonly SeatmapEvent[] }) {
  return (
    <ul className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
      {events.map((event) => (
        <li key={event.id}>
          <EventCard event={event} />
        </li>
      ))}
    </ul>
  )
}

function Placeholders() {
  return (
    <div
      className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3"
      role="status"
      aria-label={t('events.loading')}
    >
      {[0, 1, 2].map((at) => (
        <div key={at} className="h-96 animate-beat rounded-3xl bg-sunken" />
      ))}
    </div>
  )
}
