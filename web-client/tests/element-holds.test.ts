// What the element holds: nothing is called expired that the server says was extended or booked.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Own, RestClient, SeatStore, Status, type Booking, type Hold } from '../sdk/index'
import { ElementHolds } from '../sdk/element/holds'
import { SessionKeeper } from '../sdk/session'
import { fakeBooking, smallChart } from './fakes'

const START_MS = Date.parse('2026-01-01T18:00:00Z')
const at = (seconds: number) => new Date(START_MS + seconds * 1000).toISOString()

const open: ElementHolds[] = []

/** What another window says comes by the real clock, and is read by the test's. */
async function hears(expected: () => void): Promise<void> {
  await vi.waitFor(async () => {
    await vi.advanceTimersByTimeAsync(60)
    expected()
  })
}

/** A server with one visitor, who holds and has booked what the test says. */
function visit(base = '') {
  const own = { holds: [] as Hold[], bookings: [] as Booking[] }
  /** `unheard`: what is asked for is done, but the answer is lost, or a proxy's. */
  const state = { away: false, unheard: null as null | 'lost' | 'proxy', price: '' }
  const server = { ...own, ...state, asked: [] as string[] }
  const storage = {
    getItem: () => JSON.stringify({ token: 't', user_id: 1, expires_at: at(90_000) }),
    setItem: () => {},
    removeItem: () => {},
  }
  const hold = (seats: string[], until: number, id = 'h'): Hold => ({
    id,
    event_id: 1,
    seats,
    ...(server.price && { prices: seats.map(() => server.price) }),
    price_total: '10.00',
    currency: 'EUR',
    status: 'active',
    expires_at: at(until),
    version: 2,
  })
  const answer = (path: string, body: unknown): unknown => {
    if (path.startsWith('/holds?')) return { items: server.holds, total: server.holds.length }
    if (path.startsWith('/bookings?')) return { items: server.bookings, total: 0 }
    if (path.startsWith('/holds/')) {
      const { extend_seconds: more } = body as { extend_seconds: number }
      const [{ seats, expires_at }] = server.holds
      server.holds = [hold(seats, (Date.parse(expires_at) - START_MS) / 1000 + more)]
      return server.holds[0]
    }
    if (path === '/bookings') {
      const { seats } = body as { seats: string[] }
      const booking = fakeBooking({ seat_nos: seats, status: 'pending', version: 3 })
      server.holds = []
      server.bookings = [booking]
      return booking
    }
    if (path.endsWith('/unlock')) {
      server.holds = []
      return {}
    }
    const made = hold(['Left-1-1'], 10)
    server.holds = [made]
    const { id, expires_at, version } = made
    return { hold_id: id, expires_at, version, price: made.prices?.[0] }
  }
  const rest = new RestClient({
    base,
    sessions: new SessionKeeper(storage),
    wait: () => Promise.resolve(),
    fetch: (url, init) => {
      const path = (url as string).slice(base.length)
      server.asked.push(`${init?.method} ${path} ${(init?.body as string) ?? ''}`)
      if (server.away) return Promise.reject(new TypeError('network'))
      const body: unknown = JSON.parse((init?.body as string) ?? '{}')
      const said = JSON.stringify(answer(path, body))
      if (init?.method === 'GET' || !server.unheard) return Promise.resolve(new Response(said))
      if (server.unheard === 'lost') return Promise.reject(new TypeError('network'))
      return Promise.resolve(new Response('', { status: 503 }))
    },
  })
  const store = new SeatStore(smallChart())
  store.applySnapshot(1, new Uint8Array(6))
  const told: string[] = []
  const prices: string[] = []
  const tell = (what: string) => (seat: number, about: unknown) => {
    told.push(`${what} ${seat}`)
    const { price } = about as { price?: string }
    if (price !== undefined) prices.push(price)
  }
  const holds = new ElementHolds(rest, 1, store, {
    held: tell('held'),
    released: tell('released'),
    extended: tell('extended'),
    booked: tell('booked'),
    expired: tell('expired'),
    refused: tell('refused'),
    failed: () => void told.push('failed'),
  })
  store.subscribe((changed) => holds.noticeChange(changed))
  open.push(holds)
  const shows = (version: number, status: Status) =>
    store.applyDelta(version, Uint32Array.of(0), Uint8Array.of(status))
  return { server, store, holds, told, prices, hold, shows }
}

