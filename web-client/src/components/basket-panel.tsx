// The basket beside the map, where the window is wide enough.

import type { SeatStore, SeatmapEvent } from '../../sdk'
import type { Basket, BasketView } from '../state/basket'
import { BasketBody, Checkout } from './basket-body'
import { Legend } from './legend'
import { MarkKey } from './mark-key'

export interface BasketProps {
  store: SeatStore
  event: SeatmapEvent
  basket: Basket
  view: BasketView
  highlight: number | null
  onHighlight(category: number | null): void
}

export function BasketPanel({ highlight, onHighlight, ...rest }: BasketProps) {
  return (
    <aside
      aria-label="Basket"
      className="flex w-96 shrink-0 flex-col border-l border-line bg-paper"
    >
      <div className="flex-1 overflow-y-auto px-6 py-6">
        <BasketBody {...rest} />
        <h2 className="mt-7 mb-1.5 text-sm font-semibold">Prices</h2>
        <Legend
          layout="list"
          store={rest.store}
          highlight={highlight}
          onHighlight={onHighlight}
        />
        <MarkKey />
      </div>
      {rest.view.items.length > 0 && (
        <div className="border-t border-line bg-surface px-6 pt-4 pb-6">
          <Checkout {...rest} />
        </div>
      )}
    </aside>
  )
}
