// What the seat pointed at is: place, category, price, and whether it can be had.

import { Flag, formatMoney, Own, Status, type SeatHover, type SeatStore } from '../../sdk'
import { useSeatChanges } from '../hooks'

const STATUS_WORDS: Record<number, string> = {
  [Status.available]: 'Available',
  [Status.locked]: 'Held by someone else',
  [Status.reserved]: 'Reserved',
  [Status.sold]: 'Sold',
  [Status.blocked]: 'Not for sale',
}

const OWN_WORDS: Record<number, string> = {
  [Own.pending]: 'One moment …',
  [Own.held]: 'In your basket',
  [Own.booked]: 'Booked by you',
}

const FLAG_WORDS: [number, string][] = [
  [Flag.wheelchair, 'Wheelchair space'],
  [Flag.companion, 'Companion seat'],
  [Flag.restrictedView, 'Restricted view'],
  [Flag.aisle, 'Aisle'],
]

const HALF_WIDTH_PX = 116
/** Nearer to the top than this the tooltip goes below the seat. */
const FLIP_PX = 150
const GAP_PX = 12

export function statusWords(store: SeatStore, seat: number): string {
  return OWN_WORDS[store.own[seat]] ?? STATUS_WORDS[store.statuses[seat]]
}

interface Props {
  store: SeatStore
  hover: SeatHover
}

export function SeatTooltip({ store, hover }: Props) {
  useSeatChanges(store)
  const { chart } = store
  const { seat } = hover
  const category = chart.categories[chart.category[seat]]
  const row = chart.rows[chart.row[seat]]
  const flags = FLAG_WORDS.filter(([flag]) => chart.flags[seat] & flag)
  const below = hover.y < FLIP_PX
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
        <Fact label="Section" text={chart.sections[chart.section[seat]]?.label ?? ''} wide />
        {row?.label && <Fact label="Row" text={row.label} />}
        <Fact label="Seat" text={chart.number[seat]} />
      </div>
      <div className="mt-2.5 flex items-center gap-2 border-t border-line pt-2.5 text-[13px]">
        <span className="size-2.5 rounded-full" style={{ background: category.color }} />
        <span className="min-w-0 flex-1 truncate">{category.label}</span>
        <span className="font-semibold tabular-nums">
          {formatMoney(category.price, chart.currency)}
        </span>
      </div>
      <p className="mt-1 text-[13px] text-soft">
        {[statusWords(store, seat), ...flags.map(([, words]) => words)].join(' · ')}
      </p>
    </div>
  )
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
