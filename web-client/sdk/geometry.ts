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

/** Steps across an outline in which its roomiest place is looked for, and how often they halve. */
const ROOM_STEPS = 16
const ROOM_HALVINGS = 3

/** Places with this share of the most room are as good as the best. */
const ROOM_ENOUGH = 0.85

/** A place with much room around it inside the outline, as near as can be to its middle. */
export function roomiestOf(outline: readonly Point[], bounds: Bounds, centre: Point): Point {
  const across = (bounds.right - bounds.left) / ROOM_STEPS
  const down = (bounds.bottom - bounds.top) / ROOM_STEPS
  const places: { at: Point; room: number }[] = []
  for (let x = bounds.left + across / 2; x < bounds.right; x += across) {
    for (let y = bounds.top + down / 2; y < bounds.bottom; y += down) {
      const room = roomAt(outline, x, y)
      if (room > 0) places.push({ at: [x, y], room })
    }
  }
  const most = places.reduce((best, { room }) => Math.max(best, room), 0)
  const away = ([x, y]: Point) => Math.hypot(x - centre[0], y - centre[1])
  const good = places.filter(({ room }) => room >= most * ROOM_ENOUGH).map(({ at }) => at)
  good.sort((a, b) => away(a) - away(b))
  let best = good[0] ?? centre
  for (let [dx, dy, halved] = [across / 2, down / 2, 0]; halved < ROOM_HALVINGS; halved += 1) {
    const [x, y] = best
    for (const at of [[x - dx, y], [x + dx, y], [x, y - dy], [x, y + dy]] satisfies Point[]) {
      if (roomAt(outline, ...at) > roomAt(outline, ...best)) best = at
    }
    dx /= 2
    dy /= 2
  }
  return best
}

/** How far a place inside the outline is from its edge; 0 outside. */
function roomAt(outline: readonly Point[], x: number, y: number): number {
  if (!insideOutline(outline, x, y)) return 0
  let least = Infinity
  for (let at = 0, before = outline.length - 1; at < outline.length; before = at, at += 1) {
    const [ax, ay] = outline[before]
    const [dx, dy] = [outline[at][0] - ax, outline[at][1] - ay]
    const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)
    const share = Math.min(1, Math.max(0, along))
    least = Math.min(least, Math.hypot(x - ax - share * dx, y - ay - share * dy))
  }
  return least
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
