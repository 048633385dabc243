// The visitor's bookings over all events: those that stand, of events to come, the next first.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { decodeEvent } from '../sdk/event'
import type { Booking } from '../sdk/index'
import { bookedIn, ownBookings, rememberBooked } from '../src/state/own-bookings'
import { fakeBooking } from './fakes'

const event = (id: number, start: string, end: string) =>
  decodeEvent({ id, start_time: start, end_time: end })

const NOW = Date.parse('2026-05-01T12:00:00Z')

describe('own bookings', () => {
  beforeEach(() => {
    const kept = new Map<string, string>()
    const localStorage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    }
    vi.stubGlobal('window', { localStorage })
  })
  afterEach(() => void vi.unstubAllGlobals())

  test('are remembered by event, the last first, and not for ever', () => {
    for (let id = 1; id <= 25; id += 1) rememberBooked(id)
    rememberBooked(20)
    expect(bookedIn()).toHaveLength(20)
    expect(bookedIn().slice(0, 3)).toEqual([20, 25, 24])
    window.localStorage.setItem('seatmap.booked', '{"no":"list"}')
    expect(bookedIn()).toEqual([])
    window.localStorage.setItem('seatmap.booked', 'no JSON')
    expect(bookedIn()).toEqual([])
  })

  test('are those that stand, of events to come, and nobody asks about others', async () => {
    for (const id of [1, 2, 3]) rememberBooked(id)
    const late = event(1, '2026-06-02T18:00:00Z', '2026-06-02T20:00:00Z')
    const soon = event(2, '2026-05-01T11:00:00Z', '2026-05-01T13:00:00Z')
    const over = event(3, '2026-04-30T18:00:00Z', '2026-04-30T20:00:00Z')
    const other = event(4, '2026-06-01T18:00:00Z', '2026-06-01T20:00:00Z')
    const made: Record<number, Booking[]> = {
      1: [fakeBooking({ id: 11 }), fakeBooking({ id: 12, status: 'cancelled' })],
      2: [fakeBooking({ id: 21, status: 'pending' })],
    }
    const bookings = vi.fn((id: number) => Promise.resolve(made[id]))
    const own = await ownBookings({ bookings, now: () => NOW }, [late, other, over, soon])
    expect(own.map(({ booking }) => booking.id)).toEqual([21, 11])
    expect(bookings.mock.calls.flat().sort()).toEqual([1, 2])
  })
})
