// What sections say from afar, and how seldom it is measured and laid out.

import { beforeEach, describe, expect, test } from 'vitest'
import { boundsOf, centreOf, insideOutline, roomiestOf } from '../sdk/geometry'
import { SeatStore, Status, type Point } from '../sdk/index'
import { Aim } from '../sdk/renderer/aim'
import { Camera } from '../sdk/renderer/camera'
import { forgetWidths, widthOf } from '../sdk/renderer/ruler'
import { SeatGrid } from '../sdk/renderer/seat-grid'
import { SectionLabels } from '../sdk/renderer/section-labels'
import { LIGHT, type MapLook } from '../sdk/renderer/theme'
import { smallChart } from './fakes'

/** A canvas on which every letter is half as wide as high. */
function canvas() {
  const ctx = {
    font: '',
    letterSpacing: '0px',
    measured: 0,
    measureText(text: string) {
      ctx.measured += 1
      const size = Number(/([\d.]+)px/.exec(ctx.font)?.[1])
      return { width: text.length * (size / 2 + Number.parseFloat(ctx.letterSpacing)) }
    },
  }
  return { ctx, as2d: ctx as unknown as CanvasRenderingContext2D }
}

const LOOK: MapLook = {
  theme: LIGHT,
  palette: 'chart',
  fontFamily: 'sans',
  words: {
    left: (count) => `${count} left`,
    places: String,
    soldOut: 'sold out',
    from: (price) => `from ${price}`,
    each: String,
    range: (low, high) => `${low}–${high}`,
  },
}

beforeEach(forgetWidths)

describe('the ruler', () => {
  test('measures a text once for all sizes, and knows of spaced letters', () => {
    const { ctx, as2d } = canvas()
    const style = { weight: 650, size: 20, family: 'sans' }
    expect(widthOf(as2d, 'Left', style)).toBe(40)
    expect(widthOf(as2d, 'Left', { ...style, size: 10 })).toBe(20)
    ctx.letterSpacing = '2px'
    expect(widthOf(as2d, 'Left', style)).toBe(48)
    expect(ctx.measured).toBe(1)
    expect(widthOf(as2d, 'STAGE', style)).toBe(60)
    ctx.letterSpacing = '0px'
    expect(widthOf(as2d, 'STAGE', style)).toBe(50)
    expect(ctx.measured).toBe(2)
  })
})

