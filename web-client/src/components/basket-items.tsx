// The seats in the basket, one line each.

import { formatMoney, type SeatStore } from '../../sdk'
import { nameOf } from '../seat-words'
import type { BasketItem } from '../state/basket'
import { Icon } from './icon'

interface Props {
  store: SeatStore
  items: BasketItem[]
  onRemove(seat: number): void
}

export function BasketItems({ store, items, onRemove }: Props) {
  return (
    <ul aria-label="Seats in your basket" className="flex flex-col gap-2">
      {items.map((item) => (
        <Item key={item.seat} store={store} item={item} onRemove={onRemove} />
      ))}
    </ul>
  )
}

function Item({ store, item, onRemove }: Omit<Props, 'items'> & { item: BasketItem }) {
  const { chart } = store
  const { seat, state, price } = item
  const category = chart.categories[chart.category[seat]]
  const row = chart.rows[chart.row[seat]]
  const section = chart.sections[chart.section[seat]]
  const area = chart.areas[chart.area[seat]]
  const number = chart.number[seat]
  return (
    <li
      className={`flex animate-rise items-center gap-3 rounded-2xl bg-surface py-3 pr-2 pl-3.5
        ring-1 ring-line transition-opacity ${state === 'held' ? '' : 'opacity-55'}`}
    >
      <span
        className="h-9 w-1 shrink-0 rounded-full"
        style={{ background: category.color }}
        aria-hidden="true"
      />
      <div className="min-w-0 flex-1">
        <div className="truncate font-semibold tracking-[-0.01em]">
          {area
            ? area.label
            : [row?.label && `Row ${row.label}`, `Seat ${number}`].filter(Boolean).join(', ')}
        </div>
        <div className="truncate text-[13px] text-soft">
          {[area ? `Place ${number}` : section?.label, category.label].filter(Boolean).join(' · ')}
        </div>
      </div>
      <span className="font-semibold tabular-nums">{formatMoney(price, chart.currency)}</span>
      <button
        type="button"
        aria-label={`Give back ${nameOf(store.chart, seat)}`}
        disabled={state !== 'held'}
        onClick={() => onRemove(seat)}
        className="grid size-9 place-items-center rounded-full text-soft transition-colors
          hover:bg-sunken hover:text-ink disabled:opacity-40"
      >
        <Icon name="close" size={16} />
      </button>
    </li>
  )
}
