// The orphan rule against the vectors that the server is tested with too: those written by hand,
// and those that its tests generate.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Flag, SeatStore } from '../sdk/index'
import { judgeOrphans } from '../sdk/orphans'
import { Pointing, type PointingParts } from '../sdk/renderer/pointing'
import { smallChart } from './fakes'

interface ByHand {
  name: string
  /** Words, one for each row, table or area; see `tests/it/orphans.rs`. */
  house: string
  hold: number[]
  orphans: number[]
  alternative: number[] | null
}

type Generated = [
  house: string,
  hold: number[],
  orphans: number[],
  alternative: number[] | null,
]

function read<T>(name: string): T[] {
  const path = join(import.meta.dirname, '../../tests/vectors', name)
  return JSON.parse(readFileSync(path, 'utf8')) as T[]
}

const byHand = read<ByHand>('orphans.json')
const generated = read<Generated>('orphans-generated.json')

const PITCH_CM = 50

const FLAGS: Record<string, number> = {
  w: Flag.wheelchair,
  W: Flag.wheelchair,
  c: Flag.companion,
}

/** The chart of a house, and the letters of all its seats. */
function built(house: string) {
  const breaks: number[] = []
  const [rows, tables, areas] = [[] as object[], [] as object[], [] as object[]]
  const [x, y] = [[] as number[], [] as number[]]
  let letters = ''
  house.split(' ').forEach((word, line) => {
    const [seats, kind] = word.split(':').reverse()
    const first = x.length
    seats.split('|').forEach((segment, at) => {
      if (at > 0) breaks.push(x.length)
      for (const letter of segment) {
        x.push((x.length - first + at * 4) * PITCH_CM)
        y.push(line * 2 * PITCH_CM)
        letters += letter
      }
    })
    const label = String(line + 1)
    const place = { label, first, count: x.length - first }
    rows.push({ section: 0, prefix: `${label}-`, ...place })
    if (kind === 'g') areas.push({ ...place, capacity: place.count })
    else if (kind) tables.push({ ...place, sale: kind === 'w' ? 'whole' : 'seat' })
  })
  const chart = smallChart({
    rows: rows as never,
    tables: tables as never,
    areas: areas as never,
    sections: [{ label: 'All' }],
    breaks,
    x,
    y,
    category: [...letters].map((letter) => (letter === 'd' || letter === 'W' ? 1 : 0)),
    number: x.map((_, seat) => String(seat)),
    flags: [...letters].map((letter) => FLAGS[letter] ?? 0),
  })
  return { chart, letters }
}

function judged(house: string, hold: number[]) {
  const { chart, letters } = built(house)
  const found = judgeOrphans(chart, (seat) => letters[seat] !== 'x', hold)
  return { orphans: found?.seats ?? [], alternative: found?.alternative ?? null }
}

test.each(byHand)('$name', ({ house, hold, orphans, alternative }) => {
  expect(judged(house, hold)).toEqual({ orphans, alternative })
})

test('what the server generated is judged alike', () => {
  for (const [house, hold, orphans, alternative] of generated) {
    const told = `${house} ${hold.join()}`
    expect(judged(house, hold), told).toEqual({ orphans, alternative })
  }
})

test('there are vectors', () => {
  expect(byHand.length).toBeGreaterThan(20)
  expect(generated.length).toBeGreaterThan(300)
})

/** Which seats are warned of with the keyboard on a seat, having come along a range with Shift. */
function warnedOf(house: string, seat: number, range: number[]): readonly number[] {
  const { chart, letters } = built(house)
  const store = new SeatStore(chart)
  store.applySnapshot(1, Uint8Array.from(letters, (letter) => (letter === 'x' ? 3 : 0)))
  let warned: readonly number[] = []
  const setHovered = (_: readonly number[], orphans: readonly number[]) => (warned = orphans)
  const parts = {
    store,
    aim: { seatPx: 20, groupOf: (at: number) => [at] },
    camera: { screenX: () => 0, screenY: () => 0 },
    painter: { setHovered },
  }
  const host = { clientWidth: 800 } as HTMLElement
  const handlers = { hover: () => undefined, choose: () => undefined }
  const pointing = new Pointing(host, parts as unknown as PointingParts, handlers as never)
  pointing.warnsOfOrphans = true
  pointing.key(seat, range)
  return warned
}

test('of a range all seats are judged together, as they are held', () => {
  expect(warnedOf('.....', 1, [])).toEqual([0])
  expect(warnedOf('.....', 1, [0, 1])).toEqual([])
  expect(warnedOf('.....', 3, [1, 2, 3])).toEqual([0, 4])
  // What is taken is left out of it.
  expect(warnedOf('.x...', 2, [0, 1, 2])).toEqual([])
  expect(warnedOf('.x....', 3, [0, 1, 3])).toEqual([2])
})
