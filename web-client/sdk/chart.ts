// The static side of an event's map: geometry, names and prices, as columns by seat_index. Built
// once per layout from what the server sent; nothing in it ever changes.

import type { AreaJson, Point, SeatmapJson, TableJson } from './api-types.js'
import {
  isOutline,
  NONE,
  readCategory,
  readBackground,
  readFloors,
  seatWidthOf,
  type Area,
  type Background,
  type Category,
  type Row,
  type Section,
  type Shape,
  type Table,
  type Text,
} from './chart-parts.js'
import { boundsOf, boxOutline, growBounds, type Bounds } from './geometry.js'

export * from './chart-parts.js'

const SECTION_MARGIN_CM = 60

/** Stands for the page where there is none. */
const NO_PAGE = 'https://localhost'

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
  readonly table: Uint32Array
  readonly flags: Uint8Array
  readonly number: readonly string[]
  readonly categories: Category[]
  readonly sections: Section[]
  readonly rows: Row[]
  /** Seats, ascending, with an aisle before them within their row. */
  readonly breaks: Uint32Array
  readonly tables: Table[]
  readonly areas: Area[]
  readonly shapes: Shape[]
  readonly texts: Text[]
  readonly background: Background | null
  /** Storeys by name; none when there is only one. */
  readonly floors: readonly string[]
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
    this.breaks = Uint32Array.from(json.breaks ?? [])
    this.floors = readFloors(json)
    this.table = new Uint32Array(this.seats).fill(NONE)
    this.tables = (json.tables ?? []).map((table, at) => this.readTable(table, at, json.sections))
    this.areas = (json.areas ?? []).map((area, at) => this.readArea(area, at, json.sections))
    this.sections = this.readSections(json)
    this.texts = json.texts ?? []
    this.background = readBackground(json.background, globalThis.location?.href ?? NO_PAGE)
    this.shapes = (json.shapes ?? []).map((shape) => ({
      kind: shape.kind,
      label: shape.label ?? '',
      outline: shape.outline,
      bounds: boundsOf(shape.outline),
    }))
    this.seatWidth = seatWidthOf(this.x, this.y)
    this.bounds = this.boundsOn(-1)
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

  /** The storey a seat is on, as a position in `floors`; -1 when there is only one. */
  floorOf(seat: number): number {
    if (this.floors.length === 0) return -1
    const area = this.areas[this.area[seat]]
    return (area ?? this.sections[this.section[seat]])?.floor ?? -1
  }

  /** The run of neighbours between aisles that a seat of a row sits in: first, and one past it. */
  segmentOf(seat: number): [number, number] {
    const row = this.rows[this.row[seat]]
    let first = row?.first ?? seat
    let end = row ? row.first + row.count : seat + 1
    for (const at of this.breaks) {
      if (at <= seat && at > first) first = at
      else if (at > seat) {
        end = Math.min(end, at)
        break
      }
    }
    return [first, end]
  }

  private floorNumber(section: { floor?: string } | undefined): number {
    return this.floors.indexOf(section?.floor ?? '')
  }

  private readTable(table: TableJson, at: number, sections: SeatmapJson['sections']): Table {
    const { label, first, count } = table
    const section = this.section[first]
    this.table.fill(at, first, first + count)
    const outline = isOutline(table.outline) ? table.outline : []
    return {
      label,
      first,
      count,
      whole: table.sale === 'whole',
      category: this.category[first] ?? 0,
      outline,
      bounds: boundsOf(outline.length > 0 ? outline : this.pointsOf(first, first + count)),
      floor: this.floorNumber(sections[section]),
    }
  }

  private readArea(area: AreaJson, at: number, sections: SeatmapJson['sections']): Area {
    const end = area.first + area.count
    const section = this.section[area.first]
    const own = isOutline(area.outline) ? area.outline : undefined
    const drawn = own ?? (section === NONE ? undefined : sections[section]?.outline)
    const around = boundsOf(this.pointsOf(area.first, end))
    // An area is laid out as a section of its own; its places count for the area, not for it.
    this.area.fill(at, area.first, end)
    this.section.fill(NONE, area.first, end)
    const outline = isOutline(drawn) ? drawn : boxOutline(growBounds(around, SECTION_MARGIN_CM))
    return {
      label: area.label,
      first: area.first,
      count: area.count,
      capacity: area.capacity ?? area.count,
      category: this.category[area.first] ?? 0,
      outline,
      bounds: boundsOf(outline),
      floor: this.floorNumber(sections[section]),
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
    return json.sections.map(({ label, outline: drawn, floor }, at) => {
      const box = growBounds(boundsOf(points[at]), SECTION_MARGIN_CM)
      const outline = isOutline(drawn) ? drawn : boxOutline(box)
      return {
        label,
        outline,
        bounds: boundsOf(outline),
        category: Math.max(0, shares[at].indexOf(Math.max(...shares[at]))),
        seatsOf: shares[at],
        seats: points[at].length,
        floor: this.floorNumber({ floor }),
      }
    })
  }

  private pointsOf(first: number, end: number): Point[] {
    const points: Point[] = []
    for (let seat = first; seat < end; seat += 1) points.push([this.x[seat], this.y[seat]])
    return points
  }

  /** The box around everything on a storey, or around the whole for -1. */
  boundsOn(floor: number): Bounds {
    const there = (part: { floor: number }) => floor < 0 || part.floor === floor
    const sections = this.sections.filter((part) => part.seats > 0 && there(part))
    const areas = this.areas.filter(there)
    const corners: Point[] = [...sections, ...areas, ...this.shapes].flatMap(
      ({ bounds }): Point[] => [
        [bounds.left, bounds.top],
        [bounds.right, bounds.bottom],
      ],
    )
    const loose = this.pointsOf(0, this.seats).filter((_, seat) => this.section[seat] === NONE)
    return boundsOf(corners.length + loose.length > 0 ? [...corners, ...loose] : [[0, 0]])
  }
}
