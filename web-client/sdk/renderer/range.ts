// The seats from one to another, as the keyboard chooses several: along their row however it bends,
// else all in the box between them.

import { NONE, type Chart } from '../chart.js'
import { boundsOf, growBounds } from '../geometry.js'
import type { SeatGrid } from './seat-grid.js'

/** Both ends are among them; ascending. */
export function seatsBetween(chart: Chart, grid: SeatGrid, from: number, to: number): number[] {
  const [first, last] = from < to ? [from, to] : [to, from]
  if (chart.row[first] !== NONE && chart.row[first] === chart.row[last]) {
    return Array.from({ length: last - first + 1 }, (_, at) => first + at)
  }
  const { x, y } = chart
  const corners = boundsOf([
    [x[first], y[first]],
    [x[last], y[last]],
  ])
  // Rows are seldom quite straight.
  const box = growBounds(corners, chart.seatWidth / 2)
  const found: number[] = []
  grid.forEachIn(box, (seat) => {
    const within = x[seat] >= box.left && x[seat] <= box.right
    if (within && y[seat] >= box.top && y[seat] <= box.bottom) found.push(seat)
  })
  return found.sort((a, b) => a - b)
}
