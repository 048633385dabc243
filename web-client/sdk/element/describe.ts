// What the element says of seats, areas and sections: as details of its events, and in words.

import type { Chart } from '../chart.js'
import { formatMoney } from '../money.js'
import { Status, STATUS_NAMES } from '../protocol/index.js'
import { Own, type SeatStore } from '../seat-store.js'
import type { AreaDetail, SeatDetail } from './events.js'
import { wordsOf } from './words.js'

export function seatDetail(chart: Chart, seat: number): SeatDetail {
  return {
    seatNo: chart.seatNo(seat),
    seatIndex: seat,
    section: chart.sections[chart.section[seat]]?.label ?? '',
    row: chart.rows[chart.row[seat]]?.label ?? '',
    number: chart.number[seat],
    category: chart.categories[chart.category[seat]].key,
    price: chart.priceOf(seat),
    currency: chart.currency,
  }
}

export function areaDetail(store: SeatStore, at: number): AreaDetail {
  const { areas, categories, currency } = store.chart
  const { label, category } = areas[at]
  const { key, price } = categories[category]
  return { area: label, left: store.placesLeft(at), category: key, price, currency }
}

/** A seat by name, price and state, and how many are marked with it. */
export function seatWords(store: SeatStore, seat: number, marked: number, lang: string): string {
  const { chart } = store
  const words = wordsOf(lang)
  const own = store.own[seat] === Own.held || store.own[seat] === Own.booked
  const status = own ? words.yours : words.status[STATUS_NAMES[store.statuses[seat]]]
  const price = formatMoney(chart.priceOf(seat), chart.currency, lang)
  const said = [chart.seatNo(seat), price, status]
  if (marked > 0) said.push(words.marked(marked))
  return said.join(' · ')
}

/** From afar: what is left of a section, and from which price. */
export function sectionWords(store: SeatStore, section: number, lang: string): string {
  const words = wordsOf(lang)
  const price = store.cheapestOf(section)
  const left = words.left(store.sectionCountOf(section, Status.available))
  const amount = price === null ? '' : formatMoney(price, store.chart.currency, lang)
  const state = price === null ? [words.soldOut] : [left, words.from(amount)]
  return [store.chart.sections[section].label, ...state].filter(Boolean).join(' · ')
}
