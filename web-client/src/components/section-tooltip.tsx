// What is left of the section pointed at from afar, and from which price. Its label on the map says
// the same where it has the room.

import { Status, type SeatStore, type SectionHover } from '../../sdk/index'
import { money } from '../format'
import { useSeatChanges } from '../hooks'
import { t } from '../i18n'

/** Half of the widest a tooltip of this kind gets. */
const HALF_WIDTH_PX = 128
const GAP_PX = 10
/** Sections that begin higher than this have it below them. */
const FLIP_PX = 76

interface Props {
  store: SeatStore
  hover: SectionHover
}

export function SectionTooltip({ store, hover }: Props) {
  useSeatChanges(store)
  const { section, x, top, bottom, room } = hover
  const { label } = store.chart.sections[section]
  const price = store.cheapestOf(section)
  const left = store.sectionCountOf(section, Status.available)
  const known = price === null
    ? [t('map.soldOut')]
    : [
        t('map.left', { count: left }),
        t('map.from', { price: money(price, store.chart.currency) }),
      ]
  const words = store.ready ? known : [t('status.pending')]
  const below = top < FLIP_PX
  // A section larger than the room has neither an above nor a below.
  const y = below ? Math.min(bottom + GAP_PX, room.height - FLIP_PX) : top - GAP_PX
  return (
    <div
      aria-hidden="true"
      data-section={label}
      className="pointer-events-none absolute z-20 max-w-64 rounded-2xl bg-surface px-3.5 py-2.5
        text-[13px] shadow-float ring-1 ring-line"
      style={{
        left: Math.min(room.width - HALF_WIDTH_PX - 8, Math.max(HALF_WIDTH_PX + 8, x)),
        top: y,
        transform: `translate(-50%, ${below ? '0' : '-100%'})`,
      }}
    >
      {label && <div className="truncate font-semibold">{label}</div>}
      <p className="text-soft tabular-nums">{words.join(' · ')}</p>
    </div>
  )
}
