// What a ticket says of its seats, and what is said aloud of the one pointed at.

import { expect, test } from 'vitest'
import { SeatStore, Status } from '../sdk/index'
import { hoverWords, notesOf } from '../src/seat-words'
import { smallChart } from './fakes'

test('restrictions are told with the seats they are meant for, aisles are not', () => {
  const chart = smallChart({ flags: [4, 8, 1 | 4, 0, 0, 0] })
  expect(notesOf(chart, ['Left-1-1', 'Left-1-2', 'Right-1-1'])).toEqual([
    'Wheelchair space · Right, row 1: seat 1',
    'Restricted view · Left, row 1: seat 1; Right, row 1: seat 1',
  ])
  expect(notesOf(chart, ['Left-1-2', 'Right-1-2', 'gone'])).toEqual([])
})

test('of the seat pointed at all is said aloud that the tooltip shows', () => {
  const store = new SeatStore(smallChart({ flags: [4, 0, 0, 0, 0, 0] }))
  store.applySnapshot(1, new Uint8Array(6))
  const place = { x: 0, y: 0, radius: 10, room: 390, alternative: [] }
  const hover = { ...place, seat: 0, orphans: [], range: 0, again: true }
  expect(hoverWords(store, hover, false)).toBe(
    'Left, row 1, seat 1, A, €10, Available, Restricted view. Tap again to take it',
  )
  expect(hoverWords(store, { ...hover, orphans: [1] }, true)).toMatch(
    /left: 2\. Tap again to see what can be taken instead$/,
  )
  expect(hoverWords(store, { ...hover, again: false, range: 2 }, false)).toMatch(
    /Restricted view\. 2 seats marked, Enter chooses$/,
  )
  store.applySnapshot(2, Uint8Array.from([Status.sold, 0, 0, 0, 0, 0]))
  expect(hoverWords(store, hover, false)).toMatch(/Sold, Restricted view$/)
})
