// What is left of a section and from which price, for all prices or for some; and which section it
// is that one looks at.

import { describe, expect, test } from 'vitest'
import { SeatStore, Status } from '../sdk/index'
import { sectionAt } from '../src/state/nearby'
import { houseSum, sectionSums } from '../src/state/sums'
import { smallChart } from './fakes'

/** Both sections with a seat of each price; the last of the left one is sold. */
function mixed(): SeatStore {
  const store = new SeatStore(smallChart({ category: [0, 1, 0, 1, 1, 1] }))
  const { available, sold } = Status
  store.applySnapshot(1, Uint8Array.of(available, sold, available, available, available, available))
  return store
}

describe('a sum', () => {
  test('is of all seats while no price is chosen', () => {
    const store = mixed()
    expect(sectionSums(store, null)).toEqual([
      { left: 1, seats: 2, from: '10.00' },
      { left: 2, seats: 2, from: '7.50' },
      { left: 0, seats: 0, from: null },
    ])
    expect(houseSum(store, null)).toEqual({ left: 5, seats: 6, from: '7.50' })
  })

  test('is of the chosen prices alone', () => {
    const store = mixed()
    expect(sectionSums(store, new Set([1]))).toEqual([
      { left: 0, seats: 1, from: null },
      { left: 1, seats: 1, from: '7.50' },
      { left: 0, seats: 0, from: null },
    ])
    expect(sectionSums(store, new Set([0, 1]))).toEqual(sectionSums(store, null))
    expect(houseSum(store, new Set([0]))).toEqual({ left: 2, seats: 2, from: '10.00' })
  })
})

test('the section at a point is the one around it, on the storey that is shown', () => {
  const chart = smallChart()
  expect(sectionAt(chart, -1, 1000, 0)).toBe(1)
  expect(sectionAt(chart, -1, 25, 0)).toBe(0)
  expect(sectionAt(chart, -1, 600, -500)).toBe(-1)
  const floors = smallChart({
    floors: ['Stalls', 'Balcony'],
    sections: [
      { label: 'Left', floor: 'Stalls' },
      { label: 'Right', floor: 'Balcony' },
      { label: 'Floor', floor: 'Stalls' },
    ],
  })
  expect(sectionAt(floors, 0, 1000, 0)).toBe(-1)
  expect(sectionAt(floors, 1, 1000, 0)).toBe(1)
})
