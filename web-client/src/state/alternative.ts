// The seat to offer when the wanted one is gone: free, as dear, and as near as there is.

import { Flag, NONE, Own, Status, type SeatStore } from '../../sdk/index'

/** Another row counts as this many times its distance: people want to stay where they looked. */
const OTHER_ROW_COST = 1.6

/** Wider than any house: a seat on another storey is nearer than none, and only that. */
const OTHER_FLOOR_CM = 1e9

/** Who wants an ordinary seat must not be offered one kept for a need, nor a poorer view. */
const MUST_MATCH = Flag.wheelchair | Flag.companion | Flag.restrictedView

/** The nearest free seat of the same category, or -1. */
export function nearestAlternative(store: SeatStore, wanted: number): number {
  const { chart, statuses, own } = store
  let found = -1
  let best = Infinity
  for (let seat = 0; seat < chart.seats; seat += 1) {
    if (seat === wanted || chart.category[seat] !== chart.category[wanted]) continue
    if (statuses[seat] !== Status.available || own[seat] !== Own.none) continue
    if (chart.area[seat] !== NONE || chart.tables[chart.table[seat]]?.whole) continue
    if (((chart.flags[seat] ^ chart.flags[wanted]) & MUST_MATCH) !== 0) continue
    const away = Math.hypot(chart.x[seat] - chart.x[wanted], chart.y[seat] - chart.y[wanted])
    const near = chart.row[seat] === chart.row[wanted] ? away : away * OTHER_ROW_COST
    const cost = chart.floorOf(seat) === chart.floorOf(wanted) ? near : near + OTHER_FLOOR_CM
    if (cost >= best) continue
    best = cost
    found = seat
  }
  return found
}
