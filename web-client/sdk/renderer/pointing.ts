// What is pointed at, by mouse or by keys: a seat, or a section from afar. Marks it on the map and
// tells the page of it; what is then done with it is others' business.

import { orphanedBy } from '../orphans.js'
import type { SeatStore } from '../seat-store.js'
import type { Aim } from './aim.js'
import type { Camera } from './camera.js'
import type { Painter } from './painter.js'
import type { SeatMapHandlers } from './view-types.js'

export interface PointingParts {
  store: SeatStore
  aim: Aim
  camera: Camera
  painter: Painter
}

export class Pointing {
  /** Whether seats are marked that choosing the one pointed at would leave alone. */
  warnsOfOrphans = false
  private readonly host: HTMLElement
  private readonly parts: PointingParts
  private readonly handlers: SeatMapHandlers
  private seat = -1
  private section = -1
  private drawing = false

  constructor(host: HTMLElement, parts: PointingParts, handlers: SeatMapHandlers) {
    this.host = host
    this.parts = parts
    this.handlers = handlers
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

  private tellSeat(seat: number, range: readonly number[]): void {
    const { aim, camera, painter, store } = this.parts
    const pointed = range.length > 0 || seat < 0 ? range : aim.groupOf(seat)
    // What is held next is all of them.
    const orphaned = this.warnsOfOrphans ? orphanedBy(store, pointed) : null
    const orphans = orphaned?.seats ?? []
    painter.setHovered(pointed, orphans)
    if (seat < 0) this.handlers.hover(null)
    else {
      const [x, y] = [camera.screenX(store.chart.x[seat]), camera.screenY(store.chart.y[seat])]
      const place = { x, y, radius: aim.seatPx / 2, room: this.host.clientWidth }
      const alternative = orphaned?.alternative ?? []
      this.handlers.hover({ seat, ...place, orphans, alternative, range: range.length })
    }
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
