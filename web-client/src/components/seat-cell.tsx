// One seat of the list: its number, and in words what it costs and whether it can be had.

import { Own, Status, STATUS_MARKS, type Highlight, type SeatStore } from '../../sdk/index'
import { money } from '../format'
import { t } from '../i18n'
import { flagWords, nameOf, statusWords } from '../seat-words'
import { CategoryMark } from './category-mark'

export interface CellProps {
  store: SeatStore
  highlight: Highlight
  seat: number
  /** Tab stops here. */
  tabbed: boolean
  /** It is among those marked to be taken together. */
  marked: boolean
  onSeat(seat: number): void
  onFocus(seat: number): void
}

export function SeatCell(props: CellProps) {
  const { store, highlight, seat, tabbed, marked, onSeat, onFocus } = props
  const { chart } = store
  const own = store.own[seat]
  const status = store.statuses[seat]
  const free = own === Own.none && status === Status.available
  const category = chart.categories[chart.category[seat]]
  const dimmed = highlight !== null && !highlight.has(chart.category[seat])
  const words = [
    nameOf(chart, seat),
    category.label,
    money(store.priceOf(seat), chart.currency),
    statusWords(store, seat),
    ...flagWords(chart, seat),
  ]
  return (
    <span
      role="gridcell"
      tabIndex={tabbed ? 0 : -1}
      data-seat={seat}
      data-marked={marked || undefined}
      data-dimmed={dimmed || undefined}
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
        px-1.5 text-[13px] font-medium tabular-nums select-none ${lookOf(own, free, dimmed)} ${
          marked ? 'outline-2 outline-offset-1 outline-ink outline-dashed' : ''
        }`}
    >
      {free && !dimmed && (
        <CategoryMark chart={chart} category={chart.category[seat]} size={9} />
      )}
      <span>{chart.number[seat]}</span>
      {own === Own.held || own === Own.booked ? <span aria-hidden="true">✓</span> : null}
      {own === Own.none && STATUS_MARKS[status] && (
        <span aria-hidden="true">{STATUS_MARKS[status]}</span>
      )}
    </span>
  )
}

/** What the chosen prices leave out turns pale, as on the map, but can still be taken. */
function lookOf(own: number, free: boolean, dimmed: boolean): string {
  if (own !== Own.none) return 'bg-ink text-paper ring-1 ring-ink ring-inset'
  if (dimmed) return 'border border-dashed border-line text-soft hover:bg-sunken'
  if (free) return 'bg-surface text-ink ring-1 ring-soft ring-inset hover:bg-sunken'
  return 'bg-sunken text-soft ring-1 ring-line ring-inset'
}
