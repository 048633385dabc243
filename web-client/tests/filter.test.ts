// What the filter lets through, and which seat is offered instead of one that is gone.

import { describe, expect, test } from 'vitest'
import { Own, SeatStore } from '../sdk/index'
import { nearestAlternative } from '../src/state/alternative'
import { highlightOf, NO_FILTER, pricesOf, toggled } from '../src/state/filter'
import { smallChart } from './fakes'

describe('filter', () => {
  const chart = smallChart()

  test('of nothing lets everything through', () => {
    expect(highlightOf(chart, NO_FILTER)).toBeNull()
    expect(highlightOf(chart, toggled(toggled(NO_FILTER, 1), 1))).toBeNull()
  })

  test('takes categories, a highest price, and both', () => {
    expect(highlightOf(chart, toggled(NO_FILTER, 0))).toEqual(new Set([0]))
    expect(highlightOf(chart, { ...NO_FILTER, maxPrice: '7.5' })).toEqual(new Set([1]))
    expect(highlightOf(chart, { ...toggled(NO_FILTER, 0), maxPrice: '7.50' })).toEqual(new Set())
  })

  test('knows the prices, cheapest first', () => {
    expect(pricesOf(chart)).toEqual(['7.50', '10.00'])
  })
})

describe('alternative', () => {
  const chart = smallChart({
    x: [0, 50, 100, 60, 500, 520],
    y: [0, 0, 0, 80, 400, 400],
    category: [0, 0, 0, 0, 1, 1],
    flags: [8, 0, 0, 0, 0, 0],
    rows: [
      { section: 0, label: '1', prefix: 'Left-1-', first: 0, count: 3 },
      { section: 1, label: '1', prefix: 'Right-1-', first: 3, count: 1 },
      { section: 2, label: '', prefix: 'Floor-', first: 4, count: 2 },
    ],
  })
  const store = () => {
    const made = new SeatStore(chart)
    made.applySnapshot(1, new Uint8Array(6))
    return made
  }

  test('prefers the same row to a seat behind that is as near', () => {
    expect(nearestAlternative(store(), 1)).toBe(0)
  })

  test('offers no wheelchair space to who wanted a seat', () => {
    const some = new SeatStore(smallChart({ flags: [0, 1, 0, 0, 0, 0] }))
    some.applySnapshot(1, new Uint8Array(6))
    expect(nearestAlternative(some, 0)).toBe(-1)
  })

  test('leaves out what is taken, one’s own, and other prices', () => {
    const some = store()
    some.applyDelta(2, Uint32Array.of(0), Uint8Array.of(3))
    some.setOwn(2, Own.held)
    expect(nearestAlternative(some, 1)).toBe(3)
    some.applyDelta(3, Uint32Array.of(3), Uint8Array.of(1))
    expect(nearestAlternative(some, 1)).toBe(-1)
  })
})
