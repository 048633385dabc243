// The organiser's figures and words: a booking's story, what came in over time, what a token is.

import { describe, expect, test } from 'vitest'
import { tokenIn } from '../src/organise/access'
import { stepsOf } from '../src/organise/booking-history'
import { accrue } from '../src/organise/plot-options'
import { fakeBooking } from './fakes'

const change = (version: number, seat_no: string, to: string, more: object = {}) => ({
  version,
  seat_no,
  seat_index: 0,
  from: '',
  to,
  cause: 'confirm',
  actor: 9,
  reason: null,
  booking_id: 7,
  at: `2026-01-01T18:00:0${version}.000000Z`,
  ...more,
})

const bucket = (sold: number, sold_amount: string, cancelled = 0, cancelled_amount = '0.00') => ({
  start: '2026-01-01T18:00:00.000000Z',
  version: 1,
  locked: 0,
  released: 0,
  reserved: 0,
  sold,
  cancelled,
  sold_amount,
  cancelled_amount,
})

describe('a booking’s story', () => {
  test('puts together what was done at once, and tells it in order', () => {
    const changes = [
      change(5, 'S001', 'available', { cause: 'cancel', reason: 'ill' }),
      change(5, 'S002', 'available', { cause: 'cancel', reason: 'ill' }),
      change(5, 'S002', 'available', { cause: 'cancel', reason: 'ill' }),
      change(3, 'S001', 'sold'),
      change(3, 'S002', 'sold'),
      change(2, 'S001', 'reserved'),
    ]
    const steps = stepsOf(fakeBooking(), changes, [])
    expect(steps.map(({ what, seats, reason }) => [what, seats, reason])).toEqual([
      ['booked', ['S001'], null],
      ['sold', ['S001', 'S002'], null],
      ['cancelled', ['S001', 'S002'], 'ill'],
    ])
  })

  test('begins with the booking when the log no longer reaches back', () => {
    const due = change(4, 'S001', 'available', { cause: 'booking_expiry', actor: null })
    const steps = stepsOf(fakeBooking(), [due], [])
    expect(steps.map(({ what, actor }) => [what, actor])).toEqual([
      ['booked', 9],
      ['expired', null],
    ])
  })

  test('tells who came in and who was taken back', () => {
    const step = { booking_id: 7, booking_ref: 'SM-1', seat_index: 0, actor: 3 }
    const door = [
      { ...step, seat_no: 'S001', action: 'in' as const, at: '2026-01-02T19:00:00.000000Z' },
      { ...step, seat_no: 'S001', action: 'out' as const, at: '2026-01-02T19:01:00.000000Z' },
    ]
    const steps = stepsOf(fakeBooking(), [], door)
    expect(steps.map(({ what }) => what)).toEqual(['booked', 'in', 'out'])
  })
})

test('what came in adds up exactly, and what was given back goes out', () => {
  const buckets = [
    bucket(1, '0.10'),
    bucket(2, '0.20'),
    bucket(0, '0.00'),
    bucket(0, '0.00', 3, '0.30'),
  ]
  const span = { from: '', to: '', bucket_seconds: 60 }
  const head = { epoch: 'a', version: 1, chart_version: 0, currency: 'EUR', ...span }
  const points = accrue({ ...head, buckets })
  expect(points.map(({ amount }) => amount)).toEqual(['0.10', '0.30', '0.30', '0.00'])
  expect(points.map(({ moved }) => moved)).toEqual([true, true, false, true])
})

test('a token is told from what is none', () => {
  expect(tokenIn(' Bearer aaa.bb-b.c_c\n')).toBe('aaa.bb-b.c_c')
  expect(tokenIn('aaa.bbb.ccc')).toBe('aaa.bbb.ccc')
  for (const text of ['', 'aaa', 'aaa.bbb', 'a.b.c.d', 'a b.c.d']) expect(tokenIn(text)).toBeNull()
})
