// What a legend shows of seats: every state by a mark of its own, and only shapes the chart has.

import { expect, test } from 'vitest'
import { LIGHT, signsOf } from '../sdk/index'
import { smallChart } from './fakes'

const namesOf = (change = {}) =>
  signsOf(smallChart(change), LIGHT, 'chart').map(({ name }) => name)

test('every state has a mark that no other has', () => {
  const marks = signsOf(smallChart(), LIGHT, 'chart').flatMap(({ mark }) => mark ?? [])
  expect(new Set(marks.map(({ d, width }) => `${d} ${width}`)).size).toBe(5)
})

test('shapes are those of the chart, in its colours', () => {
  const states = ['yours', 'held', 'reserved', 'sold', 'blocked']
  expect(namesOf({ flags: [0, 0, 0, 0, 0, 0] })).toEqual(states)
  const table = { label: 'T1', first: 0, count: 2, sale: 'whole' as const }
  expect(namesOf({ tables: [table] })).toEqual([...states, 'wheelchair', 'table'])
  const signs = signsOf(smallChart({ tables: [table] }), LIGHT, 'safe')
  expect(signs.find(({ name }) => name === 'table')?.edge).toBe('#0072b2')
})
