// The basket beside the map, where the window is wide enough.

import type { LiveStatus, SeatStore, SeatmapEvent } from '../../sdk/index'
import type { Basket } from '../state/basket'
import type { BasketView } from '../state/basket-item'
import type { Filter } from '../state/filter'
import { t } from '../i18n'
import { BasketBody, Checkout } from './basket-body'
import { Legend } from './legend'
import { MarkKey } from './mark-key'
import { MoreTime } from './more-time'
import { PayWarning } from './pay-warning'
import { TimeUp } from './time-up'

export interface BasketProps {
  store: SeatStore
  event: SeatmapEvent
  basket: Basket
  view: BasketView
  live: LiveStatus
  filter: Filter
  onFilter(filter: Filter): void
  onFound(seats: number[]): void
}

export function BasketPanel({ filter, onFilter, ...rest }: BasketProps) {
  return (
    <aside
      aria-label={t('basket.label')}
      className="flex w-96 shrink-0 flex-col border-l border-line bg-paper"
    >
      <div className="flex-1 overflow-y-auto px-6 py-6">
        <PayWarning bookings={rest.view.bookings} event={rest.event} className="mb-3" />
        <TimeUp {...rest} className="mb-4" />
        <BasketBody {...rest} />
        <h2 className="mt-7 mb-1.5 text-sm font-semibold">{t('legend.title')}</h2>
        <Legend
          layout="list"
          store={rest.store}
          filter={filter}
          onFilter={onFilter}
        />
        <MarkKey chart={rest.store.chart} />
      </div>
      {rest.view.items.length > 0 && (
        <div className="border-t border-line bg-surface px-6 pt-4 pb-6">
          <MoreTime {...rest} className="mb-3.5" />
          <Checkout {...rest} />
        </div>
      )}
    </aside>
  )
}
