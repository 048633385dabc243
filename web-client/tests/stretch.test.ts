// A drawing made for one view, shown in another: it covers the view and keeps each place where it
// belongs, or is refused.

import { describe, expect, test } from 'vitest'
import { Camera } from '../sdk/renderer/camera'
import { around, ontoOf, stretchTo } from '../sdk/renderer/stretch'

const RATIO = 2
const MAX = 1.4

function cameraAt(scale: number): Camera {
  const camera = new Camera({ left: 0, top: 0, right: 4000, bottom: 3000 }, 45)
  camera.resize(390, 700)
  camera.moveTo(2000, 1500, scale)
  return camera
}

describe('a drawing', () => {
  test('is stretched about the point one zooms at, which stays where it is', () => {
    const camera = cameraAt(0.2)
    const shown = ontoOf(camera, RATIO)
    const [x, y] = [300, 200]
    const at = [camera.chartX(x), camera.chartY(y)]
    camera.zoomAt(x, y, 1.25)
    const found = stretchTo(shown, ontoOf(camera, RATIO), camera, RATIO, MAX)
    expect(found?.times).toBeCloseTo(1.25, 6)
    const place = (of: number, from: number, moved = 0) =>
      ((of * shown.scale + from) / RATIO) * (found?.times ?? 0) + moved
    expect(place(at[0], shown.left, found?.x)).toBeCloseTo(x, 3)
    expect(place(at[1], shown.top, found?.y)).toBeCloseTo(y, 3)
  })

  test.each([
    ['one that is farther', 0.9],
    ['one that is much closer', 1.5],
  ])('is not stretched to a view that it does not suit: %s', (_, factor) => {
    const camera = cameraAt(0.2)
    const shown = ontoOf(camera, RATIO)
    camera.zoomAt(195, 350, factor)
    expect(stretchTo(shown, ontoOf(camera, RATIO), camera, RATIO, MAX)).toBeNull()
  })

  test('is not stretched where it would leave an edge bare', () => {
    const camera = cameraAt(0.2)
    const shown = ontoOf(camera, RATIO)
    camera.zoomAt(195, 350, 1.05)
    camera.panBy(40, 0)
    expect(stretchTo(shown, ontoOf(camera, RATIO), camera, RATIO, MAX)).toBeNull()
  })

  test('of more than the view serves while one goes farther', () => {
    const camera = cameraAt(0.2)
    const wider = around(ontoOf(camera, RATIO), camera, RATIO, MAX)
    const timesAfter = (factor: number) => {
      camera.zoomAt(195, 350, factor)
      return stretchTo(wider, ontoOf(camera, RATIO), camera, RATIO, MAX)?.times
    }
    expect(timesAfter(1)).toBeCloseTo(1.4, 6)
    expect(timesAfter(0.8)).toBeCloseTo(1.12, 6)
    expect(timesAfter(0.8)).toBeUndefined()
  })
})
