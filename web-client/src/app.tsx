// Which page a path shows.

import { EventPage } from './pages/event-page'
import { EventsPage } from './pages/events-page'
import { Notice } from './components/notice'
import { usePath } from './router'

export function App() {
  const path = usePath()
  if (path === '/') return <EventsPage />
  const event = /^\/events\/(\d+)\/?$/.exec(path)
  // The key makes another event another page: nothing of the one before stays.
  if (event) return <EventPage key={event[1]} id={Number(event[1])} />
  return <Notice title="There is nothing here" text="The address leads nowhere." home />
}
