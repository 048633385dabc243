// Fingers, mouse and wheel on the map: what pointer events become, what moves by itself afterwards,
// and where the camera ends. The host is no element but takes the same events.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Camera } from '../sdk/renderer/camera'
import { Gestures, type GestureHandlers, type SelectTool } from '../sdk/renderer/gestures'
import { Motion } from '../sdk/renderer/motion'

/** What Node has no class for: an event at a place, at a time of the test's own. */
class AtPlace extends Event {
  readonly pointerId: number = 1
  readonly pointerType: string = 'touch'
  readonly button: number = 0
  readonly clientX: number = 0
  readonly clientY: number = 0
  readonly shiftKey: boolean = false
  readonly ctrlKey: boolean = false
  readonly metaKey: boolean = false
  readonly deltaY: number = 0
  readonly deltaMode: number = 0
  readonly touches: unknown[] = []

  constructor(name: string, at: number, fields: Partial<AtPlace>) {
    super(name, { cancelable: true })
    Object.assign(this, fields)
    Object.defineProperty(this, 'timeStamp', { value: at })
  }
}

/** A map of 300 by 200 pixels that stands at (100, 50) of the page. */
function hands(tool: SelectTool | null = null) {
  const told: [string, ...unknown[]][] = []
  const note = (name: string) => (...said: unknown[]) => void told.push([name, ...said])
  const host = Object.assign(new EventTarget(), {
    getBoundingClientRect: () => ({ left: 100, top: 50, width: 300, height: 200 }),
    setPointerCapture: () => {},
  })
  const handlers: GestureHandlers = {
    pan: note('pan'),
    zoom: note('zoom'),
    notch: note('notch'),
    tap: note('tap'),
    doubleTap: note('doubleTap'),
    hover: note('hover'),
    leave: note('leave'),
    fling: note('fling'),
    press: note('press'),
    withheld: note('withheld'),
    select: note('select'),
    tool: (shift) => tool ?? (shift ? 'box' : null),
  }
  const gestures = new Gestures(host as unknown as HTMLElement, handlers)
  let now = 1_000
  const send = (name: string, fields: Partial<AtPlace>): AtPlace => {
    const { clientX = 0, clientY = 0 } = fields
    const place = { clientX: clientX + 100, clientY: clientY + 50 }
    const event = new AtPlace(name, now, { ...fields, ...place })
    host.dispatchEvent(event)
    return event
  }
  const finger = (name: string, x: number, y: number, more: Partial<AtPlace> = {}) =>
    send(`pointer${name}`, { clientX: x, clientY: y, ...more })
  return {
    ...{ gestures, told, send, finger },
    wait: (ms: number) => void (now += ms),
    of: (name: string) => told.filter(([what]) => what === name).map(([, ...said]) => said),
  }
}

beforeEach(() => void vi.stubGlobal('WheelEvent', { DOM_DELTA_LINE: 1 }))
afterEach(() => void vi.unstubAllGlobals())

