// Small plane geometry of the map: boxes and outlines in the chart's centimetres.

import type { Point } from './api-types.js'

export interface Bounds {
  left: number
  top: number
  right: number
  bottom: number
}

/** The smallest box around the points; of no points, a box of no size at the origin. */
export function boundsOf(points: readonly Point[]): Bounds {
  if (points.length === 0) return { left: 0, top: 0, right: 0, bottom: 0 }
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
  for (const [x, y] of points) {
    if (x < bounds.left) bounds.left = x
    if (x > bounds.right) bounds.right = x
    if (y < bounds.top) bounds.top = y
    if (y > bounds.bottom) bounds.bottom = y
  }
  return bounds
}

export function growBounds(bounds: Bounds, by: number): Bounds {
  return {
    left: bounds.left - by,
    top: bounds.top - by,
    right: bounds.right + by,
    bottom: bounds.bottom + by,
  }
}

export function boxOutline({ left, top, right, bottom }: Bounds): Point[] {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ]
}

export function overlaps(a: Bounds, b: Bounds): boolean {
  return a.left <= b.right && a.right >= b.left && a.top <= b.bottom && a.bottom >= b.top
}

/** Whether a point lies inside an outline, by counting the edges to its right. */
export function insideOutline(outline: readonly Point[], x: number, y: number): boolean {
  let inside = false
  for (let at = 0, before = outline.length - 1; at < outline.length; before = at, at += 1) {
    const [ax, ay] = outline[at]
    const [bx, by] = outline[before]
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

export function surfaceOf(outline: readonly Point[]): number {
  let doubled = 0
  for (let at = 0, before = outline.length - 1; at < outline.length; before = at, at += 1) {
    doubled += outline[before][0] * outline[at][1] - outline[at][0] * outline[before][1]
  }
  return Math.abs(doubled) / 2
}

/** The middle of an outline's surface, where its label belongs. */
export function centreOf(outline: readonly Point[]): Point {
  let surface = 0
  let x = 0
  let y = 0
  for (let at = 0, before = outline.length - 1; at < outline.length; before = at, at += 1) {
    const [ax, ay] = outline[before]
    const [bx, by] = outline[at]
    const cross = ax * by - bx * ay
    surface += cross
    x += (ax + bx) * cross
    y += (ay + by) * cross
  }
  if (surface === 0) return outline[0] ?? [0, 0]
  return [x / (3 * surface), y / (3 * surface)]
}
