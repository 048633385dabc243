// What stands on the lines of a basket, and how much more fits into it.

import { describe, expect, test } from 'vitest'
import type { Booking, Hold, SeatmapEvent } from '../sdk/index'
import { itemsOf, linesOf, nextEnd, seatsLeftFor, type BasketItem } from '../src/state/basket-item'
import { fakeBooking, smallChart } from './fakes'

const item = (seat: number, expiresAt: number | null = null): BasketItem => ({
  seat,
  seatNo: String(seat),
  price: '10.00',
  state: 'held',
  holdId: 'hold',
  expiresAt,
  version: 1,
})

const booking = (change: Partial<Booking>): Booking =>
  fakeBooking({ status: 'pending', expires_at: '2030-01-01T00:15:00.000000Z', ...change })

describe('basket', () => {
  test('puts a table sold whole and the places of an area on a line each', () => {
    const tables = [{ label: 'T', first: 2, count: 2, sale: 'whole' as const }]
    const lines = linesOf(smallChart({ tables }), [0, 4, 2, 1, 3, 5].map((seat) => item(seat)))
    expect(lines.map(({ kind, items }) => [kind, items.map(({ seat }) => seat)])).toEqual([
      ['seat', [0]],
      ['places', [4, 5]],
      ['table', [2, 3]],
      ['seat', [1]],
    ])
  })

  test('seats of a table sold one by one stay apart', () => {
    const tables = [{ label: 'T', first: 2, count: 2, sale: 'seat' as const }]
    expect(linesOf(smallChart({ tables }), [item(2), item(3)])).toHaveLength(2)
  })

  test('costs what the hold says, and the map’s price where a server doesn’t tell', () => {
    const hold = {
      id: 'h',
      seats: ['Left-1-2', 'gone', 'Right-1-1'],
      prices: ['8.00', '1.00', '6.25'],
      expires_at: '2030-01-01T00:15:00.000000Z',
      version: 2,
    }
    const pricesOf = (held: object) =>
      itemsOf(smallChart(), held as Hold, 0).map(({ seatNo, price }) => [seatNo, price])
    expect(pricesOf(hold)).toEqual([['Left-1-2', '8.00'], ['Right-1-1', '6.25']])
    const untold = { ...hold, prices: undefined }
    expect(pricesOf(untold)).toEqual([['Left-1-2', '10.00'], ['Right-1-1', '7.50']])
  })

  test('counts held and booked seats against the limit, but not those of ended bookings', () => {
    const event = { max_seats_per_user: 5 } as SeatmapEvent
    const view = { items: [item(0)], bookings: [booking({})], timeUp: [], busy: false }
    expect(seatsLeftFor(event, view)).toBe(2)
    const ended = [booking({ status: 'expired' }), booking({ status: 'cancelled' })]
    expect(seatsLeftFor(event, { ...view, bookings: ended })).toBe(4)
  })

  test('ends next with the earliest hold or unpaid booking', () => {
    const due = Date.parse('2030-01-01T00:15:00Z')
    const items = [item(0), item(1, due + 5)]
    const view = { items, bookings: [booking({})], timeUp: [], busy: false }
    expect(nextEnd(view)).toBe(due)
    expect(nextEnd({ ...view, bookings: [booking({ status: 'confirmed' })] })).toBe(due + 5)
    expect(nextEnd({ items: [], bookings: [], timeUp: [], busy: false })).toBeNull()
  })
})
