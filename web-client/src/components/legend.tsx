// Categories with their prices and what is left; choosing one shows its seats only.

import { formatMoney, Status, type SeatStore } from '../../sdk'
import { formatCount } from '../format'
import { useSeatChanges } from '../hooks'

interface Props {
  store: SeatStore
  highlight: number | null
  onHighlight(category: number | null): void
  /** A list beside the map, or a line of chips above it. */
  layout: 'list' | 'chips'
}

export function Legend({ store, highlight, onHighlight, layout }: Props) {
  useSeatChanges(store)
  const { categories, currency } = store.chart
  const chips = layout === 'chips'
  return (
    <ul
      aria-label="Price categories"
      className={
        chips
          ? 'flex gap-2 overflow-x-auto px-4 py-2.5 [scrollbar-width:none]'
          : '-mx-2.5 flex flex-col'
      }
    >
      {categories.map(({ key, label, color, price }, at) => {
        const left = store.countOf(at, Status.available)
        const on = highlight === at
        return (
          <li key={key} className={chips ? 'shrink-0' : ''}>
            <button
              type="button"
              aria-pressed={on}
              onClick={() => onHighlight(on ? null : at)}
              className={`flex w-full items-center gap-2.5 text-left transition-colors ${
                chips
                  ? 'h-9 rounded-full bg-surface px-3.5 text-[13px] ring-1'
                  : 'rounded-xl px-2.5 py-2'
              } ${
                on
                  ? chips ? 'ring-ink' : 'bg-sunken'
                  : chips ? 'ring-line' : 'hover:bg-sunken/60'
              } ${highlight !== null && !on ? 'opacity-55' : ''}`}
            >
              <span className="size-3 shrink-0 rounded-full" style={{ background: color }} />
              <span className="min-w-0 flex-1 truncate font-medium">{label}</span>
              {!chips && (
                <span className="text-[13px] text-soft tabular-nums">
                  {left === 0 ? 'sold out' : `${formatCount(left)} left`}
                </span>
              )}
              <span className={`text-right font-semibold tabular-nums ${chips ? '' : 'w-16'}`}>
                {formatMoney(price, currency)}
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
