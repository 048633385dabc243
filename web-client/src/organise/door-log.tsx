// How many are in, and who came last, at all doors of the event.

import { useEffect, useState } from 'react'
import type { Chart } from '../../sdk/index'
import { formatCount } from '../format'
import { t } from '../i18n'
import { Link } from '../router'
import { nameOf } from '../seat-words'
import { lastCheckIns, type CheckInStep } from './bookings-client'
import { pathOf } from './event-nav'
import { readSales } from './sales-client'
import { clockTime } from './words'

const SHOWN_MAX = 12

/** Other doors are read, not watched. */
const READ_EVERY_MS = 5_000

interface Inside {
  inside: number
  sold: number
  steps: CheckInStep[]
}

interface Props {
  event: number
  chart: Chart
  /** Counts what this door did: another number is news. */
  answers: number
}

export function DoorLog({ event, chart, answers }: Props) {
  const [known, setKnown] = useState<Inside>({ inside: 0, sold: 0, steps: [] })
  useEffect(() => {
    let stopped = false
    const read = async () => {
      const [sales, { items }] = await Promise.all([
        readSales(event),
        lastCheckIns(event, SHOWN_MAX),
      ])
      if (stopped) return
      setKnown({ inside: sales.checked_in, sold: sales.counts.sold, steps: items })
    }
    // What is shown stays when a read fails; the next one comes soon.
    const look = () => void (document.visibilityState === 'visible' && read().catch(() => {}))
    look()
    const timer = setInterval(look, READ_EVERY_MS)
    return () => {
      stopped = true
      clearInterval(timer)
    }
  }, [event, answers])
  const { inside, sold, steps } = known
  return (
    <aside aria-label={t('door.log')} className="min-w-0">
      <p
        data-inside={inside}
        className="text-[40px] leading-tight font-semibold tracking-[-0.04em]"
      >
        {formatCount(inside)}
        <span className="ml-2 text-lg font-normal tracking-normal text-soft">
          {t('door.of', { total: sold })}
        </span>
      </p>
      <div className="mt-2 h-2 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
        <div
          className="h-full rounded-full bg-good transition-[width]"
          style={{ width: `${sold > 0 ? (inside / sold) * 100 : 0}%` }}
        />
      </div>
      <h2 className="mt-6 mb-1 font-semibold">{t('door.last')}</h2>
      {steps.length === 0 && <p className="text-sm text-soft">{t('door.nobody')}</p>}
      <ol className="text-[13px]">
        {steps.map(({ booking_ref: ref, seat_no, seat_index, action, at }) => (
          <li key={`${at}-${seat_no}-${action}`} className="border-t border-line py-2">
            <Link
              href={`${pathOf(event, 'bookings')}/${ref}`}
              className="flex gap-3 hover:opacity-70"
            >
              <span className="w-18 shrink-0 text-soft tabular-nums">{clockTime(at)}</span>
              <span className="min-w-0 flex-1">
                <span className="block font-medium">{nameOf(chart, seat_index)}</span>
                <span className="text-soft slashed-zero">{ref}</span>
              </span>
              <span className={action === 'in' ? 'font-semibold text-good' : 'text-soft'}>
                {t(`step.${action}`)}
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </aside>
  )
}
