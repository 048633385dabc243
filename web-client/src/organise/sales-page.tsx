// How an event sells: what came in, and when, which parts are gone, and what happened last.

import { useCallback, useState } from 'react'
import type { SeatmapEvent, SeatStore } from '../../sdk/index'
import { Connection } from '../components/connection'
import { LoadingMap, useVisit, visitNotice } from '../components/visit-gate'
import { formatCount } from '../format'
import { t } from '../i18n'
import { Frame } from './frame'
import { aboutEvent } from './house'
import { FailedRead } from './failed-read'
import { RecentChanges } from './recent-changes'
import { categoryRows, Revenue, sectionRows, useSales } from './sales'
import { readTimeline, type Sales } from './sales-client'
import { SalesPlot } from './sales-plot'
import { SalesTable } from './sales-table'
import { useReading } from './use-reading'

const HOUR_MS = 3_600_000

/** How far back the plot looks; null, to the first change. */
const RANGES = { all: null, week: 168 * HOUR_MS, day: 24 * HOUR_MS, hour: HOUR_MS } as const

type Range = keyof typeof RANGES

/** About as many as a screen can tell apart. */
const BUCKETS = 120

export function SalesPage({ id }: { id: number }) {
  const visit = useVisit(id, false)
  const { event, store, live, viewers } = visit
  const notice = visitNotice(visit)
  if (notice) return notice
  const look = {
    title: t('organise.sales'),
    above: event ? aboutEvent(event) : ' ',
    back: { href: '/organise', label: t('organise.title') },
    part: { event: id, page: 'sales' as const },
  }
  return (
    <Frame {...look} wide>
      {event && store ? (
        <>
          <div className="w-fit">
            <Connection live={live} viewers={viewers} onAgain={visit.again} />
          </div>
          <InFull event={event} store={store} />
        </>
      ) : (
        <LoadingMap />
      )}
    </Frame>
  )
}

const CARD = 'min-w-0 rounded-3xl bg-surface p-5 ring-1 ring-line sm:p-6'

function InFull({ event, store }: { event: SeatmapEvent; store: SeatStore }) {
  const { value: sales, failed, again } = useSales(event.id, store)
  return (
    <div className="mt-4 grid gap-4 lg:grid-cols-[1fr_22rem]">
      <div className="flex min-w-0 flex-col gap-4">
        {failed && (
          <div className={CARD}>
            <FailedRead retry={again} />
          </div>
        )}
        {sales && <Figures sales={sales} />}
        <OverTime event={event.id} store={store} />
        {sales && (
          <>
            <div className={CARD}>
              <SalesTable
                title={t('organise.byCategory')}
                rows={categoryRows(store.chart, sales)}
                currency={sales.currency}
              />
            </div>
            <div className={CARD}>
              <SalesTable
                title={t('organise.bySection')}
                rows={sectionRows(sales)}
                currency={sales.currency}
              />
            </div>
          </>
        )}
      </div>
      <div className={`${CARD} relative`}>
        <div
          role="region"
          aria-label={t('organise.recent')}
          tabIndex={0}
          className="rounded-3xl lg:absolute lg:inset-0 lg:overflow-y-auto lg:p-6"
        >
          <RecentChanges event={event.id} store={store} />
        </div>
      </div>
    </div>
  )
}

function Figures({ sales }: { sales: Sales }) {
  const { counts, bookings, checked_in: inside } = sales
  const seats = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const figures: [string, string][] = [
    [t('sales.seats'), t('sales.of', { count: counts.sold, total: seats })],
    [t('marks.held'), formatCount(counts.locked)],
    [t('sales.paid'), formatCount(bookings.confirmed)],
    [t('sales.unpaid'), formatCount(bookings.pending)],
    [t('bookings.cancelled'), formatCount(bookings.cancelled)],
    [t('sales.inside'), formatCount(inside)],
  ]
  return (
    <section className={`${CARD} flex flex-wrap items-end gap-x-10 gap-y-5 max-sm:flex-col
        max-sm:items-stretch`}
    >
      <Revenue sales={sales} />
      <dl
        className="grid flex-1 grid-cols-2 gap-x-6 gap-y-3
          sm:grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))]"
      >
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt className="text-[13px] text-soft">{name}</dt>
            <dd className="text-lg font-semibold tracking-[-0.02em] tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function OverTime({ event, store }: { event: number; store: SeatStore }) {
  const [range, setRange] = useState<Range>('all')
  const read = useCallback(() => {
    const back = RANGES[range]
    const from = back === null ? undefined : new Date(Date.now() - back)
    return readTimeline(event, { from, buckets: BUCKETS })
  }, [event, range])
  const { value: timeline, failed, again } = useReading(store, read)
  return (
    <section className={CARD}>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold">{t('sales.overTime')}</h2>
        <div role="group" aria-label={t('sales.range')} className="flex rounded-full bg-sunken p-1">
          {(Object.keys(RANGES) as Range[]).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={range === one}
              onClick={() => setRange(one)}
              className={`h-8 rounded-full px-3.5 text-[13px] font-semibold whitespace-nowrap
                max-sm:px-2 ${range === one ? 'bg-ink text-paper' : 'hover:bg-surface'}`}
            >
              {t(`range.${one}`)}
            </button>
          ))}
        </div>
      </div>
      {failed && <FailedRead retry={again} />}
      {timeline && <SalesPlot timeline={timeline} />}
    </section>
  )
}
