// What came in, and what is sold, held and free by category and section; beside the desk's map.

import { useCallback } from 'react'
import type { Chart, SeatStore } from '../../sdk/index'
import { CategoryMark } from '../components/category-mark'
import { money } from '../format'
import { t } from '../i18n'
import { FailedRead } from './failed-read'
import { readSales, type Sales } from './sales-client'
import { SalesTable, type TableRow } from './sales-table'
import { useReading, type Read } from './use-reading'

export function useSales(event: number, store: SeatStore): Read<Sales> {
  return useReading(store, useCallback(() => readSales(event), [event]))
}

export function SalesInShort({ event, store }: { event: number; store: SeatStore }) {
  const { value: sales, failed, again } = useSales(event, store)
  return (
    <section className="flex flex-col gap-5 empty:hidden">
      {failed && <FailedRead retry={again} />}
      {sales && (
        <>
          <Revenue sales={sales} />
          <SalesTable title={t('organise.byCategory')} rows={categoryRows(store.chart, sales)} />
          <SalesTable title={t('organise.bySection')} rows={sectionRows(sales)} />
        </>
      )}
    </section>
  )
}

export function Revenue({ sales }: { sales: Sales }) {
  return (
    <div>
      <h2 className="text-sm text-soft">{t('organise.revenue')}</h2>
      <div
        data-revenue
        className="text-[40px] leading-tight font-semibold tracking-[-0.04em] tabular-nums"
      >
        {money(sales.sold_amount, sales.currency)}
      </div>
      <p className="text-sm text-soft tabular-nums">
        {t('organise.due', { price: money(sales.reserved_amount, sales.currency) })}
      </p>
    </div>
  )
}

export function categoryRows(chart: Chart, sales: Sales): TableRow[] {
  return sales.categories.map((category) => {
    const at = chart.categories.findIndex(({ key }) => key === category.key)
    const mark = at < 0 ? undefined : <CategoryMark chart={chart} category={at} />
    return { ...category, mark }
  })
}

/** Sections that have seats at all. */
export function sectionRows({ sections }: Sales): TableRow[] {
  return sections
    .filter(({ counts }) => Object.values(counts).some((count) => count > 0))
    .map(({ floor, label, ...rest }) => ({
      ...rest,
      label: [label, floor !== label && floor].filter(Boolean).join(' · '),
    }))
}