describe('one finger', () => {
  test('taps where it hardly moves, and drags beyond the slop without a jump', () => {
    const { finger, of } = hands()
    finger('down', 50, 50)
    finger('move', 54, 53)
    finger('up', 54, 53)
    expect(of('tap')).toEqual([[54, 53, true]])
    finger('down', 50, 50, { pointerId: 2 })
    finger('move', 60, 50, { pointerId: 2 })
    expect(of('pan')).toEqual([])
    finger('move', 63, 54, { pointerId: 2 })
    expect(of('pan')).toEqual([[3, 4]])
    finger('up', 63, 54, { pointerId: 2 })
    expect(of('tap')).toHaveLength(1)
  })

  test('flings at the speed of its last moves, and not after a rest', () => {
    const drag = (rest: number) => {
      const { finger, wait, of } = hands()
      finger('down', 50, 50)
      for (let step = 1; step <= 8; step += 1) {
        wait(10)
        finger('move', 50 + step * 10, 50)
      }
      wait(rest)
      finger('up', 130, 50)
      return of('fling')
    }
    const [[vx, vy]] = drag(10) as [number, number][]
    expect(vx).toBeGreaterThan(0.9)
    expect(vx).toBeLessThanOrEqual(1)
    expect(vy).toBe(0)
    expect(drag(60)).toEqual([])
  })

  test('taps twice where the second comes soon and near', () => {
    const twice = (between: number, aside: number) => {
      const { finger, wait, told } = hands()
      finger('down', 50, 50)
      finger('up', 50, 50)
      wait(between)
      finger('down', 50 + aside, 50)
      finger('up', 50 + aside, 50)
      return told.map(([name]) => name).filter((name) => name !== 'press')
    }
    expect(twice(200, 10)).toEqual(['tap', 'doubleTap'])
    expect(twice(320, 10)).toEqual(['tap', 'tap'])
    expect(twice(200, 29)).toEqual(['tap', 'tap'])
  })

  test('three taps are a double one and another', () => {
    const { finger, told } = hands()
    for (let tap = 0; tap < 3; tap += 1) {
      finger('down', 50, 50)
      finger('up', 50, 50)
    }
    const taps = told.map(([name]) => name).filter((name) => name !== 'press')
    expect(taps).toEqual(['tap', 'doubleTap', 'tap'])
  })

  test('that the browser takes away neither taps nor flings', () => {
    const { finger, told } = hands()
    finger('down', 50, 50)
    finger('cancel', 50, 50)
    finger('down', 50, 50)
    finger('move', 80, 50)
    finger('move', 90, 50)
    finger('cancel', 90, 50)
    expect(told.map(([name]) => name)).toEqual(['press', 'press', 'leave', 'pan'])
  })
})

describe('two fingers', () => {
  test('zoom by how far they go apart, about their middle, and never tap', () => {
    const { finger, of } = hands()
    finger('down', 100, 100)
    finger('down', 200, 100, { pointerId: 2 })
    finger('move', 250, 100, { pointerId: 2 })
    finger('move', 50, 100)
    const zooms = of('zoom') as [number, number, number][]
    expect(zooms.map(([x, y]) => [x, y])).toEqual([[175, 100], [150, 100]])
    expect(zooms.reduce((all, [, , factor]) => all * factor, 1)).toBeCloseTo(2, 10)
    // The middle has gone nowhere in the end.
    expect(of('pan')).toEqual([[25, 0], [-25, 0]])
    finger('up', 50, 100)
    finger('up', 250, 100, { pointerId: 2 })
    expect([...of('tap'), ...of('fling')]).toEqual([])
  })

  test('that stand on one spot zoom by nothing', () => {
    const { finger, of } = hands()
    finger('down', 100, 100)
    finger('down', 100, 100, { pointerId: 2 })
    finger('move', 120, 100, { pointerId: 2 })
    expect(of('zoom')).toEqual([])
  })

  test('end a box that was being drawn', () => {
    const { finger, of } = hands('box')
    finger('down', 100, 100)
    finger('move', 150, 150)
    finger('down', 200, 100, { pointerId: 2 })
    finger('move', 210, 100, { pointerId: 2 })
    expect(of('select').at(-1)).toEqual([[], true])
  })
})

