// Keeps saying in the basket whose time ran out, for whoever was away when it was said aloud.

import type { SeatStore } from '../../sdk/index'
import { t } from '../i18n'
import type { Basket } from '../state/basket'
import type { BasketView } from '../state/basket-item'
import { timeUpWords } from '../state/basket-words'
import { Icon } from './icon'

interface Props {
  store: SeatStore
  basket: Basket
  view: BasketView
  className?: string
}

export function TimeUp({ store, basket, view, className = '' }: Props) {
  if (view.timeUp.length === 0) return null
  return (
    <div data-time-up className={className}>
      <div className="flex animate-rise items-center gap-3 rounded-2xl bg-sunken p-3 text-sm">
        <p className="flex-1 font-medium text-urgent">{timeUpWords(store.chart, view.timeUp)}</p>
        <button
          type="button"
          aria-label={t('toast.dismiss')}
          onClick={() => basket.seen()}
          className="grid size-9 shrink-0 place-items-center rounded-full hover:bg-surface"
        >
          <Icon name="close" size={16} />
        </button>
      </div>
    </div>
  )
}
