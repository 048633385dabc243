// Categories with their prices and what is left; choosing some, or a highest price, dims the rest.

import { Status, type SeatStore } from '../../sdk/index'
import { money } from '../format'
import { useReady, useSeatChanges } from '../hooks'
import { t } from '../i18n'
import { NO_FILTER, pricesOf, toggled, type Filter } from '../state/filter'
import { CategoryMark } from './category-mark'

interface Props {
  store: SeatStore
  filter: Filter
  onFilter(filter: Filter): void
  /** A list beside the map, or a line of chips above it. */
  layout: 'list' | 'chips'
}

export function Legend(props: Props) {
  useSeatChanges(props.store)
  const { store } = props
  const chips = props.layout === 'chips'
  return (
    <div className={chips ? 'flex shrink-0 overflow-x-auto [scrollbar-width:none]' : ''}>
      <ul
        aria-label={t('legend.label')}
        className={chips ? 'flex gap-2 px-4 py-2.5' : '-mx-2.5 flex flex-col'}
      >
        {store.chart.categories.map(({ key }, at) => (
          <li key={key} className={chips ? 'shrink-0' : ''}>
            <Entry {...props} category={at} />
          </li>
        ))}
      </ul>
      {!chips && <PriceLimit {...props} />}
    </div>
  )
}

/** The highest price to show, and the way back to all; above chips there is no room for it. */
export function PriceLimit({ store, filter, onFilter }: Omit<Props, 'layout'>) {
  const filtered = filter.categories.size > 0 || filter.maxPrice !== null
  return (
    <>
      <MaxPrice store={store} filter={filter} onFilter={onFilter} />
      {filtered && (
        <button
          type="button"
          onClick={() => onFilter(NO_FILTER)}
          className="mt-2 min-h-8 text-[13px] font-medium underline underline-offset-4"
        >
          {t('legend.all')}
        </button>
      )}
    </>
  )
}

const RING = 'ring-1 ring-line'

function Entry({ store, filter, onFilter, layout, category }: Props & { category: number }) {
  const { chart } = store
  const { label, price } = chart.categories[category]
  const left = store.countOf(category, Status.available)
  const ready = useReady(store)
  const on = filter.categories.has(category)
  const chips = layout === 'chips'
  const shape = chips
    ? `h-10 rounded-full bg-surface px-3.5 text-[13px] ${on ? 'ring-2 ring-ink' : RING}`
    : `rounded-xl px-2.5 py-2 ${on ? 'bg-sunken ring-1 ring-ink' : 'hover:bg-sunken/60'}`
  return (
    <button
      type="button"
      aria-pressed={on}
      title={t('legend.hint')}
      onClick={() => onFilter(toggled(filter, category))}
      className={`flex w-full items-center gap-2.5 text-left transition-colors ${shape}`}
    >
      <CategoryMark chart={chart} category={category} />
      <span className="min-w-0 flex-1 truncate font-medium">{label}</span>
      {!chips && ready && (
        <span className="text-[13px] text-soft tabular-nums">
          {left === 0 ? t('map.soldOut') : t('map.left', { count: left })}
        </span>
      )}
      <span className={`text-right font-semibold tabular-nums ${chips ? '' : 'w-16'}`}>
        {money(price, chart.currency)}
      </span>
    </button>
  )
}

/** Steps from price to price: anything between two prices would mean the same. */
function MaxPrice({ store, filter, onFilter }: Omit<Props, 'layout'>) {
  const prices = pricesOf(store.chart)
  if (prices.length < 2) return null
  const last = prices.length - 1
  const at = filter.maxPrice === null ? last : prices.indexOf(filter.maxPrice)
  const words = t('legend.upTo', { price: money(prices[at], store.chart.currency) })
  return (
    <label className="mt-3 flex items-center gap-3 text-[13px]">
      <span className="w-28 shrink-0 tabular-nums">{words}</span>
      <input
        type="range"
        aria-label={t('legend.maxPrice')}
        aria-valuetext={words}
        min={0}
        max={last}
        value={at}
        onChange={({ target }) => {
          const step = Number(target.value)
          onFilter({ ...filter, maxPrice: step === last ? null : prices[step] })
        }}
        className="h-8 min-w-0 flex-1 accent-ink"
      />
    </label>
  )
}