describe('mouse and wheel', () => {
  test('Shift draws a box around seats instead of moving the map', () => {
    const { finger, of } = hands()
    const mouse = { pointerType: 'mouse', shiftKey: true }
    finger('down', 10, 20, mouse)
    finger('move', 60, 70, mouse)
    finger('up', 60, 70, mouse)
    expect(of('pan')).toEqual([])
    expect(of('select').at(-1)).toEqual([[[10, 20], [60, 20], [60, 70], [10, 70]], true])
  })

  test('only a mouse hovers, and other buttons do nothing', () => {
    const { finger, of, told } = hands()
    finger('move', 5, 6)
    finger('move', 7, 8, { pointerType: 'mouse' })
    finger('down', 7, 8, { pointerType: 'mouse', button: 2 })
    expect(of('hover')).toEqual([[7, 8]])
    expect(told).toHaveLength(1)
  })

  test('a finger that leaves with its tap has pointed at nothing before', () => {
    const { finger, of } = hands()
    finger('down', 7, 8)
    finger('up', 7, 8)
    finger('leave', 7, 8)
    expect(of('leave')).toEqual([])
    finger('leave', 7, 8, { pointerType: 'mouse' })
    expect(of('leave')).toHaveLength(1)
  })

  test('notches of the wheel zoom about the pointer, and as far out as in', () => {
    const { send, of } = hands()
    const there = { clientX: 40, clientY: 30 }
    const turned = send('wheel', { ...there, deltaY: -100 })
    send('wheel', { ...there, deltaY: 100 })
    send('wheel', { ...there, deltaY: -6.25, deltaMode: 1 })
    const notches = of('notch') as [number, number, number][]
    expect(turned.defaultPrevented).toBe(true)
    expect(notches[0].slice(0, 2)).toEqual([40, 30])
    expect(notches[0][2]).toBeCloseTo(1.197, 3)
    expect(notches[0][2] * notches[1][2]).toBeCloseTo(1, 10)
    expect(notches[2][2]).toBeCloseTo(notches[0][2], 10)
    expect(of('zoom')).toEqual([])
  })

  test('fingers on a trackpad zoom at once, but within a turn of the wheel', () => {
    const { send, wait, of } = hands()
    send('wheel', { deltaY: -39 })
    send('wheel', { deltaY: -45, ctrlKey: true })
    expect(of('zoom')).toHaveLength(2)
    send('wheel', { deltaY: -40 })
    wait(149)
    send('wheel', { deltaY: -10 })
    expect(of('notch')).toHaveLength(2)
    wait(1)
    send('wheel', { deltaY: -10 })
    expect(of('zoom')).toHaveLength(3)
  })

  test('nothing is heard once it is over', () => {
    const { gestures, finger, told } = hands()
    gestures.destroy()
    finger('down', 1, 1)
    expect(told).toEqual([])
  })
})

describe('a cooperative map', () => {
  const cooperative = () => {
    const made = hands()
    made.gestures.cooperative = true
    return made
  }

  test('leaves the wheel to the page, but for the key held', () => {
    const { send, of } = cooperative()
    expect(send('wheel', { deltaY: 100 }).defaultPrevented).toBe(false)
    expect(of('withheld')).toEqual([['wheel']])
    expect(send('wheel', { deltaY: 100, ctrlKey: true }).defaultPrevented).toBe(true)
    expect(send('wheel', { deltaY: 100, metaKey: true }).defaultPrevented).toBe(true)
    const [[, , notch], [, , other]] = of('notch') as [number, number, number][]
    expect(notch).toBeCloseTo(other, 10)
  })

  test('leaves one finger to the page, takes two, and still is tapped', () => {
    const { finger, of } = cooperative()
    finger('down', 50, 50)
    finger('move', 50, 90)
    finger('move', 50, 130)
    finger('up', 50, 130)
    expect(of('pan')).toEqual([])
    expect(of('withheld')).toEqual([['touch']])
    expect(of('tap')).toEqual([])
    finger('down', 50, 50)
    finger('down', 80, 50, { pointerId: 2 })
    finger('move', 110, 50, { pointerId: 2 })
    expect(of('zoom')).toEqual([[80, 50, 2]])
    finger('up', 110, 50, { pointerId: 2 })
    finger('up', 50, 50)
    finger('down', 20, 20)
    finger('up', 20, 20)
    expect(of('tap')).toEqual([[20, 20, true]])
  })

  test('keeps the page from scrolling under two fingers', () => {
    const { send } = cooperative()
    expect(send('touchmove', { touches: [1] }).defaultPrevented).toBe(false)
    expect(send('touchmove', { touches: [1, 2] }).defaultPrevented).toBe(true)
  })

  test('is moved by the mouse as any', () => {
    const { finger, of } = cooperative()
    const mouse = { pointerType: 'mouse' }
    finger('down', 50, 50, mouse)
    finger('move', 60, 50, mouse)
    finger('move', 65, 50, mouse)
    expect(of('pan')).toEqual([[5, 0]])
  })
})

