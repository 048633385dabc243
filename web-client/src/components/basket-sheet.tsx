// The basket below the map, on small windows: one line that says it all, drawn up for the rest.

import { useState } from 'react'
import type { Highlight } from '../../sdk/index'
import { useHeight } from '../hooks'
import { t } from '../i18n'
import { isAlive } from '../state/basket-item'
import type { Nearby } from '../state/nearby'
import type { Observable } from '../state/observable'
import { BasketBody, Checkout } from './basket-body'
import type { BasketProps } from './basket-panel'
import { Icon } from './icon'
import { PriceLimit } from './legend'
import { MarkKey } from './mark-key'
import { MoreTime } from './more-time'
import { PayWarning } from './pay-warning'
import { SheetSummary } from './sheet-summary'
import { TimeUp } from './time-up'

/** How much of the map the closed sheet covers, in pixels. */
export const SHEET_CLOSED_PX = 84

interface Props extends BasketProps {
  highlight: Highlight
  /** What of the house is on the screen. */
  nearby: Observable<Nearby>
  /** How much higher than usual the closed sheet stands, in pixels. */
  onRise(px: number): void
}

export function BasketSheet(props: Props) {
  const [open, setOpen] = useState(false)
  const { view } = props
  const found = (seats: number[]) => {
    setOpen(false)
    props.onFound(seats)
  }
  // Drawn up, the sheet says the rest itself; the line needs only to name it.
  const booked = view.bookings.some(isAlive) ? t('basket.booking') : ''
  const title = view.items.length > 0 ? t('basket.title') : booked
  return (
    <>
      {open && (
        <button
          type="button"
          aria-label={t('basket.close')}
          onClick={() => setOpen(false)}
          className="absolute inset-0 z-20 bg-black/25"
        />
      )}
      <aside
        aria-label={t('basket.label')}
        className="absolute inset-x-0 bottom-0 z-30 flex max-h-[82dvh] flex-col rounded-t-3xl
          bg-paper shadow-float ring-1 ring-line low:overflow-y-auto"
      >
        <Notices {...props} />
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex shrink-0 items-center gap-3 px-5 pt-2 text-left"
          style={{ height: SHEET_CLOSED_PX }}
        >
          {open && title ? (
            <span className="flex-1 text-[17px] font-semibold tracking-[-0.015em]">{title}</span>
          ) : (
            <SheetSummary {...props} />
          )}
          <span className="grid size-10 place-items-center rounded-full bg-sunken">
            <Icon name={open ? 'down' : 'up'} size={18} />
          </span>
        </button>
        {open && (
          <>
            <div
              className="min-h-0 flex-1 animate-rise overflow-y-auto px-5 pt-1 pb-5 low:flex-none
                low:overflow-visible"
            >
              <BasketBody {...props} onFound={found} untitled />
              <PriceLimit {...props} />
              <MarkKey chart={props.store.chart} />
            </div>
            {view.items.length > 0 && (
              <div
                className="border-t border-line bg-surface px-5 pt-4
                  pb-[max(1.25rem,env(safe-area-inset-bottom))]"
              >
                <Checkout {...props} />
              </div>
            )}
          </>
        )}
      </aside>
    </>
  )
}

/** What has to be said while the sheet is closed too. */
function Notices({ onRise, ...props }: Props) {
  const { view, event } = props
  return (
    <div ref={useHeight(onRise)}>
      {view.items.length > 0 && <MoreTime {...props} className="px-4 pt-4" />}
      <PayWarning bookings={view.bookings} event={event} className="px-5 pt-4" />
      <TimeUp {...props} className="px-4 pt-4" />
    </div>
  )
}
