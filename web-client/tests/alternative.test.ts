// The seat that is offered instead: one that can be had, and where people wanted to sit.

import { expect, test } from 'vitest'
import { SeatStore, type SeatmapJson } from '../sdk/index'
import { nearestAlternative } from '../src/state/alternative'
import { smallChart } from './fakes'

/** All seats cost the same; seat 0 has gone. */
function instead(change: Partial<SeatmapJson>, taken: number[] = []): number {
  const category = [0, 0, 0, 0, 0, 0]
  const store = new SeatStore(smallChart({ category, flags: [], ...change }))
  const statuses = new Uint8Array(6)
  for (const seat of [0, ...taken]) statuses[seat] = 3
  store.applySnapshot(1, statuses)
  return nearestAlternative(store, 0)
}

test('the nearest free seat of the price is offered, the row first', () => {
  expect(instead({})).toBe(1)
  expect(instead({}, [1])).toBe(2)
  expect(instead({}, [1, 2, 3])).toBe(-1)
})

test('a seat of a table sold whole is not offered, one of any other table is', () => {
  const table = { label: 'T', first: 1, count: 1 }
  expect(instead({ tables: [{ ...table, sale: 'seat' }] })).toBe(1)
  expect(instead({ tables: [{ ...table, sale: 'whole' }] })).toBe(2)
})

test('another storey is offered only when there is nothing on the same', () => {
  const sections = ['Stalls', 'Balcony', 'Stalls'].map((floor, at) => ({ label: `${at}`, floor }))
  const rows = [0, 1, 2].map((section) => ({
    section,
    label: '1',
    prefix: `${section}-`,
    first: section * 2,
    count: 2,
  }))
  // Seats of the balcony hang over the first row, those of the last row are far away.
  const house = { sections, rows, areas: [], x: [0, 50, 0, 50, 9_000, 9_050] }
  expect(instead(house, [1])).toBe(4)
  expect(instead(house, [1, 4, 5])).toBe(2)
})
