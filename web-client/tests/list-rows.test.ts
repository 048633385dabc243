// What the list shows of a section: its rows, and none of the places of an area within it.

import { expect, test } from 'vitest'
import { nextSeat, rowsOf, seatsBetween } from '../sdk/index'
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

test('keys lead from seat to seat of the rows, and nowhere beyond them', () => {
  const rows = [
    { section: 0, label: '1', prefix: 'Left-1-', first: 0, count: 3 },
    { section: 0, label: '2', prefix: 'Left-2-', first: 5, count: 2 },
  ]
  const to = (seat: number, key: string) => nextSeat(rows, seat, key)
  expect([to(0, 'ArrowRight'), to(2, 'ArrowRight'), to(0, 'ArrowLeft')]).toEqual([1, -1, -1])
  expect([to(2, 'ArrowDown'), to(6, 'ArrowDown'), to(6, 'ArrowUp')]).toEqual([6, -1, 1])
  expect([to(1, 'Home'), to(1, 'End'), to(1, 'Enter'), to(4, 'Home')]).toEqual([0, 2, -1, -1])
  expect(seatsBetween(6, 4)).toEqual([4, 5, 6])
})
