// Seats in words: "Floor C, row 6: seats 7–10", as one would say it.

import {
  addMoney,
  Flag,
  NONE,
  Own,
  Status,
  type Chart,
  type SeatHover,
  type SeatStore,
} from '../sdk/index'
import { money } from './format'
import { t, type MessageKey } from './i18n'

const STATUS_WORDS: Record<number, MessageKey> = {
  [Status.available]: 'status.available',
  [Status.locked]: 'status.locked',
  [Status.reserved]: 'status.reserved',
  [Status.sold]: 'status.sold',
  [Status.blocked]: 'status.blocked',
}

const OWN_WORDS: Record<number, MessageKey> = {
  [Own.pending]: 'status.pending',
  [Own.held]: 'status.held',
  [Own.booked]: 'status.booked',
}

const FLAG_WORDS: [number, MessageKey][] = [
  [Flag.wheelchair, 'flag.wheelchair'],
  [Flag.companion, 'flag.companion'],
  [Flag.restrictedView, 'flag.restrictedView'],
  [Flag.aisle, 'flag.aisle'],
  [Flag.hearingLoop, 'flag.hearingLoop'],
  [Flag.liftUpArmrest, 'flag.liftUpArmrest'],
  [Flag.plusSize, 'flag.plusSize'],
  [Flag.stepFree, 'flag.stepFree'],
]

export function statusWords(store: SeatStore, seat: number): string {
  if (!store.ready) return t('status.pending')
  return t(OWN_WORDS[store.own[seat]] ?? STATUS_WORDS[store.statuses[seat]])
}

export function flagWords(chart: Chart, seat: number): string[] {
  return FLAG_WORDS.filter(([flag]) => chart.flags[seat] & flag).map(([, key]) => t(key))
}

/** What is special about seats, in words, and which are meant; at an aisle is nothing to heed. */
export function notesOf(chart: Chart, seatNos: readonly string[]): string[] {
  return FLAG_WORDS.flatMap(([flag, key]) => {
    if (flag === Flag.aisle) return []
    const meant = seatNos.filter((seatNo) => chart.flags[chart.seatOf(seatNo)] & flag)
    return meant.length > 0 ? [`${t(key)} · ${seatsInWords(chart, meant).join('; ')}`] : []
  })
}

/** A row or table by name, as it stands inside a sentence; empty when it has none. */
function rowName(chart: Chart, seat: number): string {
  const label = chart.rows[chart.row[seat]]?.label
  if (!label) return ''
  return chart.table[seat] === NONE
    ? t('seat.inRow', { row: label })
    : t('seat.atTable', { table: label })
}

/** Row and number of a seat, or its table and number, as a title. */
export function placeTitle(chart: Chart, seat: number): string {
  const label = chart.rows[chart.row[seat]]?.label
  const row = chart.table[seat] === NONE
    ? label && t('seat.rowTitle', { row: label })
    : label && t('seat.tableTitle', { table: label })
  const number = t('seat.seatTitle', { seat: chart.number[seat] })
  return [row, number].filter(Boolean).join(t('seat.join'))
}

/** Which seats choosing this one would leave alone; empty for none. */
export function orphanWords(chart: Chart, orphans: readonly number[], strict: boolean): string {
  if (orphans.length === 0) return ''
  const seats = orphans.map((seat) => chart.number[seat]).join(t('seat.join'))
  return t(strict ? 'orphan.strict' : 'orphan.prefer', { seats })
}

/** What another tap on a seat does that a finger has tapped to be told of it; empty for nothing. */
export function againWords(store: SeatStore, hover: SeatHover, strict: boolean): string {
  const { statuses, own } = store
  const free = own[hover.seat] === Own.none && statuses[hover.seat] === Status.available
  if (!hover.again || !free) return ''
  return t(strict && hover.orphans.length > 0 ? 'seat.tapInstead' : 'seat.tapAgain')
}

/** What choosing it costs: of a table sold whole, all of it. */
export function costOf(store: SeatStore, seat: number): string {
  const { tables, table } = store.chart
  const whole = tables[table[seat]]
  if (!whole?.whole) return store.priceOf(seat)
  return addMoney(Array.from({ length: whole.count }, (_, at) => store.priceOf(whole.first + at)))
}

/** All there is to say of the seat pointed at, as it is said aloud. */
export function hoverWords(store: SeatStore, hover: SeatHover, strict: boolean): string {
  const { chart } = store
  const { seat, range, orphans } = hover
  const facts = [
    nameOf(chart, seat),
    chart.categories[chart.category[seat]].label,
    money(costOf(store, seat), chart.currency),
    statusWords(store, seat),
    ...flagWords(chart, seat),
  ]
  return [
    facts.join(t('seat.join')),
    range > 0 ? t('map.range', { count: range }) : '',
    orphanWords(chart, orphans, strict),
    againWords(store, hover, strict),
  ].filter(Boolean).join('. ')
}

/** Section and row of a seat, or its area. */
export function rowWords(chart: Chart, seat: number): string {
  const area = chart.areas[chart.area[seat]]
  if (area) return area.label
  const section = chart.sections[chart.section[seat]]
  return [section?.label, rowName(chart, seat)]
    .filter(Boolean)
    .join(t('seat.join'))
}

/** A seat's name in words. */
export function nameOf(chart: Chart, seat: number): string {
  const number = chart.number[seat]
  const place = chart.areas[chart.area[seat]]
    ? t('seat.isPlace', { place: number })
    : t('seat.isSeat', { seat: number })
  return [rowWords(chart, seat), place].filter(Boolean).join(t('seat.join'))
}

/** The seats' names, put together by section and row; unknown names are kept as they are. */
export function seatsInWords(chart: Chart, seatNos: readonly string[]): string[] {
  const groups = new Map<string, { key: MessageKey; numbers: string[] }>()
  const unknown: string[] = []
  for (const seatNo of seatNos) {
    const seat = chart.seatOf(seatNo)
    if (seat < 0) {
      unknown.push(seatNo)
      continue
    }
    const head = rowWords(chart, seat)
    const key = chart.areas[chart.area[seat]] ? 'seat.manyPlaces' : 'seat.many'
    const group = groups.get(head) ?? { key, numbers: [] }
    group.numbers.push(chart.number[seat])
    groups.set(head, group)
  }
  const words = [...groups].map(([head, { key, numbers }]) => {
    const seats = t(key, { count: numbers.length, list: runs(numbers) })
    return head ? t('toast.status', { seat: head, status: seats }) : seats
  })
  return [...words, ...unknown]
}

/** Neighbouring numbers become a range, the others a list. */
function runs(numbers: readonly string[]): string {
  const parts: string[][] = []
  for (const number of numbers) {
    const last = parts.at(-1)
    if (last && Number(last.at(-1)) + 1 === Number(number)) last.push(number)
    else parts.push([number])
  }
  return parts
    .map((part) => (part.length > 2 ? `${part[0]}–${part.at(-1)}` : part.join(t('seat.join'))))
    .join(t('seat.join'))
}
