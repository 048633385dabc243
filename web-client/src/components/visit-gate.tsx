// A visit to an event as long as the page is there, and what is shown while there is no map.

import { useEffect, useState } from 'react'
import type { LiveStatus } from '../../sdk/index'
import { liveUrl, rest } from '../client'
import { useObservable } from '../hooks'
import { t } from '../i18n'
import { EventSession, type EventView } from '../state/event-session'
import { Notice } from './notice'

export interface Visit extends EventView {
  retry(): void
  /** Tries the live connection again at once. */
  again(): void
}

/** Follows the event while the page is there; who only looks on has no basket. */
export function useVisit(id: number, buys: boolean): Visit {
  const [session] = useState(() => new EventSession(rest, id, liveUrl(id), buys))
  const view = useObservable(session.view)
  useEffect(() => {
    session.start()
    return () => session.stop()
  }, [session])
  return { ...view, retry: () => session.retry(), again: () => session.again() }
}

/** Why there is no page for the visit; null when there is one. */
export function visitNotice({ phase, retry }: Visit) {
  if (phase === 'missing') {
    return <Notice title={t('notice.noEvent.title')} text={t('notice.noEvent.text')} home />
  }
  if (phase === 'failed') {
    const words = { title: t('notice.failed.title'), text: t('notice.failed.text') }
    return <Notice {...words} retry={retry} home />
  }
  return null
}

/** In place of what can't be shown yet, and why when it takes long. */
export function LoadingMap({ live }: { live?: LiveStatus }) {
  return (
    <div className="grid flex-1 place-items-center px-6 text-center" role="status">
      <span className="text-soft">{loadingWords(live)}</span>
    </div>
  )
}

/** Why the seats can't be told yet. */
export function loadingWords(live?: LiveStatus): string {
  const going = !live || live.state === 'connecting' || live.state === 'live'
  return t(going ? 'event.loading' : 'event.noAnswer')
}
