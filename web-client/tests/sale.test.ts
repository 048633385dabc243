// Whether seats can be had: from the first moment of the window, and not at its last.

import { expect, test } from 'vitest'
import { saleOf, saleTitle } from '../src/state/sale'

const at = (hour: number) => `2026-05-01T${String(hour).padStart(2, '0')}:00:00.000000Z`
const EVENT: Parameters<typeof saleOf>[0] = {
  sales_start: at(8),
  sales_end: at(18),
  start_time: at(20),
}

/** What is so a millisecond before this hour, and at it. */
const around = (event: typeof EVENT, hour: number) =>
  [-1, 0].map((ms) => saleOf(event, Date.parse(at(hour)) + ms).state)

test('seats can be had from the start of sales until their end', () => {
  expect(around(EVENT, 8)).toEqual(['before', 'open'])
  expect(around(EVENT, 18)).toEqual(['open', 'after'])
  expect(saleOf(EVENT, Date.parse(at(7))).at).toBe(at(8))
  expect(saleOf(EVENT, Date.parse(at(19))).at).toBe(at(18))
  expect(saleOf(EVENT, Date.parse(at(9))).at).toBeNull()
  expect([7, 9, 19].map((hour) => saleOf(EVENT, Date.parse(at(hour))).next)).toEqual([
    at(8),
    at(18),
    null,
  ])
})

test('without a window they can be had until the event begins', () => {
  const open = { ...EVENT, sales_start: null, sales_end: null }
  expect(around(open, 8)).toEqual(['open', 'open'])
  expect(around(open, 20)).toEqual(['open', 'after'])
})

test('an event is called sold out only while its seats could be had', () => {
  expect(saleTitle('open', false)).toBe('basket.empty')
  expect(saleTitle('open', true)).toBe('sale.soldOut')
  expect(saleTitle('after', true)).toBe('sale.after')
  expect(saleTitle('before', false)).toBe('sale.before')
})
