// The one line of the closed sheet: what is in the basket, else what is booked, else what to do
// first and what there is where one looks.

import { addMoney, type Highlight, type LiveStatus, type SeatStore } from '../../sdk/index'
import type { SeatmapEvent } from '../../sdk/index'
import { formatWhen, money } from '../format'
import { useObservable, useReady, useSale, useSeatChanges, useSoldOut } from '../hooks'
import { t } from '../i18n'
import { looks } from '../looks'
import { earliestEnd, isAlive, type BasketView } from '../state/basket-item'
import type { Nearby } from '../state/nearby'
import type { Observable } from '../state/observable'
import { saleTitle } from '../state/sale'
import { houseSum, sectionSums, type Sum } from '../state/sums'
import { Countdown } from './countdown'
import { loadingWords } from './visit-gate'

interface Props {
  store: SeatStore
  event: SeatmapEvent
  view: BasketView
  live: LiveStatus
  highlight: Highlight
  nearby: Observable<Nearby>
}

const TITLE = 'block text-[17px] font-semibold tracking-[-0.015em]'

export function SheetSummary(props: Props) {
  const { store, view } = props
  const { items } = view
  const booking = view.bookings.find(isAlive)
  if (items.length > 0) {
    const until = earliestEnd(items)
    return (
      <span className="min-w-0 flex-1">
        <span className={`${TITLE} tabular-nums`}>
          {t('basket.seats', { count: items.length })}
          <span className="font-normal text-soft"> · </span>
          {money(addMoney(items.map(({ price }) => price)), store.chart.currency)}
        </span>
        {until !== null && <Countdown until={until} label={t('basket.heldFor')} />}
      </span>
    )
  }
  if (booking) {
    return (
      <span className="min-w-0 flex-1">
        <span className="block truncate font-semibold">{booking.booking_ref}</span>
        <span className="text-sm text-soft">
          {t(booking.status === 'pending' ? 'booking.due' : 'booking.booked')}
        </span>
      </span>
    )
  }
  return <Invitation {...props} />
}

/** What to do first; while nothing can be done, since or until when. */
function Invitation(props: Props) {
  const { state, at } = useSale(props.event)
  const gone = useSoldOut(props.store)
  const closed = state === 'before' ? 'sale.beforeText' : 'sale.afterText'
  return (
    <span className="min-w-0 flex-1">
      <span className={TITLE}>{t(saleTitle(state, gone))}</span>
      <span data-hint className="block text-[13px] leading-snug text-soft tabular-nums">
        {at !== null && t(closed, { when: formatWhen(at) })}
        {at === null && (gone ? t('sale.soldOutText') : <Hints {...props} />)}
      </span>
    </span>
  )
}

/** What is left where one looks, and what a tap does there. */
function Hints({ store, live, highlight, nearby }: Props) {
  useSeatChanges(store)
  const { level, section } = useObservable(nearby)
  const list = useObservable(looks).view === 'list'
  if (!useReady(store)) return <span className="line-clamp-2">{loadingWords(live)}</span>
  const { chart } = store
  if (!list && section >= 0) {
    const sum = sectionSums(store, highlight)[section]
    const words = [chart.sections[section].label, ...wordsOf(sum, chart.currency)]
    return <span className="line-clamp-2">{words.filter(Boolean).join(' · ')}</span>
  }
  const several = chart.sections.filter(({ seats }) => seats > 0).length > 1
  const blocks = !list && level === 'blocks' && several
  return (
    <>
      <span className="block truncate">
        {wordsOf(houseSum(store, highlight), chart.currency).join(' · ')}
      </span>
      {blocks && <span className="block truncate">{t('basket.tapHint')}</span>}
    </>
  )
}

function wordsOf({ left, from }: Sum, currency: string): string[] {
  if (from === null) return [t('map.soldOut')]
  return [t('map.left', { count: left }), t('map.from', { price: money(from, currency) })]
}
