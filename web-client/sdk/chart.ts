// The static side of an event's map: geometry, names and prices, as columns by seat_index. Built
// once per layout from what the server sent; nothing in it ever changes.

import type { AreaJson, Point, SeatmapJson } from './api-types'
import { boundsOf, boxOutline, growBounds, type Bounds } from './geometry'

export const Flag = { wheelchair: 1, companion: 2, restrictedView: 4, aisle: 8 } as const

/** The row or section of a seat that has none: places of general admission. */
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
}

export interface Row {
  section: number
  label: string
  prefix: string
  first: number
  count: number
}

export interface Area {
  label: string
  first: number
  count: number
  category: number
  outline: Point[]
  bounds: Bounds
}

export interface Shape {
  kind: string
  label: string
  outline: Point[]
  bounds: Bounds
}

/** For categories whose colour is missing or not a plain hex colour. */
const COLORS = ['#2f6fed', '#12956f', '#c2571a', '#8b4fd0', '#b8860b', '#c03a6b', '#3b7d94']

const SECTION_MARGIN_CM = 60
const SEAT_WIDTH_CM = 50

/** How many seats are looked at to learn how far apart they stand. */
const PITCH_SAMPLES = 400

export class Chart {
  readonly layout: string
  readonly currency: string
  readonly seats: number
  readonly x: Float32Array
  readonly y: Float32Array
  readonly category: Uint16Array
  readonly section: Uint32Array
  readonly row: Uint32Array
  readonly area: Uint32Array
  readonly flags: Uint8Array
  readonly number: readonly string[]
  readonly categories: Category[]
  readonly sections: Section[]
  readonly rows: Row[]
  readonly areas: Area[]
  readonly shapes: Shape[]
  readonly bounds: Bounds
  /** The width seats are drawn with, in centimetres. */
  readonly seatWidth: number
  private bySeatNo: Map<string, number> | null = null

  constructor(json: SeatmapJson) {
    this.layout = json.layout
    this.currency = json.currency ?? 'EUR'
    this.seats = json.x.length
    this.x = Float32Array.from(json.x)
    this.y = Float32Array.from(json.y)
    this.category = Uint16Array.from(json.category)
    this.flags = json.flags ? Uint8Array.from(json.flags) : new Uint8Array(this.seats)
    this.number = json.number
    this.categories = json.categories.map(readCategory)
    this.rows = json.rows
    this.row = new Uint32Array(this.seats).fill(NONE)
    this.section = new Uint32Array(this.seats).fill(NONE)
    this.area = new Uint32Array(this.seats).fill(NONE)
    json.rows.forEach((row, at) => {
      this.row.fill(at, row.first, row.first + row.count)
      this.section.fill(row.section, row.first, row.first + row.count)
    })
    this.areas = (json.areas ?? []).map((area, at) => this.readArea(area, at, json.sections))
    this.sections = this.readSections(json)
    this.shapes = (json.shapes ?? []).map((shape) => ({
      kind: shape.kind,
      label: shape.label ?? '',
      outline: shape.outline,
      bounds: boundsOf(shape.outline),
    }))
    this.seatWidth = Math.min(SEAT_WIDTH_CM, pitchOf(this.x, this.y) * 0.92)
    this.bounds = this.wholeBounds()
  }

  /** The name the server knows a seat by. */
  seatNo(seat: number): string {
    const row = this.row[seat]
    return (row === NONE ? '' : this.rows[row].prefix) + this.number[seat]
  }

  /** The seat of that name, or -1. The index is made when first asked for. */
  seatOf(seatNo: string): number {
    if (!this.bySeatNo) {
      this.bySeatNo = new Map()
      for (let seat = 0; seat < this.seats; seat += 1) this.bySeatNo.set(this.seatNo(seat), seat)
    }
    return this.bySeatNo.get(seatNo) ?? -1
  }

  priceOf(seat: number): string {
    return this.categories[this.category[seat]].price
  }

  private readArea(area: AreaJson, at: number, sections: SeatmapJson['sections']): Area {
    const end = area.first + area.count
    const section = this.section[area.first]
    const drawn = section === NONE ? undefined : sections[section]?.outline
    const around = boundsOf(this.pointsOf(area.first, end))
    // An area is laid out as a section of its own; its places count for the area, not for it.
    this.area.fill(at, area.first, end)
    this.section.fill(NONE, area.first, end)
    const outline = isOutline(drawn) ? drawn : boxOutline(growBounds(around, SECTION_MARGIN_CM))
    return {
      label: area.label,
      first: area.first,
      count: area.count,
      category: this.category[area.first] ?? 0,
      outline,
      bounds: boundsOf(outline),
    }
  }

  private readSections(json: SeatmapJson): Section[] {
    const points: Point[][] = json.sections.map(() => [])
    const shares = json.sections.map(() => new Uint32Array(this.categories.length))
    for (let seat = 0; seat < this.seats; seat += 1) {
      const section = this.section[seat]
      if (section === NONE) continue
      points[section].push([this.x[seat], this.y[seat]])
      shares[section][this.category[seat]] += 1
    }
    return json.sections.map(({ label, outline: drawn }, at) => {
      const box = growBounds(boundsOf(points[at]), SECTION_MARGIN_CM)
      const outline = isOutline(drawn) ? drawn : boxOutline(box)
      return {
        label,
        outline,
        bounds: boundsOf(outline),
        category: Math.max(0, shares[at].indexOf(Math.max(...shares[at]))),
        seatsOf: shares[at],
        seats: points[at].length,
      }
    })
  }

  private pointsOf(first: number, end: number): Point[] {
    const points: Point[] = []
    for (let seat = first; seat < end; seat += 1) points.push([this.x[seat], this.y[seat]])
    return points
  }

  private wholeBounds(): Bounds {
    const sections = this.sections.filter(({ seats }) => seats > 0)
    const corners: Point[] = [...sections, ...this.areas, ...this.shapes].flatMap(
      ({ bounds }): Point[] => [
        [bounds.left, bounds.top],
        [bounds.right, bounds.bottom],
      ],
    )
    const loose = this.pointsOf(0, this.seats).filter((_, seat) => this.section[seat] === NONE)
    return boundsOf(corners.length + loose.length > 0 ? [...corners, ...loose] : [[0, 0]])
  }
}

function isOutline(points: Point[] | undefined): points is Point[] {
  return points !== undefined && points.length > 2
}

function readCategory(category: SeatmapJson['categories'][number], at: number): Category {
  const plain = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(category.color ?? '')
  return {
    key: category.key,
    label: category.label || category.key,
    color: plain && category.color ? category.color : COLORS[at % COLORS.length],
    price: category.price,
  }
}

/** The usual distance between neighbours in seat order, whatever unit the chart was drawn in. */
function pitchOf(x: Float32Array, y: Float32Array): number {
  const distances: number[] = []
  const step = Math.max(1, Math.floor(x.length / PITCH_SAMPLES))
  for (let seat = 1; seat < x.length; seat += step) {
    const distance = Math.hypot(x[seat] - x[seat - 1], y[seat] - y[seat - 1])
    if (distance > 0) distances.push(distance)
  }
  distances.sort((a, b) => a - b)
  return distances[Math.floor(distances.length / 2)] ?? SEAT_WIDTH_CM
}