/** A house of 20 by 10 metres on a screen of 400 by 200 pixels, with seats of half a metre. */
function look(reduced = false) {
  vi.stubGlobal('matchMedia', () => ({ matches: reduced }))
  const camera = new Camera({ left: 0, top: 0, right: 2_000, bottom: 1_000 }, 50)
  camera.resize(400, 200)
  camera.moveTo(1_000, 500, 0.2)
  return { camera, motion: new Motion(camera) }
}

/** Lets frames pass until the camera is where it was to go. */
function arrive(motion: Motion, from: number): void {
  for (let now = from; motion.moving; now += 16) motion.advance(now)
}

describe('the camera', () => {
  test('zooms about the point that is under the finger', () => {
    const { camera } = look()
    const [x, y] = [camera.chartX(300), camera.chartY(150)]
    camera.zoomAt(300, 150, 2)
    expect(camera.scale).toBeCloseTo(0.4, 10)
    expect(camera.screenX(x)).toBeCloseTo(300, 6)
    expect(camera.screenY(y)).toBeCloseTo(150, 6)
  })

  test('goes no farther than the whole and a margin, and no closer than a seat of 52 px', () => {
    const { camera } = look()
    camera.zoomAt(200, 100, 1e-6)
    expect(camera.scale).toBeCloseTo(0.2 * 0.8, 10)
    camera.zoomAt(200, 100, 1e6)
    expect(camera.scale * 50).toBeCloseTo(52, 10)
  })

  test('keeps its middle on the chart, however far it is dragged', () => {
    const { camera } = look()
    camera.panBy(1e6, -1e6)
    expect([camera.x, camera.y]).toEqual([0, 1_000])
    camera.panBy(-1e6, 1e6)
    expect([camera.x, camera.y]).toEqual([2_000, 0])
  })

  test('frames a box in the part that nothing covers', () => {
    const { camera } = look()
    camera.insets = { top: 0, right: 0, bottom: 100, left: 0 }
    const { x, y, scale } = camera.framing({ left: 500, top: 400, right: 700, bottom: 500 })
    camera.moveTo(x, y, scale)
    expect(scale).toBe(1)
    expect([camera.screenX(600), camera.screenY(450)]).toEqual([200, 50])
  })
})

