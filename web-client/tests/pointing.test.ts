// What is told of the seat pointed at: by a finger's tap, for a while, and first of all where
// something speaks against it; and where it is, while the map moves.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Own, SeatStore, Status, type SeatHover } from '../sdk/index'
import { Pointing, type PointingParts } from '../sdk/renderer/pointing'
import { smallChart } from './fakes'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A row of four seats, the first with a restricted view, and who points at them. */
function finger() {
  const chart = smallChart({
    rows: [{ section: 0, label: '1', prefix: '1-', first: 0, count: 4 }],
    x: [0, 50, 100, 150, 500, 520],
    category: [0, 0, 0, 0, 1, 1],
    flags: [4, 0, 0, 0, 0, 0],
    areas: [],
  })
  const store = new SeatStore(chart)
  store.applySnapshot(1, new Uint8Array(6))
  const camera = { left: 0, screenX: (x: number) => x - camera.left, screenY: (y: number) => y }
  const parts = {
    store,
    camera,
    aim: { seatPx: 20, groupOf: (seat: number) => [seat], sectionAt: () => -1 },
    painter: { setHovered: () => undefined, setSection: () => undefined },
  }
  const told: (SeatHover | null)[] = []
  const host = { clientWidth: 800, style: {} } as HTMLElement
  const handlers = { hover: (hover: SeatHover | null) => void told.push(hover) }
  const pointing = new Pointing(host, parts as unknown as PointingParts, handlers as never)
  return { store, camera, pointing, told }
}

test('a tapped seat is told of for six seconds, and anew by another tap', () => {
  const { pointing, told } = finger()
  pointing.tapped(1, false)
  expect(told.at(-1)).toMatchObject({ seat: 1, x: 50, again: false })
  vi.advanceTimersByTime(5_000)
  pointing.tapped(2, false)
  vi.advanceTimersByTime(5_999)
  expect(told.at(-1)).toMatchObject({ seat: 2 })
  vi.advanceTimersByTime(1)
  expect(told.at(-1)).toBeNull()
})

test('the keyboard takes over from a finger, and has no end', () => {
  const { pointing, told } = finger()
  pointing.tapped(1, false)
  pointing.key(2, [])
  vi.advanceTimersByTime(60_000)
  expect(told.at(-1)).toMatchObject({ seat: 2 })
})

test('what speaks against a seat is to be told once, and again when it is forgotten', () => {
  const { pointing } = finger()
  expect(pointing.hasToTell(1)).toBe(false)
  expect(pointing.hasToTell(0)).toBe(true)
  pointing.tapped(0, true)
  expect(pointing.hasToTell(0)).toBe(false)
  vi.advanceTimersByTime(6_000)
  expect(pointing.hasToTell(0)).toBe(true)
  pointing.tapped(0, true)
  pointing.tapped(1, false)
  expect(pointing.hasToTell(0)).toBe(true)
})

test('seats that leave others alone are to be told of where the rule is on', () => {
  const { store, pointing } = finger()
  expect(pointing.hasToTell(1)).toBe(false)
  pointing.warnsOfOrphans = true
  expect(pointing.hasToTell(1)).toBe(true)
  store.applySnapshot(2, Uint8Array.from([Status.sold, 0, 0, 0, 0, 0]))
  expect(pointing.hasToTell(1)).toBe(false)
})

test('nothing speaks against what is not to be had, or is one’s own', () => {
  const { store, pointing } = finger()
  store.setOwn(0, Own.held)
  expect(pointing.hasToTell(0)).toBe(false)
  store.setOwn(0, Own.none)
  store.applySnapshot(2, Uint8Array.from([Status.sold, 0, 0, 0, 0, 0]))
  expect(pointing.hasToTell(0)).toBe(false)
})

test('a seat is told of where it is when the map has moved, and only then', () => {
  const { camera, pointing, told } = finger()
  pointing.key(1, [])
  pointing.follow()
  expect(told).toHaveLength(1)
  camera.left = 30
  pointing.follow()
  expect(told.map((hover) => hover?.x)).toEqual([50, 20])
  pointing.key(-1, [])
  camera.left = 60
  pointing.follow()
  expect(told).toHaveLength(3)
})
