// Which page a path shows.

import { lazy, Suspense } from 'react'
import { useObservable } from './hooks'
import { language, t } from './i18n'
import { BookingPage } from './pages/booking-page'
import { EventPage } from './pages/event-page'
import { EventsPage } from './pages/events-page'
import { Notice } from './components/notice'
import { usePath } from './router'

/** Buyers don't load the organiser's pages. */
const Organise = lazy(() => import('./organise'))

export function App() {
  // Another language renders everything again, and with it every word.
  useObservable(language)
  const path = usePath()
  if (path === '/') return <EventsPage />
  const event = /^\/events\/(\d+)\/?$/.exec(path)
  // The key makes another event another page: nothing of the one before stays.
  if (event) return <EventPage key={event[1]} id={Number(event[1])} />
  const booking = /^\/bookings\/(\d+)\/?$/.exec(path)
  if (booking) return <BookingPage key={booking[1]} id={Number(booking[1])} />
  if (/^\/organise(\/|$)/.test(path)) {
    return (
      <Suspense fallback={null}>
        <Organise path={path} />
      </Suspense>
    )
  }
  return <Notice title={t('notice.nothing.title')} text={t('notice.nothing.text')} home />
}