describe('what moves by itself', () => {
  test('a flight ends exactly where it was to, in its time', () => {
    const { camera, motion } = look()
    motion.flyTo({ x: 300, y: 200, scale: 0.8 }, 0)
    expect(motion.advance(240)).toBe(true)
    expect(camera.scale).toBeCloseTo(0.4, 10)
    expect(motion.moving).toBe(true)
    motion.advance(480)
    expect([camera.x, camera.y, camera.scale]).toEqual([300, 200, 0.8])
    expect(motion.moving).toBe(false)
    expect(motion.advance(500)).toBe(false)
  })

  test('a glide slows down, goes on for a bounded way, and ends', () => {
    const { camera, motion } = look()
    motion.glide(-0.5, 0, 0)
    const steps: number[] = []
    let now = 0
    while (motion.moving) {
      const before = camera.x
      now += 16
      motion.advance(now)
      steps.push(camera.x - before)
    }
    expect(steps.length).toBeGreaterThan(10)
    steps.slice(1).forEach((step, at) => expect(step).toBeLessThan(steps[at]))
    // Half a pixel a millisecond, less 0.45 % of it each: 111 pixels in all, five centimetres each.
    expect(camera.x - 1_000).toBeLessThan(5 * 120)
  })

  test('a slow end of a drag doesn’t glide, and what stops stays', () => {
    const { camera, motion } = look()
    motion.glide(0.1, 0, 0)
    expect(motion.moving).toBe(false)
    motion.glide(1, 0, 0)
    motion.stop()
    expect(motion.advance(16)).toBe(false)
    expect(camera.x).toBe(1_000)
  })

  test('who wants no movement is there at once, and nothing glides', () => {
    const { camera, motion } = look(true)
    motion.flyTo({ x: 300, y: 200, scale: 0.8 }, 0)
    expect([camera.x, camera.scale, motion.moving]).toEqual([300, 0.8, false])
    motion.glide(2, 0, 0)
    expect(motion.moving).toBe(false)
  })

  test('a flight whose end is out of reach since the window grew ends as near as may be', () => {
    const { camera, motion } = look()
    motion.zoomTo({ x: 1_000, y: 500, scale: 0.16 }, 0)
    motion.advance(16)
    camera.resize(800, 400)
    let frames = 0
    for (let now = 32; motion.moving && frames < 200; now += 16, frames += 1) motion.advance(now)
    expect(motion.moving).toBe(false)
    expect(camera.scale).toBeCloseTo(0.32, 10)
  })

  test('what is asked for on the way starts where the flight ends', () => {
    const { camera, motion } = look()
    for (let press = 0, now = 0; press < 3; press += 1, now += 30) {
      const { x, y, scale } = motion.target
      motion.flyTo({ x, y, scale: scale * 1.5 }, now)
      motion.advance(now + 16)
    }
    arrive(motion, 76)
    expect(camera.scale).toBeCloseTo(0.2 * 1.5 ** 3, 10)
  })

  test('nothing waits behind the end of the scale', () => {
    const { camera, motion } = look()
    for (let press = 0; press < 30; press += 1) {
      const { x, y, scale } = motion.target
      motion.flyTo({ x, y, scale: scale * 1.5 }, 0)
    }
    expect(motion.target.scale * 50).toBeCloseTo(52, 10)
    motion.flyTo({ ...motion.target, scale: motion.target.scale / 1.5 }, 0)
    arrive(motion, 0)
    expect(camera.scale * 50).toBeCloseTo(52 / 1.5, 10)
  })

  test.each([16, 100])('keys held down are followed closely, a frame each %i ms', (frame) => {
    const { camera, motion } = look()
    motion.flyTo({ x: 500, y: 500, scale: 1 }, 0)
    motion.advance(480)
    // A seat of half a metre for each of the keys that come every 33 ms.
    let behind = 0
    for (let now = 500, key = 0, drawn = 500; key < 25; now += 33, key += 1) {
      motion.flyTo({ x: 550 + key * 50, y: 500, scale: 1 }, now)
      while (drawn + frame <= now + 33) motion.advance((drawn += frame))
      behind = Math.max(behind, camera.screenX(motion.target.x) - 200)
    }
    expect(behind).toBeGreaterThan(50)
    expect(behind).toBeLessThan(200)
  })

  test('the wheel keeps the point under it in place all the way', () => {
    const { camera, motion } = look()
    const [x, y] = [camera.chartX(300), camera.chartY(120)]
    motion.zoomTo(camera.zoomedAt(300, 120, 0.4), 0)
    motion.advance(16)
    expect(camera.scale).toBeGreaterThan(0.2)
    expect(camera.scale).toBeLessThan(0.35)
    // Another notch on the way.
    motion.zoomTo(camera.zoomedAt(300, 120, motion.target.scale * 1.2), 20)
    for (let now = 32; motion.moving; now += 16) {
      motion.advance(now)
      expect(camera.screenX(x)).toBeCloseTo(300, 6)
      expect(camera.screenY(y)).toBeCloseTo(120, 6)
    }
    expect(camera.scale).toBeCloseTo(0.48, 10)
  })

  test('who wants no movement has the wheel’s zoom at once', () => {
    const { camera, motion } = look(true)
    motion.zoomTo(camera.zoomedAt(200, 100, 0.4), 0)
    expect([camera.scale, motion.moving]).toEqual([0.4, false])
  })
})
