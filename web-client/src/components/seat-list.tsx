// The seats as text: sections to open, in each a grid of rows and seats for keys and screen
// readers. Fed by the same store as the map, and bounded: only what is open is in the document.

import { useState } from 'react'
import type { Highlight, OrphanRuleName, SeatStore } from '../../sdk/index'
import { money } from '../format'
import { useSeatChanges } from '../hooks'
import { t } from '../i18n'
import { sectionSums, type Sum } from '../state/sums'
import { Icon } from './icon'
import { SeatRows } from './seat-rows'

export interface SeatListProps {
  store: SeatStore
  highlight: Highlight
  onSeat(seat: number): void
  /** Several of a row were marked, to be taken together. */
  onSeats(seats: number[]): void
  orphanRule: OrphanRuleName
  onArea(area: number): void
  onFocus(seat: number): void
}

export function SeatList(props: SeatListProps) {
  const { store, highlight, onArea } = props
  useSeatChanges(store)
  const { sections, areas, currency, categories } = store.chart
  const sums = sectionSums(store, highlight)
  const shown = sections.flatMap(({ seats, seatsOf }, at) => {
    const passes = highlight === null || [...highlight].some((category) => seatsOf[category] > 0)
    return seats > 0 && passes ? [at] : []
  })
  const places = areas.flatMap(({ category }, at) =>
    highlight === null || highlight.has(category) ? [at] : [],
  )
  return (
    <section
      id="seats"
      aria-label={t('list.label')}
      className="absolute inset-0 overflow-y-auto px-4 pt-18 pb-28 sm:px-6"
    >
      <p id="list-hint" className="mx-auto mb-3 max-w-4xl text-sm text-soft pointer-coarse:sr-only">
        {t('list.hint')} {t('list.range')}
      </p>
      <ul className="mx-auto flex max-w-4xl flex-col gap-2">
        {places.map((at) => {
          const left = store.placesLeft(at)
          const price = money(categories[areas[at].category].price, currency)
          return (
            <li key={`area-${at}`} className="flex items-center gap-4 rounded-2xl bg-surface p-4
              ring-1 ring-line"
            >
              <Title label={areas[at].label} left={left} total={areas[at].capacity} price={price} />
              <button
                type="button"
                disabled={left === 0}
                onClick={() => onArea(at)}
                className="min-h-10 rounded-full px-4 font-semibold ring-1 ring-ink
                  hover:bg-sunken disabled:opacity-40"
              >
                {t('list.choosePlaces')}
              </button>
            </li>
          )
        })}
        {shown.map((at) => (
          <SectionEntry
            key={at}
            {...props}
            section={at}
            sum={sums[at]}
            openAtFirst={shown.length === 1}
          />
        ))}
      </ul>
      {shown.length + places.length === 0 && (
        <p className="mx-auto max-w-4xl text-soft">{t('list.nothing')}</p>
      )}
    </section>
  )
}

interface EntryProps extends SeatListProps {
  section: number
  /** Of the chosen categories. */
  sum: Sum
  openAtFirst: boolean
}

function SectionEntry(props: EntryProps) {
  const { store, section, sum, openAtFirst } = props
  const [open, setOpen] = useState(openAtFirst)
  const { floors } = store.chart
  const { label, floor } = store.chart.sections[section]
  const { left, seats, from } = sum
  const price = from === null ? '' : t('map.from', { price: money(from, store.chart.currency) })
  return (
    <li className="rounded-2xl bg-surface ring-1 ring-line">
      <h2>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex w-full items-center gap-4 rounded-2xl p-4 text-left hover:bg-sunken/60"
        >
          <Title label={label} floor={floors[floor]} left={left} total={seats} price={price} />
          <Icon name={open ? 'up' : 'down'} size={18} />
        </button>
      </h2>
      {open && <SeatRows {...props} />}
    </li>
  )
}

interface TitleProps {
  label: string
  /** The storey it is on, where there are several. */
  floor?: string
  left: number
  total: number
  price: string
}

function Title({ label, floor, left, total, price }: TitleProps) {
  return (
    <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
      <span className="min-w-32 flex-1 font-semibold tracking-[-0.01em]">
        {label}
        {floor && floor !== label && <span className="ml-2 font-normal text-soft">{floor}</span>}
      </span>
      <span className="text-sm text-soft tabular-nums">{t('list.free', { left, total })}</span>
      {price && <span className="text-sm font-medium tabular-nums">{price}</span>}
    </span>
  )
}