describe('holds of the element', () => {
  beforeEach(() => void vi.useFakeTimers({ now: START_MS }))
  afterEach(() => {
    for (const holds of open.splice(0)) holds.close()
    vi.useRealTimers()
  })

  test('a hold that ends is told of once, after the server has said so', async () => {
    const { server, store, holds, told } = visit()
    await holds.lock(0)
    server.holds = []
    await vi.advanceTimersByTimeAsync(9_000)
    expect(told).toEqual(['held 0'])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(told).toEqual(['held 0', 'expired 0'])
    expect(store.own[0]).toBe(Own.none)
    expect(holds.seatNos).toEqual([])
  })

  test('one that the page itself extended is not called expired', async () => {
    const { server, holds, told, hold } = visit()
    await holds.lock(0)
    server.holds = [hold(['Left-1-1'], 60)]
    await vi.advanceTimersByTimeAsync(20_000)
    expect(told).toEqual(['held 0', 'extended 0'])
    server.holds = []
    await vi.advanceTimersByTimeAsync(60_000)
    expect(told).toEqual(['held 0', 'extended 0', 'expired 0'])
  })

  test('one that the page itself booked is booked, not expired', async () => {
    const { server, store, holds, told, shows } = visit()
    await holds.lock(0)
    server.holds = []
    server.bookings = [fakeBooking({ seat_nos: ['Left-1-1'], status: 'pending' })]
    shows(3, Status.reserved)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(told).toEqual(['held 0', 'booked 0'])
    expect(store.own[0]).toBe(Own.booked)
    expect(holds.seatNos).toEqual([])
    shows(4, Status.available)
    expect(store.own[0]).toBe(Own.none)
    expect(told).toEqual(['held 0', 'booked 0'])
  })

  test('the element extends and books by itself, in the name of who is told', async () => {
    const { server, holds, told } = visit()
    await holds.lock(0)
    await holds.extend(180)
    const booking = await holds.book({ name: 'Anna', email: 'anna@example.com' })
    expect(booking.seat_nos).toEqual(['Left-1-1'])
    await vi.advanceTimersByTimeAsync(400_000)
    expect(told).toEqual(['held 0', 'extended 0', 'booked 0'])
    const asked = server.asked.find((one) => one.startsWith('POST /bookings'))
    expect(asked).toContain('"customer":{"name":"Anna","email":"anna@example.com"}')
  })

  test('while the server is away nothing is called expired; it is asked again', async () => {
    const { server, holds, told } = visit()
    await holds.lock(0)
    server.away = true
    await vi.advanceTimersByTimeAsync(30_000)
    expect(told).toEqual(['held 0'])
    server.away = false
    server.holds = []
    await vi.advanceTimersByTimeAsync(6_000)
    expect(told).toEqual(['held 0', 'expired 0'])
  })

  test('tells the price that the hold has fixed, to its end', async () => {
    const { server, store, holds, prices } = visit()
    server.price = '9.50'
    await holds.lock(0)
    expect([store.priceOf(0), store.priceOf(1)]).toEqual(['9.50', '10.00'])
    await holds.extend(60)
    await holds.unlock(0)
    expect(prices).toEqual(['9.50', '9.50', '9.50'])
    server.price = ''
    await holds.lock(0)
    await holds.book()
    expect(prices.slice(3)).toEqual(['10.00', '10.00'])
  })

  test.each(['lost', 'proxy'] as const)('what was done unheard is read: %s', async (unheard) => {
    const { server, store, holds, told } = visit()
    server.unheard = unheard
    await holds.lock(0)
    expect([told, store.own[0]]).toEqual([['refused 0'], Own.none])
    await vi.advanceTimersByTimeAsync(1_000)
    expect([told, store.own[0]]).toEqual([['refused 0', 'held 0'], Own.held])
    await holds.unlock(0)
    expect(store.own[0]).toBe(Own.held)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(told.slice(2)).toEqual(['refused 0', 'released 0'])
    server.holds = []
    await holds.take({ seats: ['Left-1-1'] })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(told.slice(4)).toEqual(['failed', 'held 0'])
    await expect(holds.book()).rejects.toThrow()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(told.slice(6)).toEqual(['booked 0'])
    expect([...store.own]).toEqual([Own.booked, 0, 0, 0, 0, 0])
  })

  test('while the server is away it is asked what it has done, for a while', async () => {
    const { server, holds, told, hold } = visit()
    server.away = true
    await holds.lock(0)
    await vi.advanceTimersByTimeAsync(20_000)
    server.away = false
    server.holds = [hold(['Left-1-1'], 170)]
    await vi.advanceTimersByTimeAsync(6_000)
    expect(told).toEqual(['refused 0', 'held 0'])
    server.holds = []
    await holds.unlock(0)
    server.away = true
    await holds.lock(1)
    await vi.advanceTimersByTimeAsync(600_000)
    const asked = server.asked.length
    await vi.advanceTimersByTimeAsync(600_000)
    expect(server.asked).toHaveLength(asked)
    // Until there is a reason again, such as a connection that is live again.
    server.away = false
    server.holds = [hold(['Left-1-2'], 1_400)]
    holds.refreshSoon()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(told.slice(2)).toEqual(['released 0', 'refused 1', 'held 1'])
  })

  test('a seat shown as free is lost, by news from after the lock only', async () => {
    const { holds, told, shows } = visit()
    await holds.lock(0)
    shows(2, Status.locked)
    shows(3, Status.available)
    expect(told).toEqual(['held 0', 'released 0'])
    expect(holds.seatNos).toEqual([])
  })

  test('what another window takes is held here, and what it gives back is free', async () => {
    const [here, there] = [visit(), visit()]
    await there.holds.lock(0)
    here.server.holds = there.server.holds
    await hears(() => expect(here.told).toEqual(['held 0']))
    expect(here.store.own[0]).toBe(Own.held)
    here.server.holds = []
    await there.holds.unlock(0)
    await hears(() => expect(here.told).toEqual(['held 0', 'released 0']))
    expect(there.told).toEqual(['held 0', 'released 0'])
    await there.holds.lock(0)
    here.server.bookings = [fakeBooking({ seat_nos: ['Left-1-1'], status: 'pending' })]
    await there.holds.book()
    await hears(() => expect(here.store.own[0]).toBe(Own.booked))
  })

  test('of another server nothing is heard, whatever the number of its event', async () => {
    const [here, there] = [visit('https://one.example'), visit('https://other.example')]
    await there.holds.lock(0)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(here.server.asked).toEqual([])
  })

  test('who looks at the page again is shown what has become of it meanwhile', async () => {
    const page = new EventTarget()
    const looks = { visibilityState: 'visible', baseURI: 'http://a/' }
    vi.stubGlobal('document', Object.assign(page, looks))
    const { server, holds, told, hold } = visit()
    server.holds = [hold(['Left-1-2'], 60)]
    page.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(told).toEqual(['held 1'])
    holds.close()
    server.asked.length = 0
    page.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(server.asked).toEqual([])
    vi.unstubAllGlobals()
  })

  test('a seat shown as free close to its end has run out', async () => {
    const { holds, told, shows } = visit()
    await holds.lock(0)
    shows(2, Status.locked)
    vi.setSystemTime(START_MS + 9_000)
    shows(3, Status.available)
    expect(told).toEqual(['held 0', 'expired 0'])
  })

  test('finds again what an earlier visit held and booked', async () => {
    const { server, store, holds, told, hold } = visit()
    server.holds = [hold(['Left-1-2'], 60)]
    server.bookings = [
      fakeBooking({ seat_nos: ['Right-1-1'] }),
      fakeBooking({ seat_nos: ['Right-1-2'], status: 'cancelled' }),
    ]
    await holds.refresh()
    await holds.refresh()
    expect(told).toEqual(['held 1'])
    expect([...store.own]).toEqual([Own.none, Own.held, Own.booked, Own.none, Own.none, Own.none])
    holds.close()
  })
})
