// The orphan rule against the vectors that the server is tested with too.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judgeOrphans } from '../sdk/orphans'
import { smallChart } from './fakes'

interface Vector {
  name: string
  /** Rows of segments; a dot is a free seat. */
  rows: string[][]
  hold: number[]
  orphans: number[]
  alternative: number[] | null
}

const path = join(import.meta.dirname, '../../tests/vectors/orphans.json')
const vectors = JSON.parse(readFileSync(path, 'utf8')) as Vector[]

const PITCH_CM = 50

/** The chart of a vector's rows, with an aisle between segments. */
function chartOf(rows: string[][]) {
  const breaks: number[] = []
  const json = { rows: [] as object[], x: [] as number[], y: [] as number[] }
  rows.forEach((segments, line) => {
    const first = json.x.length
    segments.forEach((segment, at) => {
      if (at > 0) breaks.push(json.x.length)
      for (let seat = 0; seat < segment.length; seat += 1) {
        json.x.push((json.x.length - first + at * 2) * PITCH_CM)
        json.y.push(line * 2 * PITCH_CM)
      }
    })
    const label = String(line + 1)
    json.rows.push({ section: 0, label, prefix: label, first, count: json.x.length - first })
  })
  const { x, y } = json
  return smallChart({
    rows: json.rows as never,
    sections: [{ label: 'All' }],
    areas: [],
    breaks,
    x,
    y,
    category: x.map(() => 0),
    number: x.map((_, seat) => String(seat)),
    flags: x.map(() => 0),
  })
}

test.each(vectors)('$name', ({ rows, hold, orphans, alternative }) => {
  const seats = rows.flat().join('')
  const free = (seat: number) => seats[seat] === '.'
  const judged = judgeOrphans(chartOf(rows), free, hold)
  expect(judged?.seats ?? []).toEqual(orphans)
  expect(judged?.alternative ?? null).toEqual(alternative)
})

test('there are vectors', () => expect(vectors.length).toBeGreaterThan(10))
