// The end of the change log: which seat went where, when, who did it and why.

import { useEffect, useState } from 'react'
import type { SeatStore } from '../../sdk/index'
import { locale, t } from '../i18n'
import { nameOf } from '../seat-words'
import { lastChanges, type Change } from './organiser-client'

const SHOWN_MAX = 40

/** A rush is read in sum; asking for each of its changes would only add to it. */
const READ_EVERY_MS = 2_000

export function RecentChanges({ event, store }: { event: number; store: SeatStore }) {
  const [changes, setChanges] = useState<Change[] | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let stopped = false
    const read = async () => {
      // What is shown stays when a read fails; the next change asks again.
      const found = await lastChanges(event, SHOWN_MAX).catch(() => null)
      timer = undefined
      if (found && !stopped) setChanges(found)
    }
    const readSoon = () => {
      timer ??= setTimeout(() => void read(), READ_EVERY_MS)
    }
    void read()
    const unsubscribe = store.subscribe(readSoon)
    return () => {
      stopped = true
      clearTimeout(timer)
      unsubscribe()
    }
  }, [event, store])
  return (
    <section>
      <h2 className="mb-1 font-semibold">{t('organise.recent')}</h2>
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
  const time = new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' }).format(new Date(at))
  const who = actor === null ? t('organise.clock') : t('organise.user', { id: actor })
  return (
    <li className="flex gap-3 border-t border-line py-2">
      <span className="w-18 shrink-0 text-soft tabular-nums">{time}</span>
      <span className="min-w-0">
        <span className="block font-medium">
          {t('toast.status', { seat: nameOf(store.chart, seat), status: statusOf(to) })}
        </span>
        <span className="block text-soft">{[cause, who, reason].filter(Boolean).join(' · ')}</span>
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
