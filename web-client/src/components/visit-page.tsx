// A page that is one event's live map: its head with how live it is, and the map once there is one.

import type { ReactNode } from 'react'
import type { LiveStatus, SeatmapEvent, SeatStore } from '../../sdk/index'
import { useTitle } from '../hooks'
import { t } from '../i18n'
import type { Basket } from '../state/basket'
import { EventHeader } from './event-header'
import { Toaster } from './toaster'
import { LoadingMap, useVisit, visitNotice } from './visit-gate'

interface Visited {
  event: SeatmapEvent
  store: SeatStore
  /** Null for who only looks on. */
  basket: Basket | null
  live: LiveStatus
}

interface Props {
  id: number
  /** Who buys has a basket, and messages beside it; who doesn't has them at the head. */
  buys: boolean
  /** What the window's title ends with. */
  title: string
  /** Where the way back leads. */
  back?: string
  className?: string
  /** Below the head. */
  ways?: ReactNode
  children(visited: Visited): ReactNode
}

export function VisitPage({ id, buys, title, back, className = '', ways, children }: Props) {
  const visit = useVisit(id, buys)
  const { event, store, basket, live, viewers } = visit
  useTitle(event ? `${event.name} · ${title}` : title)
  const notice = visitNotice(visit)
  if (notice) return notice
  return (
    <div className={`flex h-dvh flex-col overflow-hidden ${className}`}>
      <a
        href="#seats"
        className="sr-only z-50 rounded-full bg-ink px-4 py-2 text-paper focus:not-sr-only
          focus:absolute focus:top-3 focus:left-3"
      >
        {t('nav.skip')}
      </a>
      <EventHeader {...{ event, live, viewers, back }} onAgain={visit.again} />
      {ways}
      {event && store ? children({ event, store, basket, live }) : <LoadingMap />}
      <Toaster place={buys ? 'sheet' : 'head'} />
    </div>
  )
}
