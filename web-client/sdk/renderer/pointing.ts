// What is pointed at, by mouse, by keys or by a finger's tap: a seat, or a section from afar. Marks
// it on the map and tells the page of it; what is then done with it is others' business.

import { Flag } from '../chart.js'
import { orphanedBy } from '../orphans.js'
import { Status } from '../protocol/index.js'
import { Own, type SeatStore } from '../seat-store.js'
import type { Aim } from './aim.js'
import type { Camera } from './camera.js'
import type { Painter } from './painter.js'
import type { SeatHover, SeatMapHandlers } from './view-types.js'

export interface PointingParts {
  store: SeatStore
  aim: Aim
  camera: Camera
  painter: Painter
}

/** What a finger has tapped is told of for so long; a mouse stays where it points. */
const TAPPED_MS = 6_000

export class Pointing {
  /** Whether seats are marked that choosing the one pointed at would leave alone. */
  warnsOfOrphans = false
  private readonly host: HTMLElement
  private readonly parts: PointingParts
  private readonly handlers: SeatMapHandlers
  private seat = -1
  private section = -1
  private drawing = false
  /** What the page was told last. */
  private told: SeatHover | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(host: HTMLElement, parts: PointingParts, handlers: SeatMapHandlers) {
    this.host = host
    this.parts = parts
    this.handlers = handlers
  }

  destroy(): void {
    clearTimeout(this.timer)
  }

  /** Whether dragging draws around seats: then that is what the pointer says. */
  setDrawing(drawing: boolean): void {
    this.drawing = drawing
    this.showCursor()
  }

  /** The mouse is here, in CSS pixels of the host. */
  moveTo(x: number, y: number): void {
    const { aim } = this.parts
    const seat = aim.seatAt(x, y)
    this.pointAt(seat, seat < 0 ? aim.sectionAt(x, y) : -1)
  }

  leave(): void {
    this.pointAt(-1, -1)
  }

  /** The keyboard is on a seat, having come along these with Shift; -1: it has left. */
  key(seat: number, range: readonly number[]): void {
    this.tellSeat(seat, range)
  }

  /** The map has moved under the seat that was told of: it is somewhere else now. */
  follow(): void {
    const { told } = this
    if (!told) return
    const place = this.placeOf(told.seat)
    const same = place.x === told.x && place.y === told.y && place.radius === told.radius
    if (!same) this.tell({ ...told, ...place })
  }

  /** A finger has no hover: its tap shows the seat for a while; `again`: and that alone. */
  tapped(seat: number, again: boolean): void {
    this.pointAt(-1, -1)
    this.seat = seat
    this.tellSeat(seat, [], again)
    this.timer = setTimeout(() => this.leave(), TAPPED_MS)
  }

  /** Whether something speaks against a seat that could be taken, and hasn't just been told. */
  hasToTell(seat: number): boolean {
    const { aim, store } = this.parts
    const { told } = this
    const group = aim.groupOf(seat)
    if (told?.again && group.includes(told.seat)) return false
    const free = (at: number) =>
      store.statuses[at] === Status.available && store.own[at] === Own.none
    if (!store.ready || !group.every(free)) return false
    const restricted = group.some((at) => store.chart.flags[at] & Flag.restrictedView)
    return restricted || (this.warnsOfOrphans && orphanedBy(store, group) !== null)
  }

  private pointAt(seat: number, section: number): void {
    const [seatBefore, sectionBefore] = [this.seat, this.section]
    this.seat = seat
    this.section = section
    if (seat !== seatBefore) this.tellSeat(seat, [])
    if (section !== sectionBefore) this.tellSection(section)
    this.showCursor()
  }

  private showCursor(): void {
    const pointed = this.seat >= 0 || this.section >= 0
    this.host.style.cursor = this.drawing ? 'crosshair' : pointed ? 'pointer' : ''
  }

  private tellSeat(seat: number, range: readonly number[], again = false): void {
    clearTimeout(this.timer)
    const { aim, painter, store } = this.parts
    const pointed = range.length > 0 || seat < 0 ? range : aim.groupOf(seat)
    // What is held next is all of them.
    const orphaned = this.warnsOfOrphans ? orphanedBy(store, pointed) : null
    const orphans = orphaned?.seats ?? []
    painter.setHovered(pointed, orphans)
    if (seat < 0) this.tell(null)
    else {
      const alternative = orphaned?.alternative ?? []
      const place = this.placeOf(seat)
      this.tell({ seat, ...place, orphans, alternative, range: range.length, again })
    }
  }

  private tell(hover: SeatHover | null): void {
    this.told = hover
    this.handlers.hover(hover)
  }

  private placeOf(seat: number): Pick<SeatHover, 'x' | 'y' | 'radius' | 'room'> {
    const { aim, camera, store } = this.parts
    const [x, y] = [camera.screenX(store.chart.x[seat]), camera.screenY(store.chart.y[seat])]
    return { x, y, radius: aim.seatPx / 2, room: this.host.clientWidth }
  }

  private tellSection(section: number): void {
    const { camera, painter, store } = this.parts
    painter.setSection(section)
    if (section < 0) {
      this.handlers.section?.(null)
      return
    }
    const { left, top, right, bottom } = store.chart.sections[section].bounds
    this.handlers.section?.({
      section,
      x: camera.screenX((left + right) / 2),
      top: camera.screenY(top),
      bottom: camera.screenY(bottom),
      room: { width: this.host.clientWidth, height: this.host.clientHeight },
    })
  }
}
