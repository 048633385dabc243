// What the list shows of a section: its rows, and none of the places of an area within it.

import { expect, test } from 'vitest'
import { rowsOf } from '../src/state/list-rows'
import { smallChart } from './fakes'

test('places of an area in a section are not listed as its seats', () => {
  const rows = [
    { section: 0, label: '1', prefix: 'Left-1-', first: 0, count: 2 },
    { section: 1, label: '1', prefix: 'Right-1-', first: 2, count: 2 },
    { section: 1, label: '', prefix: 'Floor-', first: 4, count: 2 },
    { section: 1, label: '2', prefix: 'Right-2-', first: 6, count: 0 },
  ]
  const chart = smallChart({ rows })
  expect(rowsOf(chart, 0).map(({ first }) => first)).toEqual([0])
  expect(rowsOf(chart, 1).map(({ first }) => first)).toEqual([2])
  expect(chart.sections[1].seats).toBe(2)
})
