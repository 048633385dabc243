// All events, as an organiser looks at them: how full, and the way to each one's desk.

import { useEffect, useState } from 'react'
import type { SeatmapEvent } from '../../sdk/index'
import { rest } from '../client'
import { Icon } from '../components/icon'
import { MoreEvents, PastEvents } from '../components/past-events'
import { formatCount, formatWhen } from '../format'
import { useObservable } from '../hooks'
import { t } from '../i18n'
import { Link } from '../router'
import { reasonOf } from '../state/toasts'
import { readWhatsOn, type WhatsOn } from '../state/whats-on'
import { access, type Access } from './access'
import { Frame } from './frame'
import { SIGN_IN_PATH } from './words'

export function OverviewPage() {
  const [events, setEvents] = useState<WhatsOn<SeatmapEvent> | null>(null)
  const [failed, setFailed] = useState('')
  const caller = useObservable(access)
  useEffect(() => {
    readWhatsOn(rest)
      .then(setEvents)
      .catch((problem: unknown) => setFailed(reasonOf(problem)))
  }, [])
  return (
    <Frame title={t('organise.title')} back={{ href: '/', label: t('nav.allEvents') }}>
      <div className="flex flex-wrap items-center gap-3">
        <Link
          href="/organise/new"
          className="inline-flex h-12 items-center gap-2 rounded-full bg-ink px-6 font-semibold
            text-paper hover:opacity-90"
        >
          <Icon name="plus" size={18} />
          {t('organise.new')}
        </Link>
        <Link
          href={SIGN_IN_PATH}
          className="inline-flex min-h-12 items-center rounded-full px-6 py-2 font-semibold ring-1
            ring-line ring-inset hover:bg-sunken"
        >
          {signedInAs(caller)}
        </Link>
      </div>
      <p role="status" className="my-4 text-soft">
        {failed || (events ? '' : t('events.loading'))}
      </p>
      {events && <Entries events={events.coming} />}
      {events && (
        <PastEvents count={events.over.length}>
          {() => <Entries events={events.over} />}
        </PastEvents>
      )}
      {events && <MoreEvents count={events.more} />}
    </Frame>
  )
}

function Entries({ events }: { events: readonly SeatmapEvent[] }) {
  return (
    <ul className="flex flex-col gap-2">
      {events.map((event) => (
        <li key={event.id}>
          <Entry event={event} />
        </li>
      ))}
    </ul>
  )
}

/** Who one is here, or that one may say so. */
function signedInAs({ me, signedIn }: Access): string {
  if (!signedIn || !me) return t('signIn.title')
  return t('signIn.name', { role: t(`role.${me.role}`), id: String(me.user_id ?? '–') })
}

function Entry({ event }: { event: SeatmapEvent }) {
  const { sold, reserved, locked } = event.counts
  return (
    <Link
      href={`/organise/events/${event.id}`}
      className="flex flex-wrap items-baseline gap-x-6 gap-y-1 rounded-2xl bg-surface px-5 py-4
        ring-1 ring-line hover:bg-sunken/60"
    >
      <span className="min-w-48 flex-1 max-sm:basis-full">
        <span className="block font-semibold tracking-[-0.01em]">{event.name}</span>
        <span className="text-sm text-soft">
          {event.venue}
          <span className="max-sm:hidden"> · </span>
          <span className="whitespace-nowrap max-sm:block">{formatWhen(event.start_time)}</span>
        </span>
      </span>
      <span className="text-sm tabular-nums">
        {t('organise.soldOf', { sold: sold + reserved, total: event.total_tickets })}
      </span>
      <span className="text-right text-sm text-soft tabular-nums sm:w-24">
        {t('marks.held')} {formatCount(locked)}
      </span>
    </Link>
  )
}
