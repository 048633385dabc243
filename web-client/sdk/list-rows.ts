// The seats as rows of a list: which rows a section has, and where keys lead from one of its seats.

import { NONE, type Chart, type Row } from './chart.js'

/** Rows shown at first and with each "more"; a section may have thousands of seats. */
export const LIST_ROWS_STEP = 30

/** Stand beside a seat's number, by its status, so that colour is never the only sign. */
export const STATUS_MARKS: readonly string[] = ['', '•', '–', '×', '']

/** An area's places are rows of the chart as well, but are taken by number, not one by one. */
export function rowsOf({ rows, area }: Chart, section: number): Row[] {
  return rows.filter((row) => row.section === section && row.count > 0 && area[row.first] === NONE)
}

/** Which of the rows a seat is in; -1 for none. */
export function lineOf(rows: readonly Row[], seat: number): number {
  return rows.findIndex(({ first, count }) => seat >= first && seat < first + count)
}

/** Where a key leads from a seat; -1 when nowhere. */
export function nextSeat(rows: readonly Row[], seat: number, key: string): number {
  const line = lineOf(rows, seat)
  if (line < 0) return -1
  const { first, count } = rows[line]
  const column = seat - first
  const inRow = (row: Row | undefined): number =>
    row ? row.first + Math.min(column, row.count - 1) : -1
  switch (key) {
    case 'ArrowRight':
      return column + 1 < count ? seat + 1 : -1
    case 'ArrowLeft':
      return column > 0 ? seat - 1 : -1
    case 'ArrowDown':
      return inRow(rows[line + 1])
    case 'ArrowUp':
      return inRow(rows[line - 1])
    case 'Home':
      return first
    case 'End':
      return first + count - 1
    default:
      return -1
  }
}

/** Seats from one to another, whichever comes first. */
export function seatsBetween(a: number, b: number): number[] {
  const first = Math.min(a, b)
  return Array.from({ length: Math.abs(a - b) + 1 }, (_, step) => first + step)
}
