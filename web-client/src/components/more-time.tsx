// Warns before the basket's first hold ends, says it to screen readers once, and gives more time
// with one simple action. It stays mounted while there are holds, or nothing would be said.

import { useEffect, useRef } from 'react'
import type { SeatmapEvent } from '../../sdk/index'
import { useEndsSoon } from '../hooks'
import { t } from '../i18n'
import type { Basket } from '../state/basket'
import { earliestEnd, type BasketView } from '../state/basket-item'

interface Props {
  event: SeatmapEvent
  basket: Basket
  view: BasketView
  className?: string
}

export function MoreTime({ event, basket, view, className = '' }: Props) {
  const soon = useEndsSoon(earliestEnd(view.items), event.lock_seconds)
  const box = useRef<HTMLDivElement>(null)
  const asked = useRef(false)
  useEffect(() => {
    // The button that had the focus is gone: its neighbours are the next stop.
    if (!soon && asked.current && document.activeElement === document.body) box.current?.focus()
    asked.current = false
  }, [soon])
  const extend = () => {
    asked.current = true
    void basket.extend(event.lock_seconds)
  }
  return (
    <div
      ref={box}
      role="group"
      aria-label={t('basket.title')}
      tabIndex={-1}
      data-more-time
      className={`outline-none ${soon ? className : ''}`}
    >
      <p role="status" className="sr-only">
        {soon ? t('basket.warning') : ''}
      </p>
      {soon && (
        <div className="flex animate-rise items-center gap-3 rounded-2xl bg-sunken p-3 text-sm">
          <span className="flex-1" aria-hidden="true">
            {t('basket.warning')}
          </span>
          <button
            type="button"
            // Not disabled: that would take the focus away while the answer is awaited.
            aria-disabled={view.busy}
            onClick={extend}
            className="min-h-10 shrink-0 rounded-full px-4 font-semibold ring-1 ring-ink
              hover:bg-surface"
          >
            {t('basket.extend')}
          </button>
        </div>
      )}
    </div>
  )
}
