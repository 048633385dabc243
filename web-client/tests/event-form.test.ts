// What is sent of an event's form: all that was entered for a new one, and of one that is there
// only what is otherwise than before.

import { describe, expect, test } from 'vitest'
import { decodeEvent } from '../sdk/event'
import { draftOf, readChange, readNew } from '../src/organise/event-form'
import { smallChart } from './fakes'

const CATEGORIES = [
  { key: 'a', label: 'A', color: '#ff0000' },
  { key: 'b', label: 'B', color: '#00ff00' },
]

function dataOf(fields: Record<string, string>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  return data
}

const FIELDS = {
  name: ' Matinée ',
  venue: 'Playhouse',
  start: '2030-05-01T19:30',
  end: '2030-05-01T22:00',
  from: '',
  until: '',
  orphans: 'strict',
  'price-a': '10,00',
  'price-b': '7.50',
}

const iso = (local: string) => new Date(local).toISOString()

describe('a new event', () => {
  test('leaves to the server what was left empty', () => {
    const more = { lock: '', pay: '', most: '', cancel: 'owner', description: '' }
    expect(readNew(dataOf({ ...FIELDS, ...more }), 3, CATEGORIES, 'EUR')).toEqual({
      name: 'Matinée',
      venue: 'Playhouse',
      start_time: iso('2030-05-01T19:30'),
      end_time: iso('2030-05-01T22:00'),
      orphan_rule: 'strict',
      chart_id: 3,
      prices: { a: '10.00', b: '7.50' },
      currency: 'EUR',
      cancel_confirmed: 'owner',
    })
  })

  test('says minutes in seconds', () => {
    const more = { lock: '5', pay: '20', most: '4', cancel: 'never', description: 'Two\nlines' }
    expect(readNew(dataOf({ ...FIELDS, ...more }), 3, CATEGORIES, 'EUR')).toMatchObject({
      lock_seconds: 300,
      booking_seconds: 1200,
      max_seats_per_user: 4,
      cancel_confirmed: 'never',
      description: 'Two\nlines',
    })
  })
})

describe('a change', () => {
  const chart = smallChart()
  const event = decodeEvent({
    id: 1,
    name: 'Matinée',
    venue: 'Playhouse',
    start_time: '2030-05-01T19:30:00.000000Z',
    end_time: '2030-05-01T22:00:00.000000Z',
    sales_end: '2030-05-01T19:30:00.000000Z',
    orphan_rule: 'strict',
  })
  const fields = { ...FIELDS, ...draftOf(event), description: '' }

  test('is nothing when nothing was changed', () => {
    expect(readChange(dataOf(fields), event, chart)).toEqual({})
  })

  test('names what was changed, prices as a whole', () => {
    const other = { ...fields, venue: 'Elsewhere', 'price-b': '8', description: 'New' }
    expect(readChange(dataOf(other), event, chart)).toEqual({
      venue: 'Elsewhere',
      description: 'New',
      prices: { a: '10.00', b: '8' },
    })
  })

  test('moves the end of sales with the beginning, unless that was told', () => {
    const start = '2030-05-02T19:30'
    const moved = { ...fields, start, end: '2030-05-02T22:00' }
    expect(readChange(dataOf(moved), event, chart)).toEqual({
      start_time: iso(start),
      end_time: iso('2030-05-02T22:00'),
      sales_end: iso(start),
    })
    const told = { ...moved, until: '2030-05-01T12:00' }
    expect(readChange(dataOf(told), event, chart).sales_end).toBe(iso('2030-05-01T12:00'))
  })
})
