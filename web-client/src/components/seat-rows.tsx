// The rows of one section as an ARIA grid: one stop for Tab, arrows from seat to seat, Enter to
// take or give back. Where the focus is survives every change of the seats around it.

import { useRef, useState, type KeyboardEvent } from 'react'
import {
  LIST_ROWS_STEP,
  lineOf,
  nextSeat,
  NONE,
  orphanedBy,
  rowsOf,
  seatsBetween,
  type Chart,
  type Row,
} from '../../sdk/index'
import { t } from '../i18n'
import { orphanWords } from '../seat-words'
import { SeatCell } from './seat-cell'
import type { SeatListProps } from './seat-list'

type Props = SeatListProps & { section: number }

export function SeatRows(props: Props) {
  const { store, section, onFocus, onSeats } = props
  const grid = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState(LIST_ROWS_STEP)
  const all = rowsOf(store.chart, section)
  const rows = all.slice(0, shown)
  const first = rows.at(0)?.first ?? -1
  const { stop, marked, setStop, key, unmark } = useMarks(rows, onSeats, (seat) => {
    grid.current?.querySelector<HTMLElement>(`[data-seat="${seat}"]`)?.focus()
  })
  const focused = (seat: number) => {
    if (seat >= 0) setStop(seat)
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
        aria-multiselectable
        onKeyDownCapture={key}
        onPointerDown={unmark}
        className="flex flex-col gap-1.5 overflow-x-auto p-1"
      >
        {rows.map((row, at) => (
          <RowLine
            key={row.first}
            {...props}
            row={row}
            at={at + 1}
            stop={stop ?? first}
            marked={marked}
            onFocus={focused}
          />
        ))}
      </div>
      <Warning {...props} seats={marked.length > 1 || stop === null ? marked : [stop]} />
      {all.length > shown && (
        <button
          type="button"
          onClick={() => setShown(shown + LIST_ROWS_STEP)}
          className="mt-3 min-h-10 rounded-full px-4 text-sm font-semibold ring-1 ring-line
            hover:bg-sunken"
        >
          {t('list.more', { count: Math.min(LIST_ROWS_STEP, all.length - shown) })}
        </button>
      )}
    </div>
  )
}

/** The seat one is at, and those of its row that are marked with Shift held. */
function useMarks(
  rows: readonly Row[],
  onSeats: (seats: number[]) => void,
  visit: (seat: number) => void,
) {
  const [stop, setStop] = useState<number | null>(null)
  const [anchor, setAnchor] = useState<number | null>(null)
  const marked = anchor === null || stop === null ? [] : seatsBetween(anchor, stop)
  const unmark = () => setAnchor(null)
  const key = (event: KeyboardEvent) => {
    const at = Number((event.target as HTMLElement).dataset.seat ?? -1)
    if (at >= 0 && marked.length > 1 && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault()
      event.stopPropagation()
      unmark()
      onSeats(marked)
      return
    }
    const next = at < 0 ? -1 : nextSeat(rows, at, event.key)
    if (next < 0) return
    event.preventDefault()
    const stays = lineOf(rows, next) === lineOf(rows, at)
    setAnchor(event.shiftKey && stays ? (anchor ?? at) : null)
    visit(next)
  }
  return { stop, marked, setStop, key, unmark }
}

/** Which single seats would be left behind, said and shown before anything is taken. */
function Warning({ store, orphanRule, seats }: Props & { seats: readonly number[] }) {
  const orphans = orphanRule === 'off' ? [] : (orphanedBy(store, seats)?.seats ?? [])
  const words = orphanWords(store.chart, orphans, orphanRule === 'strict')
  return (
    <p role="status" data-orphans className="mt-2 text-[13px] font-medium text-warn empty:hidden">
      {words}
    </p>
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
  /** Seats marked to be taken together. */
  marked: readonly number[]
}

function RowLine({ row, at, stop, marked, ...props }: RowProps) {
  const seats = Array.from({ length: row.count }, (_, step) => row.first + step)
  return (
    <div role="row" aria-rowindex={at} className="flex items-start gap-2">
      <span
        role="rowheader"
        className="w-16 shrink-0 pt-2.5 text-[13px] font-semibold text-soft"
      >
        {row.label && rowTitle(props.store.chart, row)}
      </span>
      <span role="presentation" className="flex flex-wrap gap-1.5">
        {seats.map((seat) => (
          <SeatCell
            key={seat}
            {...props}
            seat={seat}
            tabbed={seat === stop}
            marked={marked.includes(seat)}
          />
        ))}
      </span>
    </div>
  )
}
