// The chart and what is found on it: names, places, hits.

import { describe, expect, test } from 'vitest'
import { readBackground } from '../sdk/chart-parts'
import { insideOutline } from '../sdk/geometry'
import { Camera } from '../sdk/renderer/camera'
import { seatsBetween } from '../sdk/renderer/range'
import { SeatGrid } from '../sdk/renderer/seat-grid'
import { smallChart } from './fakes'

describe('chart', () => {
  const chart = smallChart()

  test('names every seat as the server does, and finds it by name', () => {
    const names = ['Left-1-1', 'Left-1-2', 'Right-1-1', 'Right-1-2', 'Floor-0001', 'Floor-0002']
    expect(names.map((_, seat) => chart.seatNo(seat))).toEqual(names)
    expect(names.map((name) => chart.seatOf(name))).toEqual([0, 1, 2, 3, 4, 5])
    expect(chart.seatOf('Left-1-3')).toBe(-1)
  })

  test('draws a box around a section without an outline', () => {
    expect(chart.sections[0].bounds).toEqual({ left: -60, top: -60, right: 110, bottom: 60 })
  })

  test('lets no colour through that is not one', () => {
    expect(chart.categories[0].color).toBe('#ff0000')
    expect(chart.categories[1].color).toMatch(/^#[0-9a-f]{6}$/)
  })

  test('the whole includes sections, areas and seats', () => {
    expect(chart.bounds).toEqual({ left: -60, top: -100, right: 1150, bottom: 460 })
  })
})

describe('floors', () => {
  const sections = [{ label: 'Balcony', floor: 'Up' }, { label: 'Stalls', floor: 'Down' }]
  const rows = [
    { section: 0, label: '1', prefix: 'B-', first: 0, count: 3 },
    { section: 1, label: '1', prefix: 'S-', first: 3, count: 3 },
  ]

  test('are in the order the chart says, else in that of the sections', () => {
    const parts = { sections, rows, areas: [] }
    expect(smallChart(parts).floors).toEqual(['Up', 'Down'])
    const named = smallChart({ ...parts, floors: ['Down', 'Up'] })
    expect(named.floors).toEqual(['Down', 'Up'])
    expect([named.floorOf(0), named.floorOf(3)]).toEqual([1, 0])
  })
})

describe('the picture below', () => {
  const page = 'http://tickets.example/events/1'
  const read = (url: string, width = 200) =>
    readBackground({ url, at: [-50, 10], width, height: 100 }, page)

  test('comes by a safe way or from the same place, or not at all', () => {
    const bounds = { left: -50, top: 10, right: 150, bottom: 110 }
    const safe = 'https://plans.example/a.png'
    expect(read(safe)).toEqual({ url: safe, bounds })
    expect(read('/plans/a.png')?.url).toBe('http://tickets.example/plans/a.png')
    for (const url of ['http://plans.example/a.png', 'data:image/png;base64,AA', 'https://']) {
      expect(read(url)).toBeNull()
    }
    expect(read(safe, 0)).toBeNull()
    expect(readBackground(undefined, page)).toBeNull()
  })
})

describe('seats between two', () => {
  test('are those along a row, however it bends', () => {
    const bent = smallChart({
      sections: [{ label: 'Left' }],
      rows: [{ section: 0, label: '1', prefix: '', first: 0, count: 6 }],
      areas: [],
      y: [0, 300, 600, 600, 300, 0],
      x: [0, 50, 100, 150, 200, 250],
      category: [0, 0, 0, 0, 0, 0],
    })
    expect(seatsBetween(bent, new SeatGrid(bent), 5, 1)).toEqual([1, 2, 3, 4, 5])
  })

  test('are those in the box around both, across rows', () => {
    const chart = smallChart({
      rows: [
        { section: 0, label: '1', prefix: 'Left-1-', first: 0, count: 3 },
        { section: 0, label: '2', prefix: 'Left-2-', first: 3, count: 3 },
      ],
      areas: [],
      x: [0, 50, 100, 5, 55, 105],
      y: [0, 0, 0, 80, 80, 80],
    })
    const grid = new SeatGrid(chart)
    expect(seatsBetween(chart, grid, 0, 4)).toEqual([0, 1, 3, 4])
    expect(seatsBetween(chart, grid, 4, 0)).toEqual([0, 1, 3, 4])
    expect(seatsBetween(chart, grid, 2, 2)).toEqual([2])
  })
})

describe('hit testing', () => {
  test('finds the nearest seat within reach, and none beyond', () => {
    const grid = new SeatGrid(smallChart())
    expect(grid.nearest(10, 5, 30)).toBe(0)
    expect(grid.nearest(30, 0, 30)).toBe(1)
    expect(grid.nearest(1049, -3, 30)).toBe(3)
    expect(grid.nearest(200, 0, 30)).toBe(-1)
    expect(grid.nearest(-9000, 9000, 30)).toBe(-1)
  })

  test('places of general admission are not hit', () => {
    const grid = new SeatGrid(smallChart())
    expect(grid.nearest(500, 400, 60)).toBe(-1)
  })

  test('agrees with looking at every seat', () => {
    const seats = 2000
    const at = (seat: number, by: number) => Math.floor(((seat * by) % 1000) * 7.3)
    const x = Array.from({ length: seats }, (_, seat) => at(seat, 37))
    const y = Array.from({ length: seats }, (_, seat) => at(seat, 91))
    const chart = smallChart({
      sections: [{ label: 'All' }],
      rows: [{ section: 0, label: '1', prefix: '', first: 0, count: seats }],
      areas: [],
      x,
      y,
      category: x.map(() => 0),
      number: x.map((_, seat) => String(seat)),
      flags: x.map(() => 0),
    })
    const grid = new SeatGrid(chart)
    for (let probe = 0; probe < 300; probe += 1) {
      const px = at(probe, 53)
      const py = at(probe, 17)
      const distances = x.map((_, seat) => Math.hypot(x[seat] - px, y[seat] - py))
      const nearest = Math.min(...distances)
      const found = grid.nearest(px, py, 150)
      if (nearest > 150) expect(found).toBe(-1)
      else expect(distances[found]).toBe(nearest)
    }
  })

  test('an outline contains its inside only', () => {
    const outline = smallChart().sections[1].outline
    expect(insideOutline(outline, 1000, 0)).toBe(true)
    expect(insideOutline(outline, 800, 0)).toBe(false)
  })
})

describe('camera', () => {
  const camera = () => {
    const made = new Camera({ left: 0, top: 0, right: 1000, bottom: 500 }, 50)
    made.resize(500, 500)
    made.moveTo(500, 250, 0.5)
    return made
  }

  test('screen and chart are each other’s way back', () => {
    const made = camera()
    made.insets = { top: 0, right: 0, bottom: 100, left: 20 }
    expect(made.chartX(made.screenX(321))).toBeCloseTo(321)
    expect(made.chartY(made.screenY(123))).toBeCloseTo(123)
  })

  test('zooming keeps the point under the finger', () => {
    const made = camera()
    const x = made.chartX(330)
    const y = made.chartY(260)
    made.zoomAt(330, 260, 1.5)
    expect(made.chartX(330)).toBeCloseTo(x)
    expect(made.chartY(260)).toBeCloseTo(y)
  })

  test('never zooms beyond readable, nor far past the whole', () => {
    const made = camera()
    made.zoomAt(250, 250, 1e6)
    expect(made.scale).toBeCloseTo(52 / 50)
    made.zoomAt(250, 250, 1e-6)
    expect(made.scale).toBeCloseTo(0.4)
  })
})
