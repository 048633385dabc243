// Seats in words: "Floor C, row 6: seats 7–10", as one would say it.

import type { Chart } from '../sdk'

/** A seat's name in words. */
export function nameOf(chart: Chart, seat: number): string {
  const area = chart.areas[chart.area[seat]]
  if (area) return `${area.label}, place ${chart.number[seat]}`
  const row = chart.rows[chart.row[seat]]
  const place = [chart.sections[chart.section[seat]]?.label, row?.label && `row ${row.label}`]
  return [...place, `seat ${chart.number[seat]}`].filter(Boolean).join(', ')
}

/** The seats' names, put together by section and row; unknown names are kept as they are. */
export function seatsInWords(chart: Chart, seatNos: readonly string[]): string[] {
  const groups = new Map<string, { one: string; many: string; numbers: string[] }>()
  const unknown: string[] = []
  for (const seatNo of seatNos) {
    const seat = chart.seatOf(seatNo)
    if (seat < 0) {
      unknown.push(seatNo)
      continue
    }
    const area = chart.areas[chart.area[seat]]
    const row = chart.rows[chart.row[seat]]
    const section = chart.sections[chart.section[seat]]
    const head = area
      ? area.label
      : [section?.label, row?.label && `row ${row.label}`].filter(Boolean).join(', ')
    const group = groups.get(head) ?? {
      one: area ? 'place' : 'seat',
      many: area ? 'places' : 'seats',
      numbers: [],
    }
    group.numbers.push(chart.number[seat])
    groups.set(head, group)
  }
  const words = [...groups].map(([head, { one, many, numbers }]) => {
    const list = runs(numbers)
    return `${head ? `${head}: ` : ''}${numbers.length === 1 ? one : many} ${list}`
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
    .map((part) => (part.length > 2 ? `${part[0]}–${part.at(-1)}` : part.join(', ')))
    .join(', ')
}
