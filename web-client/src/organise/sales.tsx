// What is sold, held and free, by category and by section, as live as the map itself.

import type { ReactNode } from 'react'
import { addMoney, Status, timesMoney, type SeatStore } from '../../sdk/index'
import { CategoryMark } from '../components/category-mark'
import { formatCount, money } from '../format'
import { useSeatChanges } from '../hooks'
import { t } from '../i18n'

/** In the order in which an organiser asks. */
const COLUMNS = [
  ['marks.sold', Status.sold],
  ['marks.reserved', Status.reserved],
  ['marks.held', Status.locked],
  ['organise.free', Status.available],
  ['organise.off', Status.blocked],
] as const

export function Sales({ store }: { store: SeatStore }) {
  useSeatChanges(store)
  const { categories, currency, sections, areas } = store.chart
  const total = (status: Status) =>
    categories.reduce((sum, _, at) => sum + store.countOf(at, status), 0)
  const worth = (status: Status) =>
    addMoney(categories.map(({ price }, at) => timesMoney(price, store.countOf(at, status))))
  return (
    <section className="flex flex-col gap-5">
      <div>
        <h2 className="text-sm text-soft">{t('organise.revenue')}</h2>
        <div
          data-revenue
          className="text-[40px] leading-tight font-semibold tracking-[-0.04em] tabular-nums"
        >
          {money(worth(Status.sold), currency)}
        </div>
        <p className="text-sm text-soft tabular-nums">
          {t('organise.due', { price: money(worth(Status.reserved), currency) })}
        </p>
      </div>
      <Table
        title={t('organise.byCategory')}
        rows={categories.map(({ label }, at) => ({
          label,
          mark: <CategoryMark chart={store.chart} category={at} />,
          count: (status) => store.countOf(at, status),
        }))}
        total={total}
      />
      <Table
        title={t('organise.bySection')}
        rows={[
          ...sections.flatMap(({ label, seats }, at) => {
            const count = (status: Status) => store.sectionCountOf(at, status)
            return seats > 0 ? [{ label, count }] : []
          }),
          ...areas.map(({ label }, at) => ({
            label,
            count: (status: Status) => store.areaCountOf(at, status),
          })),
        ]}
      />
    </section>
  )
}

interface TableProps {
  title: string
  rows: { label: string; mark?: ReactNode; count(status: Status): number }[]
  total?(status: Status): number
}

function Table({ title, rows, total }: TableProps) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-[13px] tabular-nums">
        <caption className="mb-1 text-left text-[15px] font-semibold">{title}</caption>
        <thead className="text-soft">
          <tr>
            <th />
            {COLUMNS.map(([key]) => (
              <th key={key} scope="col" className="py-1.5 pl-2 text-right font-normal">
                {t(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, mark, count }, at) => (
            <Row key={`${at}-${label}`} label={label} mark={mark} count={count} />
          ))}
          {total && <Row label={t('ticket.total')} count={total} strong />}
        </tbody>
      </table>
    </div>
  )
}

type RowProps = TableProps['rows'][number] & { strong?: boolean }

function Row({ label, mark, count, strong = false }: RowProps) {
  return (
    <tr className={`border-t border-line ${strong ? 'font-semibold' : ''}`}>
      <th scope="row" className="py-1.5 text-left font-medium">
        <span className="flex items-center gap-2">
          {mark}
          {label}
        </span>
      </th>
      {COLUMNS.map(([key, status]) => (
        <td key={key} className="pl-2 text-right">
          {formatCount(count(status))}
        </td>
      ))}
    </tr>
  )
}
