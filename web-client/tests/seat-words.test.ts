// What a ticket says of its seats.

import { expect, test } from 'vitest'
import { notesOf } from '../src/seat-words'
import { smallChart } from './fakes'

test('restrictions are told with the seats they are meant for, aisles are not', () => {
  const chart = smallChart({ flags: [4, 8, 1 | 4, 0, 0, 0] })
  expect(notesOf(chart, ['Left-1-1', 'Left-1-2', 'Right-1-1'])).toEqual([
    'Wheelchair space · Right, row 1: seat 1',
    'Restricted view · Left, row 1: seat 1; Right, row 1: seat 1',
  ])
  expect(notesOf(chart, ['Left-1-2', 'Right-1-2', 'gone'])).toEqual([])
})
