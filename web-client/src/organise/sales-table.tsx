// What is sold, held and free of each part of the house, and what came in for it.

import type { ReactNode } from 'react'
import { addMoney, type StatusName } from '../../sdk/index'
import { formatCount, money } from '../format'
import { t } from '../i18n'
import type { Amounts } from './sales-client'

/** In the order in which an organiser asks. */
const COLUMNS: readonly (readonly [Parameters<typeof t>[0], StatusName])[] = [
  ['marks.sold', 'sold'],
  ['marks.reserved', 'reserved'],
  ['marks.held', 'locked'],
  ['organise.free', 'available'],
  ['organise.off', 'blocked'],
]

export interface TableRow extends Amounts {
  label: string
  mark?: ReactNode
}

interface Props {
  title: string
  rows: readonly TableRow[]
  /** Shows amounts too, in this currency. */
  currency?: string
}

const totalOf = (rows: readonly TableRow[], status: StatusName): number =>
  rows.reduce((sum, { counts }) => sum + counts[status], 0)

export function SalesTable({ title, rows, currency }: Props) {
  const counts = Object.fromEntries(COLUMNS.map(([, name]) => [name, totalOf(rows, name)]))
  const total = {
    label: t('ticket.total'),
    counts: counts as Amounts['counts'],
    sold_amount: addMoney(rows.map(({ sold_amount }) => sold_amount)),
    reserved_amount: addMoney(rows.map(({ reserved_amount }) => reserved_amount)),
  }
  return (
    <div role="region" aria-label={title} tabIndex={0} className="overflow-x-auto">
      <table className="w-full text-[13px] tabular-nums">
        <caption className="mb-1 text-left text-[15px] font-semibold">{title}</caption>
        {/* Smaller than what it heads: in some languages the words are longer than any number. */}
        <thead className="text-xs text-soft max-sm:text-[11px]">
          <tr>
            <td />
            {COLUMNS.map(([key, status]) => (
              <th
                key={key}
                scope="col"
                className={`py-1.5 pl-2 text-right font-normal max-sm:pl-1.5
                  ${yields(status, currency)}`}
              >
                {t(key)}
              </th>
            ))}
            {currency && (
              <th scope="col" className="py-1.5 pl-4 text-right font-normal">
                {t('sales.amount')}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <Row key={`${at}-${row.label}`} row={row} currency={currency} />
          ))}
          {rows.length > 1 && <Row row={total} currency={currency} strong />}
        </tbody>
      </table>
    </div>
  )
}

/** Whether a column gives way to the amounts where room is scarce. */
const yields = (status: StatusName, currency: string | undefined): string =>
  currency && (status === 'locked' || status === 'blocked') ? 'max-sm:hidden' : ''

interface RowProps {
  row: TableRow
  currency?: string
  strong?: boolean
}

function Row({ row, currency, strong = false }: RowProps) {
  return (
    <tr className={`border-t border-line ${strong ? 'font-semibold' : ''}`}>
      <th
        scope="row"
        className={`py-1.5 text-left ${strong ? 'font-semibold' : 'font-medium'}`}
      >
        <span className="flex items-center gap-2">
          {row.mark}
          {row.label}
        </span>
      </th>
      {COLUMNS.map(([key, status]) => (
        <td key={key} className={`pl-2 text-right max-sm:pl-1.5 ${yields(status, currency)}`}>
          {formatCount(row.counts[status])}
        </td>
      ))}
      {currency && (
        <td className="pl-4 text-right whitespace-nowrap">{money(row.sold_amount, currency)}</td>
      )}
    </tr>
  )
}
