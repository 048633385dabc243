// The store: counts always equal the statuses, and listeners hear exactly what changed.

import { describe, expect, test } from 'vitest'
import { Own, SeatStore, Status } from '../sdk/index'
import { smallChart } from './fakes'

const free = () => {
  const store = new SeatStore(smallChart())
  store.applySnapshot(1, new Uint8Array(6))
  return store
}

/** Counts again from the statuses, the slow and certain way. */
function recount(store: SeatStore, category: number, status: number): number {
  const { chart, statuses } = store
  return statuses.reduce(
    (count, is, seat) => count + Number(is === status && chart.category[seat] === category),
    0,
  )
}

describe('seat store', () => {
  test('says whether statuses have changed, or what is the visitor’s own', () => {
    const store = free()
    const heard: string[] = []
    store.subscribe((changed, what) => heard.push(`${what} ${changed.join(' ')}`))
    store.setOwn(1, Own.pending)
    store.applyDelta(2, Uint32Array.of(1), Uint8Array.of(Status.locked))
    store.setOwn(1, Own.held)
    expect(heard).toEqual(['own 1', 'status 1', 'own 1'])
  })

  test('keeps the price that a hold has fixed for as long as the seat is the visitor’s', () => {
    const store = free()
    const heard: number[] = []
    store.subscribe((changed) => heard.push(...changed))
    store.setOwn(1, Own.pending)
    store.setOwn(1, Own.held, '4.00')
    store.setOwn(1, Own.pending)
    expect([store.priceOf(0), store.priceOf(1)]).toEqual(['10.00', '4.00'])
    store.setOwn(1, Own.none)
    expect(store.priceOf(1)).toBe('10.00')
    expect(heard).toEqual([1, 1, 1, 1])
  })

  test('knows nothing before the first snapshot, even one of version 0', () => {
    const store = new SeatStore(smallChart())
    expect(store.ready).toBe(false)
    store.applySnapshot(0, new Uint8Array(6))
    expect([store.ready, store.version]).toEqual([true, 0])
  })

  test('an area admits no more than its capacity, whatever places it has', () => {
    const areas = [{ label: 'Floor', first: 4, count: 2, capacity: 1 }]
    const store = new SeatStore(smallChart({ areas }))
    store.applySnapshot(1, new Uint8Array(6))
    expect(store.placesLeft(0)).toBe(1)
    store.applyDelta(2, Uint32Array.of(4), Uint8Array.of(Status.sold))
    expect(store.placesLeft(0)).toBe(0)
  })

  test('what can be taken one by one is free, nobody’s, and at no table sold whole', () => {
    const tables = [{ label: 'T', first: 2, count: 2, sale: 'whole' as const }]
    const store = new SeatStore(smallChart({ tables, areas: [] }))
    store.applySnapshot(1, Uint8Array.of(0, 0, 0, 0, Status.sold, 0))
    store.setOwn(1, Own.held)
    expect(store.takeable([0, 1, 2, 4, 5])).toEqual([0, 5])
  })

  test('a snapshot sets everything and names what differs', () => {
    const store = free()
    const heard: number[][] = []
    store.subscribe((changed) => heard.push([...changed]))
    store.applySnapshot(2, Uint8Array.of(0, 1, 0, 3, 0, 0))
    expect(heard).toEqual([[1, 3]])
    expect(store.version).toBe(2)
    expect([...store.statuses]).toEqual([0, 1, 0, 3, 0, 0])
  })

  test('a delta is absolute: applied twice it changes once', () => {
    const store = free()
    const heard: number[][] = []
    store.subscribe((changed) => heard.push([...changed]))
    store.applyDelta(2, Uint32Array.of(0, 5), Uint8Array.of(1, 2))
    store.applyDelta(3, Uint32Array.of(0, 5), Uint8Array.of(1, 2))
    expect(heard).toEqual([[0, 5]])
    expect(store.version).toBe(3)
  })

  test('counts follow a thousand random changes', () => {
    const store = free()
    let random = 42
    const next = (below: number) => {
      random = (random * 1103515245 + 12345) % 2 ** 31
      return Math.floor((random / 2 ** 31) * below)
    }
    for (let version = 2; version < 1000; version += 1) {
      store.applyDelta(version, Uint32Array.of(next(6)), Uint8Array.of(next(5)))
    }
    for (const category of [0, 1]) {
      for (const status of Object.values(Status)) {
        expect(store.countOf(category, status)).toBe(recount(store, category, status))
      }
    }
  })

  test('sections and areas are counted apart', () => {
    const store = free()
    store.applyDelta(2, Uint32Array.of(0, 4), Uint8Array.of(3, 3))
    expect(store.sectionCountOf(0, Status.available)).toBe(1)
    expect(store.sectionCountOf(1, Status.available)).toBe(2)
    expect(store.areaCountOf(0, Status.available)).toBe(1)
  })

  test('the first that is heard is told, also where nothing is for sale', () => {
    const store = new SeatStore(smallChart())
    const heard: number[][] = []
    store.subscribe((changed) => heard.push([...changed]))
    expect(store.ready).toBe(false)
    store.applySnapshot(1, new Uint8Array(6).fill(Status.blocked))
    expect(store.ready).toBe(true)
    expect(heard).toEqual([[]])
    store.applySnapshot(2, new Uint8Array(6).fill(Status.blocked))
    expect(heard).toHaveLength(1)
  })

  test("one's own mark is told, and never touches the status", () => {
    const store = free()
    const heard: number[][] = []
    const unsubscribe = store.subscribe((changed) => heard.push([...changed]))
    store.setOwn(2, Own.held)
    store.setOwn(2, Own.held)
    unsubscribe()
    store.setOwn(2, Own.none)
    expect(heard).toEqual([[2]])
    expect(store.statuses[2]).toBe(Status.available)
  })

  test('refuses what does not fit the chart', () => {
    const store = free()
    expect(() => store.applySnapshot(2, new Uint8Array(5))).toThrow(RangeError)
    expect(() => store.applyDelta(2, Uint32Array.of(6), Uint8Array.of(1))).toThrow(RangeError)
  })
})
