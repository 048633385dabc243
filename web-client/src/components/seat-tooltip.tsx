// What the seat pointed at is: place, category, price, and whether it can be had.

import { addMoney, type Chart, type SeatHover, type SeatStore } from '../../sdk/index'
import { formatCount, money } from '../format'
import { useSeatChanges } from '../hooks'
import { t } from '../i18n'
import { flagWords, orphanWords, statusWords } from '../seat-words'
import { CategoryMark } from './category-mark'

const HALF_WIDTH_PX = 116
/** Nearer to the top than this the tooltip goes below the seat. */
const FLIP_PX = 150
const GAP_PX = 12

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
  const { chart } = store
  const { seat } = hover
  const category = chart.categories[chart.category[seat]]
  const section = chart.sections[chart.section[seat]]
  const row = chart.rows[chart.row[seat]]
  const status = taken ? t('status.justTaken') : statusWords(store, seat)
  const below = hover.y < FLIP_PX
  const table = chart.tables[chart.table[seat]]
  const orphans = orphanWords(chart, hover.orphans, strict)
  const left = Math.min(hover.room - HALF_WIDTH_PX - 8, Math.max(HALF_WIDTH_PX + 8, hover.x))
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute z-20 w-58 rounded-2xl bg-surface p-3.5 shadow-float
        ring-1 ring-line"
      style={{
        left,
        top: below ? hover.y + hover.radius + GAP_PX : hover.y - hover.radius - GAP_PX,
        transform: `translate(-50%, ${below ? '0' : '-100%'})`,
      }}
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
          {money(priceOf(chart, seat), chart.currency)}
        </span>
      </div>
      <p className="mt-1 text-[13px] text-soft">
        {[status, ...flagWords(chart, seat)].join(' · ')}
      </p>
      {hover.range > 0 && (
        <p className="mt-1.5 text-[13px] font-medium">{t('map.range', { count: hover.range })}</p>
      )}
      {orphans && <p className="mt-1.5 text-[13px] font-medium text-warn">{orphans}</p>}
    </div>
  )
}

/** What choosing it costs: of a table sold whole, all of it. */
function priceOf(chart: Chart, seat: number): string {
  const table = chart.tables[chart.table[seat]]
  if (!table?.whole) return chart.priceOf(seat)
  return addMoney(Array.from({ length: table.count }, (_, at) => chart.priceOf(table.first + at)))
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
