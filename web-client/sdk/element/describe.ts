// What the element says of seats, areas, sections and refusals: as details of its events, and in
// words.

import { Flag, type Chart } from '../chart.js'
import type { LiveStatus } from '../live-types.js'
import { addMoney, formatMoney, formatMoneyRange } from '../money.js'
import { Problem, Unreachable } from '../problem.js'
import { Status, STATUS_NAMES } from '../protocol/index.js'
import type { SeatHover } from '../renderer/view-types.js'
import { Own, type SeatStore } from '../seat-store.js'
import type { AreaDetail, RefusalDetail, SeatDetail, SeatMapEvents } from './events.js'
import { formatCount } from './look.js'
import { wordsOf, type ElementWords, type FlagName, type ReasonName } from './words.js'

const FLAGS = Object.entries(Flag) as [FlagName, number][]

/** A burst tells of the first so many seats; who needs all reads the store. */
const CHANGES_TOLD_MAX = 1000

const SEATS_UNAVAILABLE = 'seats_unavailable'

export function seatDetail(chart: Chart, seat: number): SeatDetail {
  return {
    seatNo: chart.seatNo(seat),
    seatIndex: seat,
    section: chart.sections[chart.section[seat]]?.label ?? '',
    row: chart.rows[chart.row[seat]]?.label ?? '',
    number: chart.number[seat],
    table: chart.tables[chart.table[seat]]?.label ?? '',
    floor: chart.floors[chart.floorOf(seat)] ?? '',
    category: chart.categories[chart.category[seat]].key,
    price: chart.priceOf(seat),
    currency: chart.currency,
    flags: flagsOf(chart, seat),
  }
}

const flagsOf = (chart: Chart, seat: number): FlagName[] =>
  FLAGS.filter(([, bit]) => (chart.flags[seat] & bit) !== 0).map(([name]) => name)

export function changesDetail(
  { chart, statuses, version }: SeatStore,
  changed: readonly number[],
): SeatMapEvents['statuschange'] {
  const told = changed.slice(0, CHANGES_TOLD_MAX)
  const changes = told.map((seat) => ({
    seatNo: chart.seatNo(seat),
    status: STATUS_NAMES[statuses[seat]],
  }))
  return { changes, version }
}

export function areaDetail(store: SeatStore, at: number): AreaDetail {
  const { areas, categories, currency } = store.chart
  const { label, category } = areas[at]
  const { key, price } = categories[category]
  return { area: label, left: store.placesLeft(at), category: key, price, currency }
}

/** A seat in the parts that a tooltip shows below each other. */
export interface SeatWords {
  place: string
  category: string
  color: string
  price: string
  /** Its state, and what else it is. */
  marks: string[]
}

export function seatParts(store: SeatStore, seat: number, lang: string): SeatWords {
  const { chart } = store
  const words = wordsOf(lang)
  const { section, row, number, table, flags } = seatDetail(chart, seat)
  const { label, color } = chart.categories[chart.category[seat]]
  const whole = chart.tables[chart.table[seat]]?.whole === true
  const near = table === '' ? row && words.row(row) : words.table(table)
  const place = [section, near, whole ? '' : words.seat(number)].filter(Boolean).join(' · ')
  const own = store.own[seat] === Own.held || store.own[seat] === Own.booked
  const status = own ? words.yours : words.status[STATUS_NAMES[store.statuses[seat]]]
  return {
    place: place || chart.seatNo(seat),
    category: label,
    color,
    price: formatMoney(costOf(store, seat), chart.currency, lang),
    marks: [store.ready ? status : words.loading, ...flags.map((flag) => words.flags[flag])],
  }
}

/** What choosing it costs: of a table sold whole, all of it. */
function costOf(store: SeatStore, seat: number): string {
  const { tables, table } = store.chart
  const whole = tables[table[seat]]
  if (!whole?.whole) return store.priceOf(seat)
  return addMoney(Array.from({ length: whole.count }, (_, at) => store.priceOf(whole.first + at)))
}

/** A seat by place, category, price and state, and how many are marked with it. */
export function seatWords(store: SeatStore, seat: number, marked: number, lang: string): string {
  const { place, category, price, marks } = seatParts(store, seat, lang)
  const said = [place, category, price, ...marks]
  if (marked > 0) said.push(markedWords(marked, lang))
  return said.join(' · ')
}

/** Which seats choosing others would leave alone; `strict`: and so they are refused. */
export function orphanWords(
  chart: Chart,
  orphans: readonly number[],
  strict: boolean,
  lang: string,
): string {
  if (orphans.length === 0) return ''
  const { leaves, wouldLeave, join } = wordsOf(lang)
  return (strict ? wouldLeave : leaves)(orphans.map((at) => chart.number[at]).join(join))
}

/** What another tap on a seat does that a finger has tapped to be told of it; empty for nothing. */
export function againWords(
  { statuses, own }: SeatStore,
  { seat, orphans, again }: SeatHover,
  strict: boolean,
  lang: string,
): string {
  const free = own[seat] === Own.none && statuses[seat] === Status.available
  const refused = strict && orphans.length > 0
  return again && free && !refused ? wordsOf(lang).tapAgain : ''
}

export const markedWords = (count: number, lang: string): string =>
  wordsOf(lang).marked(count, formatCount(count, lang))

/** From afar: what is left of a section, and at which prices. */
export function sectionWords(store: SeatStore, section: number, lang: string): string {
  const words = wordsOf(lang)
  const { label } = store.chart.sections[section]
  if (!store.ready) return label
  const { currency } = store.chart
  const prices = store.pricesOf(section)
  const left = store.sectionCountOf(section, Status.available)
  const state = prices
    ? [
        words.left(left, formatCount(left, lang)),
        formatMoneyRange(prices.low, prices.high, currency, lang),
      ]
    : [words.soldOut]
  return [label, ...state].filter(Boolean).join(' · ')
}

/** How the connection is; nothing while all is well, whichever way it goes. */
export function connectionWords({ state, reason }: LiveStatus, words: ElementWords): string {
  switch (state) {
    case 'reconnecting':
      return reason === 'no-answer' ? words.unreachable : words.reconnecting
    case 'stale':
      return words.stale
    case 'closed':
      return words.closed
    default:
      return ''
  }
}

/** Why something was refused, said by its code; the server's own words go beside it. */
export function refusalOf(problem: unknown, lang: string, seatNo?: string): RefusalDetail {
  const code = problem instanceof Problem ? problem.code : ''
  const detail = problem instanceof Error ? problem.message : ''
  return { code, reason: reasonOf(problem, code, lang, seatNo), detail }
}

function reasonOf(problem: unknown, code: string, lang: string, seatNo?: string): string {
  const { reasons, taken } = wordsOf(lang)
  if (problem instanceof Unreachable) return reasons.unreachable
  if (!(problem instanceof Problem)) return reasons.unknown
  if (code === SEATS_UNAVAILABLE && seatNo !== undefined) return taken(seatNo)
  if (Object.hasOwn(reasons, code)) return reasons[code as ReasonName]
  if (problem.status === 429) return reasons.fast
  return problem.status >= 500 ? reasons.busy : reasons.unknown
}
