// The rows of one section as an ARIA grid: one stop for Tab, arrows from seat to seat, Enter to
// take or give back. Where the focus is survives every change of the seats around it.

import { useRef, useState, type KeyboardEvent } from 'react'
import { NONE, Own, Status, type Chart, type Row } from '../../sdk/index'
import { money } from '../format'
import { t } from '../i18n'
import { flagWords, nameOf, statusWords } from '../seat-words'
import { CategoryMark } from './category-mark'
import type { SeatListProps } from './seat-list'

/** Rows shown at first and with each "more"; a section may have thousands of seats. */
const ROWS_STEP = 30

type Props = SeatListProps & { section: number }

export function SeatRows(props: Props) {
  const { store, section, onFocus } = props
  const grid = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState(ROWS_STEP)
  const [stop, setStop] = useState<number | null>(null)
  const all = store.chart.rows.filter((row) => row.section === section && row.count > 0)
  const rows = all.slice(0, shown)
  const first = rows.at(0)?.first ?? -1
  const visit = (seat: number) => {
    grid.current?.querySelector<HTMLElement>(`[data-seat="${seat}"]`)?.focus()
  }
  const key = (event: KeyboardEvent) => {
    const at = Number((event.target as HTMLElement).dataset.seat ?? -1)
    const next = at < 0 ? -1 : nextSeat(rows, at, event.key)
    if (next < 0) return
    event.preventDefault()
    visit(next)
  }
  const focused = (seat: number) => {
    setStop(seat)
    onFocus(seat)
  }
  return (
    <div className="px-4 pb-4">
      <div
        ref={grid}
        role="grid"
        aria-label={store.chart.sections[section].label}
        aria-describedby="list-hint"
        aria-rowcount={all.length}
        onKeyDown={key}
        className="flex flex-col gap-1.5 overflow-x-auto p-1"
      >
        {rows.map((row, at) => (
          <RowLine
            key={row.first}
            {...props}
            row={row}
            at={at + 1}
            stop={stop ?? first}
            onFocus={focused}
          />
        ))}
      </div>
      {all.length > shown && (
        <button
          type="button"
          onClick={() => setShown(shown + ROWS_STEP)}
          className="mt-3 min-h-10 rounded-full px-4 text-sm font-semibold ring-1 ring-line
            hover:bg-sunken"
        >
          {t('list.more', { count: Math.min(ROWS_STEP, all.length - shown) })}
        </button>
      )}
    </div>
  )
}

function rowTitle({ table }: Chart, { label, first }: Row): string {
  if (table[first] !== NONE) return t('seat.tableTitle', { table: label })
  return t('seat.rowTitle', { row: label })
}

interface RowProps extends Props {
  row: Row
  at: number
  /** The seat that Tab stops at. */
  stop: number
}

function RowLine({ row, at, stop, ...props }: RowProps) {
  const seats = Array.from({ length: row.count }, (_, step) => row.first + step)
  return (
    <div role="row" aria-rowindex={at} className="flex items-start gap-2">
      <span
        role="rowheader"
        className="w-14 shrink-0 pt-2.5 text-[13px] font-semibold text-soft"
      >
        {row.label && rowTitle(props.store.chart, row)}
      </span>
      <span role="presentation" className="flex flex-wrap gap-1.5">
        {seats.map((seat) => (
          <SeatCell key={seat} {...props} seat={seat} tabbed={seat === stop} />
        ))}
      </span>
    </div>
  )
}

type CellProps = Pick<Props, 'store' | 'highlight' | 'onSeat' | 'onFocus'> & {
  seat: number
  tabbed: boolean
}

/** Marks stand for statuses as on the map, so that colour is never the only sign. */
const MARKS = ['', '•', '–', '×', '']

function SeatCell({ store, highlight, seat, tabbed, onSeat, onFocus }: CellProps) {
  const { chart } = store
  const own = store.own[seat]
  const status = store.statuses[seat]
  const free = own === Own.none && status === Status.available
  const category = chart.categories[chart.category[seat]]
  const dimmed = highlight !== null && !highlight.has(chart.category[seat])
  const words = [
    nameOf(chart, seat),
    category.label,
    money(category.price, chart.currency),
    statusWords(store, seat),
    ...flagWords(chart, seat),
  ]
  const look = own !== Own.none
    ? 'bg-ink text-paper ring-ink'
    : free
      ? `bg-surface text-ink ring-soft hover:bg-sunken ${dimmed ? 'border-dashed' : ''}`
      : 'bg-sunken text-soft ring-line'
  return (
    <span
      role="gridcell"
      tabIndex={tabbed ? 0 : -1}
      data-seat={seat}
      aria-label={words.join(t('seat.join'))}
      aria-selected={own !== Own.none}
      aria-disabled={!free && own !== Own.held}
      onFocus={() => onFocus(seat)}
      onBlur={() => onFocus(-1)}
      onClick={() => onSeat(seat)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        onSeat(seat)
      }}
      title={`${category.label} · ${statusWords(store, seat)}`}
      className={`flex h-10 min-w-10 cursor-pointer items-center justify-center gap-1 rounded-xl
        px-1.5 text-[13px] font-medium tabular-nums ring-1 ring-inset select-none ${look}`}
    >
      {free && !dimmed && (
        <CategoryMark chart={chart} category={chart.category[seat]} size={9} />
      )}
      <span>{chart.number[seat]}</span>
      {own === Own.held || own === Own.booked ? <span aria-hidden="true">✓</span> : null}
      {own === Own.none && MARKS[status] && <span aria-hidden="true">{MARKS[status]}</span>}
    </span>
  )
}

/** Where a key leads from a seat; -1 when nowhere. */
function nextSeat(rows: readonly Row[], seat: number, key: string): number {
  const line = rows.findIndex(({ first, count }) => seat >= first && seat < first + count)
  if (line < 0) return -1
  const { first, count } = rows[line]
  const column = seat - first
  const inRow = (row: Row | undefined): number =>
    row ? row.first + Math.min(column, row.count - 1) : -1
  switch (key) {
    case 'ArrowRight':
      return column + 1 < count ? seat + 1 : -1
    case 'ArrowLeft':
      return column > 0 ? seat - 1 : -1
    case 'ArrowDown':
      return inRow(rows[line + 1])
    case 'ArrowUp':
      return inRow(rows[line - 1])
    case 'Home':
      return first
    case 'End':
      return first + count - 1
    default:
      return -1
  }
}