describe('sections from afar', () => {
  const seen = (change: Parameters<typeof smallChart>[0] = {}, heard = true) => {
    const store = new SeatStore(smallChart(change))
    if (heard) store.applySnapshot(1, new Uint8Array(6))
    const camera = new Camera(store.chart.bounds, store.chart.seatWidth)
    camera.resize(1200, 600)
    camera.moveTo(500, 0, 0.9)
    const grid = new SeatGrid(store.chart)
    return { store, camera, grid, labels: new SectionLabels(store, grid, camera, LOOK) }
  }
  const words = (labels: ReturnType<typeof seen>['labels'], ctx: CanvasRenderingContext2D) =>
    [...labels.get(ctx)].map(([at, { lines }]) => [at, ...lines.map(({ text }) => text)])

  test('say what is left and from which price, and that nothing is', () => {
    const { store, labels } = seen()
    const { as2d } = canvas()
    expect(words(labels, as2d)).toEqual([
      [0, 'Left', '2 left', '10.00'],
      [1, 'Right', '2 left', '7.50'],
    ])
    store.applyDelta(2, Uint32Array.of(0, 2, 3), new Uint8Array(3).fill(Status.sold))
    labels.forget()
    expect(words(labels, as2d)).toEqual([
      [0, 'Left', '1 left', '10.00'],
      [1, 'Right', 'sold out'],
    ])
  })

  test.each([
    [120, 60, ['Right', '2 left', '7.50']],
    [60, 28, ['Right', '2 · 7.50']],
    [30, 26, ['Right', '7.50']],
    [30, 14, ['Right']],
    [20, 14, undefined],
  ])('say as much as %i by %i pixels have room for', (width, height, said) => {
    const scale = 0.28
    const [right, bottom] = [900 + width / scale, height / scale]
    const outline: Point[] = [[900, 0], [right, 0], [right, bottom], [900, bottom]]
    const names = ['Left', 'Right', 'Floor']
    const sections = names.map((label, at) => (at === 1 ? { label, outline } : { label }))
    const { camera, labels } = seen({ sections })
    camera.resize(200, 100)
    camera.moveTo(1000, 0, scale)
    const found = words(labels, canvas().as2d).find(([at]) => at === 1)
    expect(found?.slice(1)).toEqual(said)
  })

  test('say between which prices what is left is, where it is not one', () => {
    const { store, labels } = seen({ category: [0, 1, 1, 1, 1, 1] })
    const { as2d } = canvas()
    expect(store.pricesOf(0)).toEqual({ low: '7.50', high: '10.00' })
    expect(words(labels, as2d)[0]).toEqual([0, 'Left', '2 left', '7.50–10.00'])
    store.applyDelta(2, Uint32Array.of(0), Uint8Array.of(Status.sold))
    labels.forget()
    expect(words(labels, as2d)[0]).toEqual([0, 'Left', '1 left', '7.50'])
    store.applyDelta(3, Uint32Array.of(1), Uint8Array.of(Status.sold))
    expect(store.pricesOf(0)).toBeNull()
  })

  test('say their names only before anything was heard', () => {
    const { store, labels } = seen({}, false)
    const { as2d } = canvas()
    expect(words(labels, as2d)).toEqual([[0, 'Left'], [1, 'Right']])
    store.applySnapshot(1, new Uint8Array(6))
    labels.forget()
    expect(words(labels, as2d)[0]).toEqual([0, 'Left', '2 left', '10.00'])
  })

  test('are laid out anew when the map comes closer, and not when it moves', () => {
    const { camera, labels } = seen()
    const { ctx, as2d } = canvas()
    const first = labels.get(as2d)
    const { measured } = ctx
    camera.panBy(40, 10)
    expect(labels.get(as2d)).toBe(first)
    camera.zoomAt(600, 300, 1.1)
    expect(labels.get(as2d)).not.toBe(first)
    expect(ctx.measured).toBe(measured)
  })

  test('stay as they are while the map comes closer, until there is more room', () => {
    const { camera, labels } = seen()
    const { as2d } = canvas()
    const first = labels.get(as2d, true)
    camera.zoomAt(600, 300, 1.1)
    expect(labels.get(as2d, true)).toBe(first)
    expect(labels.rough).toBe(true)
    camera.zoomAt(600, 300, 1.15)
    expect(labels.get(as2d, true)).not.toBe(first)
    camera.zoomAt(600, 300, 0.9)
    const last = labels.get(as2d, true)
    expect(labels.rough).toBe(false)
    expect(labels.get(as2d)).toBe(last)
  })

  test('are pointed at until their seats can be', () => {
    const { store, camera, grid } = seen()
    const aim = new Aim(store, grid, camera)
    camera.resize(60, 30)
    camera.moveTo(500, 0, 6 / store.chart.seatWidth)
    const at = (x: number, y: number) => aim.sectionAt(camera.screenX(x), camera.screenY(y))
    expect([at(20, 10), at(1000, 0), at(500, 0), at(20, 90)]).toEqual([0, 1, -1, -1])
    // An area has a tap of its own.
    expect(at(510, 400)).toBe(-1)
    camera.moveTo(500, 0, 8 / store.chart.seatWidth)
    expect(at(20, 10)).toBe(-1)
  })
})

describe('the roomiest place', () => {
  test('of a bent outline is in it, where its middle is not, as far in as can be', () => {
    const arc = (radius: number, back = false): Point[] => {
      const steps = Array.from({ length: 21 }, (_, at) => (Math.PI / 20) * at)
      if (back) steps.reverse()
      return steps.map((turn) => [radius * Math.cos(turn), radius * Math.sin(turn)])
    }
    const outline = [...arc(1_000), ...arc(800, true)]
    const middle = centreOf(outline)
    expect(insideOutline(outline, ...middle)).toBe(false)
    const [x, y] = roomiestOf(outline, boundsOf(outline), middle)
    expect(insideOutline(outline, x, y)).toBe(true)
    expect(Math.abs(Math.hypot(x, y) - 900)).toBeLessThan(30)
  })
})
