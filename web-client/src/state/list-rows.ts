// The rows of a section that the list shows seat by seat.

import { NONE, type Chart, type Row } from '../../sdk/index'

/** An area's places are rows of the chart as well, but are taken by number, not one by one. */
export function rowsOf({ rows, area }: Chart, section: number): Row[] {
  return rows.filter((row) => row.section === section && row.count > 0 && area[row.first] === NONE)
}
