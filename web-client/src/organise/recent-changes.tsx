// The end of the change log: which seat went where, when, who did it and why.

import { useCallback } from 'react'
import type { SeatStore } from '../../sdk/index'
import { t } from '../i18n'
import { nameOf } from '../seat-words'
import { FailedRead } from './failed-read'
import { lastChanges, type Change } from './sales-client'
import { useReading } from './use-reading'
import { causeOf, clockTime, whoIs } from './words'

const SHOWN_MAX = 40

export function RecentChanges({ event, store }: { event: number; store: SeatStore }) {
  const read = useCallback(() => lastChanges(event, SHOWN_MAX), [event])
  const { value: changes, failed, again } = useReading(store, read)
  return (
    <section>
      <h2 className="mb-1 font-semibold">{t('organise.recent')}</h2>
      {failed && <FailedRead retry={again} />}
      {changes?.length === 0 && <p className="text-sm text-soft">{t('organise.noChanges')}</p>}
      <ol className="text-[13px]">
        {changes?.map((change) => (
          <Entry key={`${change.version}-${change.seat_index}`} change={change} store={store} />
        ))}
      </ol>
    </section>
  )
}

function Entry({ change, store }: { change: Change; store: SeatStore }) {
  const { seat_index: seat, to, cause, actor, reason, at } = change
  return (
    <li className="flex gap-3 border-t border-line py-2">
      <span className="w-18 shrink-0 text-soft tabular-nums">{clockTime(at)}</span>
      <span className="min-w-0">
        <span className="block font-medium">
          {t('toast.status', { seat: nameOf(store.chart, seat), status: statusOf(to) })}
        </span>
        <span className="block text-soft">
          {[causeOf(cause), whoIs(actor), reason].filter(Boolean).join(' · ')}
        </span>
      </span>
    </li>
  )
}

function statusOf(name: string): string {
  switch (name) {
    case 'available':
      return t('status.available')
    case 'locked':
      return t('marks.held')
    case 'reserved':
      return t('status.reserved')
    case 'sold':
      return t('status.sold')
    default:
      return t('status.blocked')
  }
}
