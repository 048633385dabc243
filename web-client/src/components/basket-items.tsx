// What is in the basket, one line for each seat, table sold whole, or area.

import { addMoney, type SeatStore } from '../../sdk/index'
import { money } from '../format'
import { t } from '../i18n'
import { flagWords, nameOf, placeTitle } from '../seat-words'
import type { Basket } from '../state/basket'
import { linesOf, type BasketItem, type BasketLine } from '../state/basket-item'
import { CategoryMark } from './category-mark'
import { IconButton } from './icon-button'

interface Props {
  store: SeatStore
  items: BasketItem[]
  basket: Basket
  /** Something of this line is given back, and the button for it may go. */
  onLeave(line: number): void
}

export function BasketItems({ store, items, basket, onLeave }: Props) {
  return (
    <ul aria-label={t('basket.list')} className="flex flex-col gap-2">
      {linesOf(store.chart, items).map((line, at) => (
        <Line
          key={line.key}
          store={store}
          line={line}
          basket={basket}
          onLeave={() => onLeave(at)}
        />
      ))}
    </ul>
  )
}

type LineProps = Omit<Props, 'items' | 'onLeave'> & { line: BasketLine; onLeave(): void }

function Line({ store, line, basket, onLeave }: LineProps) {
  const { chart } = store
  const { items, kind } = line
  const { seat } = items[0]
  const category = chart.categories[chart.category[seat]]
  const section = chart.sections[chart.section[seat]]
  const held = items.every(({ state }) => state === 'held')
  const { title, name, detail } = wordsOf(store, line)
  const className = 'size-9 text-soft transition-colors hover:text-ink'
  const removes = { className, size: 16, off: !held }
  const flags = [...new Set(items.flatMap((item) => flagWords(chart, item.seat)))]
  const remove = () => {
    onLeave()
    if (kind === 'seat') void basket.unlock(seat)
    else void basket.giveBack(items)
  }
  return (
    <li
      data-basket-line
      className={`flex animate-rise items-center gap-3 rounded-2xl bg-surface py-3 pr-2 pl-3.5
        ring-1 ring-line transition-opacity ${held ? '' : 'opacity-55'}`}
    >
      <CategoryMark chart={chart} category={chart.category[seat]} />
      <div className="min-w-0 flex-1">
        <div className="truncate font-semibold tracking-[-0.01em]">{title}</div>
        <div className="truncate text-[13px] text-soft">
          {[...new Set([detail, section?.label, category.label])].filter(Boolean).join(' · ')}
        </div>
        {flags.length > 0 && <div className="text-[13px] font-medium">{flags.join(' · ')}</div>}
      </div>
      <span className="font-semibold tabular-nums">
        {money(addMoney(items.map(({ price }) => price)), chart.currency)}
      </span>
      {kind === 'places' && items.length > 1 && (
        <IconButton
          {...removes}
          icon="minus"
          label={t('basket.oneLess', { name })}
          onClick={() => {
            onLeave()
            void basket.unlock(items[items.length - 1].seat)
          }}
        />
      )}
      <IconButton
        {...removes}
        icon="close"
        label={t('basket.giveBack', { seat: name })}
        onClick={remove}
      />
    </li>
  )
}

/** What a line says: its title, what buttons call it, and how many it is. */
function wordsOf({ chart }: SeatStore, { kind, items }: BasketLine) {
  const { seat } = items[0]
  if (kind === 'seat') {
    return { title: placeTitle(chart, seat), name: nameOf(chart, seat), detail: '' }
  }
  const count = { count: items.length }
  if (kind === 'table') {
    const title = t('seat.tableTitle', { table: chart.tables[chart.table[seat]].label })
    return { title, name: title, detail: t('basket.seats', count) }
  }
  const title = chart.areas[chart.area[seat]].label
  return { title, name: title, detail: t('map.places', count) }
}
