// One visitor's baskets in two windows, before one server.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Own, SeatStore, Status, type Booking, type Hold, type RestClient } from '../sdk/index'
import { Basket } from '../src/state/basket'
import { toasts } from '../src/state/toasts'
import { fakeBooking, smallChart } from './fakes'

const EVENT = 1
const FREE = Uint8Array.from([0, 0, 0, 0, 0, 0])

/** What the server knows of the visitor; every window asks it. */
function server() {
  const told = { holds: [] as Hold[], bookings: [] as Booking[], silent: false, price: '10.00' }
  const answer = async <Answer>(value: Answer) => {
    if (told.silent) throw new Error('no answer')
    return value
  }
  const rest = {
    now: () => Date.now(),
    holds: () => answer(told.holds),
    bookings: () => answer(told.bookings),
    lock: async (_: number, seatNo: string) => {
      const { price } = told
      const hold = { ...holdOf(seatNo, 60_000), prices: [price], price_total: price }
      told.holds = [hold]
      return { hold_id: hold.id, seat_no: seatNo, price, expires_at: hold.expires_at, version: 2 }
    },
    book: async (_: number, seats: string[]) => {
      const booking = fakeBooking({ seat_nos: seats, status: 'pending', expires_at: inMs(60_000) })
      Object.assign(told, { holds: [], bookings: [booking] })
      return booking
    },
  }
  return { told, rest: rest as unknown as RestClient }
}

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()

const holdOf = (seatNo: string, ms: number): Hold => ({
  id: 'h',
  event_id: EVENT,
  seats: [seatNo],
  price_total: '10.00',
  currency: 'EUR',
  status: 'active',
  expires_at: inMs(ms),
  version: 2,
})

const open: Basket[] = []

function windowOf(rest: RestClient) {
  const store = new SeatStore(smallChart())
  store.applySnapshot(1, FREE)
  const basket = new Basket(rest, EVENT, store)
  open.push(basket)
  return { store, basket, itemsOf: () => basket.view.get().items.map(({ seat }) => seat) }
}

/** The same house, with other prices since. */
const dearer = () => {
  const [a, b] = smallChart().categories.map(({ key, label }) => ({ key, label, price: '25.00' }))
  return new SeatStore(smallChart({ layout: 'dearer', categories: [a, b] }))
}

const words = () => toasts.get().map(({ text }) => text)

describe('basket', () => {
  beforeEach(() => toasts.set([]))
  afterEach(() => open.splice(0).forEach((basket) => basket.close()))

  test('what one window takes and books, another of the same visitor has too', async () => {
    const { rest } = server()
    const [a, b] = [windowOf(rest), windowOf(rest)]
    await a.basket.lock(0)
    await vi.waitFor(() => expect(b.store.own[0]).toBe(Own.held))
    await b.basket.book()
    await vi.waitFor(() => expect(a.store.own[0]).toBe(Own.booked))
    expect([a.itemsOf(), words()]).toEqual([[], []])
  })

  test('shows what is charged: the price of the time when the seat was taken', async () => {
    const { rest, told } = server()
    const before = windowOf(rest)
    told.price = '9.50'
    await before.basket.lock(0)
    expect(before.basket.view.get().items.map(({ price }) => price)).toEqual(['9.50'])
    // Prices are changed, and the page loads the map anew.
    const store = dearer()
    const basket = new Basket(rest, EVENT, store)
    open.push(basket)
    await basket.refresh()
    expect(basket.view.get().items.map(({ price }) => price)).toEqual(['9.50'])
    expect([store.priceOf(0), store.priceOf(1)]).toEqual(['9.50', '25.00'])
  })

  test.each([Status.reserved, Status.sold])(
    'a held seat that the map shows as %i has gone on elsewhere, and is asked after',
    async (status) => {
      const { rest, told } = server()
      const { basket, store, itemsOf } = windowOf(rest)
      await basket.lock(0)
      store.applyDelta(2, Uint32Array.of(0), Uint8Array.of(Status.locked))
      const booking = fakeBooking({ seat_nos: ['Left-1-1'] })
      Object.assign(told, { holds: [], bookings: [booking] })
      store.applyDelta(3, Uint32Array.of(0), Uint8Array.of(status))
      await vi.waitFor(() => expect(store.own[0]).toBe(Own.booked))
      expect([itemsOf(), words()]).toEqual([[], []])
    },
  )

  test('a hold that was given more time elsewhere is not called over', async () => {
    const { rest, told } = server()
    const { basket, itemsOf } = windowOf(rest)
    told.holds = [holdOf('Left-1-1', 300)]
    await basket.refresh()
    told.holds = [holdOf('Left-1-1', 60_000)]
    await vi.waitFor(() => {
      expect(basket.view.get().items[0].expiresAt).toBeGreaterThan(Date.now() + 10_000)
    }, 5_000)
    expect([itemsOf(), words()]).toEqual([[0], []])
  })

  test.each([false, true])('a hold that is over is called so, silence: %s', async (silent) => {
    const { rest, told } = server()
    const { basket, itemsOf } = windowOf(rest)
    told.holds = [holdOf('Left-1-1', 300)]
    await basket.refresh()
    Object.assign(told, { holds: [], silent })
    await vi.waitFor(() => expect(words()).toEqual(['Time is up: Left, row 1: seat 1']), 5_000)
    expect(itemsOf()).toEqual([])
    // The basket goes on saying so until the visitor chooses again.
    toasts.set([])
    expect(basket.view.get().timeUp).toEqual(['Left-1-1'])
    told.silent = false
    await basket.refresh()
    expect(basket.view.get().timeUp).toEqual(['Left-1-1'])
    await basket.lock(1)
    expect(basket.view.get().timeUp).toEqual([])
  })
})
