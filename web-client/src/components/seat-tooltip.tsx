// What the seat pointed at is: place, category, price, and whether it can be had.

import { useLayoutEffect, useRef } from 'react'
import type { SeatHover, SeatStore } from '../../sdk/index'
import { formatCount, money } from '../format'
import { useSeatChanges } from '../hooks'
import { t } from '../i18n'
import { againWords, costOf, flagWords, orphanWords, statusWords } from '../seat-words'
import { CategoryMark } from './category-mark'

const GAP_PX = 12
const EDGE_PX = 8

interface Props {
  store: SeatStore
  hover: SeatHover
  /** It was taken while it was pointed at. */
  taken: boolean
  /** Whether seats that leave a single one are refused. */
  strict: boolean
}

export function SeatTooltip({ store, hover, taken, strict }: Props) {
  useSeatChanges(store)
  const card = useRef<HTMLDivElement>(null)
  // What it says decides how high it is, and so where it stands.
  useLayoutEffect(() => {
    if (card.current) place(card.current, hover)
  })
  const { chart } = store
  const { seat } = hover
  const category = chart.categories[chart.category[seat]]
  const section = chart.sections[chart.section[seat]]
  const row = chart.rows[chart.row[seat]]
  const status = taken ? t('status.justTaken') : statusWords(store, seat)
  const table = chart.tables[chart.table[seat]]
  const orphans = orphanWords(chart, hover.orphans, strict)
  const again = againWords(store, hover, strict)
  return (
    <div
      ref={card}
      aria-hidden="true"
      data-seat-tip={seat}
      className="pointer-events-none absolute z-20 w-58 rounded-2xl bg-surface p-3.5 shadow-float
        ring-1 ring-line"
    >
      <div className="flex gap-4 tracking-[-0.01em]">
        <Fact label={t('seat.section')} text={section?.label ?? ''} wide />
        {row?.label && <Fact label={t(table ? 'seat.table' : 'seat.row')} text={row.label} />}
        {table?.whole ? (
          <Fact label={t('seat.seats')} text={formatCount(table.count)} />
        ) : (
          <Fact label={t('seat.seat')} text={chart.number[seat]} />
        )}
      </div>
      <div className="mt-2.5 flex items-center gap-2 border-t border-line pt-2.5 text-[13px]">
        <CategoryMark chart={chart} category={chart.category[seat]} />
        <span className="min-w-0 flex-1 truncate">{category.label}</span>
        <span className="font-semibold tabular-nums">
          {money(costOf(store, seat), chart.currency)}
        </span>
      </div>
      <p className="mt-1 text-[13px] text-soft">
        {[status, ...flagWords(chart, seat)].join(' · ')}
      </p>
      {hover.range > 0 && (
        <p className="mt-1.5 text-[13px] font-medium">{t('map.range', { count: hover.range })}</p>
      )}
      {orphans && <p className="mt-1.5 text-[13px] font-medium text-warn">{orphans}</p>}
      {again && <p className="mt-1.5 text-[13px] font-semibold">{again}</p>}
    </div>
  )
}

/** Above the seat if there is room, else below it, and within the map on both sides. */
function place(card: HTMLElement, { x, y, radius, room }: SeatHover): void {
  const { offsetWidth: width, offsetHeight: height } = card
  const above = y - radius - GAP_PX - height
  const left = Math.min(room - width - EDGE_PX, Math.max(EDGE_PX, x - width / 2))
  card.style.left = `${left}px`
  card.style.top = `${above >= EDGE_PX ? above : y + radius + GAP_PX}px`
}

function Fact({ label, text, wide = false }: { label: string; text: string; wide?: boolean }) {
  if (!text) return null
  return (
    <div className={wide ? 'min-w-0 flex-1' : ''}>
      <div className="text-[11px] text-soft">{label}</div>
      <div className="truncate font-semibold">{text}</div>
    </div>
  )
}
