// Events in the order one looks for them.

import { expect, test } from 'vitest'
import type { SeatmapEvent } from '../sdk/index'
import { readWhatsOn } from '../src/state/whats-on'

const NOW = Date.parse('2026-06-15T20:00:00Z')

const at = (day: number, hour: number) =>
  `2026-06-${String(day).padStart(2, '0')}T${hour}:00:00.000000Z`

test('what is to come or goes on is first, what is over is last', async () => {
  const days = [17, 1, 15, 14, 16, 2]
  const items = days.map((day) => ({ id: day, start_time: at(day, 19), end_time: at(day, 22) }))
  const list = { items: items as SeatmapEvent[], total: 9 }
  const found = await readWhatsOn({ now: () => NOW, events: async () => list })
  expect(found.coming.map(({ id }) => id)).toEqual([15, 16, 17])
  expect(found.over.map(({ id }) => id)).toEqual([14, 2, 1])
  expect(found.more).toBe(3)
})
