// The parts a chart is put together from: categories, sections, rows, tables, areas and shapes, as
// the application sees them.

import type { Point, SeatmapJson } from './api-types.js'
import type { Bounds } from './geometry.js'

export const Flag = {
  wheelchair: 1,
  companion: 2,
  restrictedView: 4,
  aisle: 8,
  hearingLoop: 16,
  liftUpArmrest: 32,
  plusSize: 64,
  stepFree: 128,
} as const

/** The row, section, table or area of a seat that has none. */
export const NONE = 0xffff_ffff

export interface Category {
  key: string
  label: string
  color: string
  price: string
}

export interface Section {
  label: string
  outline: Point[]
  bounds: Bounds
  /** The category most of its seats have: the section's colour from afar. */
  category: number
  /** How many seats it has of each category. */
  seatsOf: Uint32Array
  seats: number
  floor: number
}

export interface Row {
  section: number
  label: string
  prefix: string
  first: number
  count: number
}

/** Seats around a table; they are a row of their own. */
export interface Table {
  label: string
  first: number
  count: number
  /** Sold all together or not at all. */
  whole: boolean
  category: number
  outline: Point[]
  bounds: Bounds
  floor: number
}

export interface Area {
  label: string
  first: number
  count: number
  /** How many people it admits; never more than its places. */
  capacity: number
  category: number
  outline: Point[]
  bounds: Bounds
  floor: number
}

export interface Shape {
  kind: string
  label: string
  outline: Point[]
  bounds: Bounds
}

/** Something written on the map. */
export interface Text {
  text: string
  at: Point
  /** The height of its letters, in centimetres. */
  size: number
  /** Degrees, clockwise. */
  rotation: number
}

/** A picture below everything. */
export interface Background {
  url: string
  bounds: Bounds
}

/** For categories whose colour is missing or not a plain hex colour. */
const COLORS = ['#2f6fed', '#12956f', '#c2571a', '#8b4fd0', '#b8860b', '#c03a6b', '#3b7d94']

const SEAT_WIDTH_CM = 50

/** How many seats are looked at to learn how far apart they stand. */
const PITCH_SAMPLES = 400

/** Seats take up this much of the distance to their neighbours at most. */
const PITCH_SHARE = 0.92

export function readCategory(category: SeatmapJson['categories'][number], at: number): Category {
  const plain = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(category.color ?? '')
  return {
    key: category.key,
    label: category.label || category.key,
    color: plain && category.color ? category.color : COLORS[at % COLORS.length],
    price: category.price,
  }
}

/** The picture below everything, if its address is one that a page may safely load. */
export function readBackground(
  background: SeatmapJson['background'],
  page: string,
): Background | null {
  if (!background || !(background.width > 0 && background.height > 0)) return null
  const { url, at, width, height } = background
  if (!URL.canParse(url, page)) return null
  const { protocol, origin, href } = new URL(url, page)
  const own = protocol === 'http:' && origin === new URL(page).origin
  const [left, top] = at
  const bounds = { left, top, right: left + width, bottom: top + height }
  return own || protocol === 'https:' ? { url: href, bounds } : null
}

export function isOutline(points: Point[] | undefined): points is Point[] {
  return points !== undefined && points.length > 2
}

/** The storeys by name, in the chart's order; none when there is only one. */
export function readFloors({ floors: named, sections }: SeatmapJson): string[] {
  const floors = [...(named ?? new Set(sections.map(({ floor }) => floor ?? '')))]
  return floors.length > 1 ? floors : []
}

/** The width to draw seats with, from the usual distance between neighbours in seat order. */
export function seatWidthOf(x: Float32Array, y: Float32Array): number {
  const distances: number[] = []
  const step = Math.max(1, Math.floor(x.length / PITCH_SAMPLES))
  for (let seat = 1; seat < x.length; seat += step) {
    const distance = Math.hypot(x[seat] - x[seat - 1], y[seat] - y[seat - 1])
    if (distance > 0) distances.push(distance)
  }
  distances.sort((a, b) => a - b)
  const pitch = distances[Math.floor(distances.length / 2)] ?? SEAT_WIDTH_CM
  return Math.min(SEAT_WIDTH_CM, pitch * PITCH_SHARE)
}
