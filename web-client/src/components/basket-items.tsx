// The seats in the basket, one line each.

import type { SeatStore } from '../../sdk/index'
import { money } from '../format'
import { t } from '../i18n'
import { nameOf } from '../seat-words'
import type { BasketItem } from '../state/basket-item'
import { CategoryMark } from './category-mark'
import { Icon } from './icon'

interface Props {
  store: SeatStore
  items: BasketItem[]
  onRemove(seat: number): void
}

export function BasketItems({ store, items, onRemove }: Props) {
  return (
    <ul aria-label={t('basket.list')} className="flex flex-col gap-2">
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
      <CategoryMark chart={chart} category={chart.category[seat]} />
      <div className="min-w-0 flex-1">
        <div className="truncate font-semibold tracking-[-0.01em]">
          {area
            ? area.label
            : [
                row?.label && t('seat.rowTitle', { row: row.label }),
                t('seat.seatTitle', { seat: number }),
              ]
                .filter(Boolean)
                .join(t('seat.join'))}
        </div>
        <div className="truncate text-[13px] text-soft">
          {[area ? t('seat.placeTitle', { place: number }) : section?.label, category.label]
            .filter(Boolean)
            .join(' · ')}
        </div>
      </div>
      <span className="font-semibold tabular-nums">{money(price, chart.currency)}</span>
      <button
        type="button"
        aria-label={t('basket.giveBack', { seat: nameOf(chart, seat) })}
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
