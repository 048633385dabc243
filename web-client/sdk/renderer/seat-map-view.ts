// The map on the page: a camera over the chart, gestures and keys turned into seats, and a painter
// that shows the result. Whatever changes about seats it learns from the store.

import type { Point } from '../api-types.js'
import type { Bounds } from '../geometry.js'
import type { SeatStore } from '../seat-store.js'
import { Aim } from './aim.js'
import { Camera, type Insets, type Place } from './camera.js'
import { Framing } from './framing.js'
import { Gestures, type SelectTool } from './gestures.js'
import { Keyboard } from './keyboard.js'
import { Motion } from './motion.js'
import { Painter } from './painter.js'
import { Pointing } from './pointing.js'
import { SeatGrid } from './seat-grid.js'
import type { Highlight, MapLook } from './theme.js'
import type { SeatMapHandlers, SeatMapOptions } from './view-types.js'

export type { SelectTool } from './gestures.js'
export * from './view-types.js'

const DOUBLE_TAP_ZOOM = 2.2

export class SeatMapView {
  readonly store: SeatStore
  private readonly host: HTMLElement
  private readonly handlers: SeatMapHandlers
  private readonly grid: SeatGrid
  private readonly aim: Aim
  private readonly camera: Camera
  private readonly framing: Framing
  private readonly motion: Motion
  private readonly painter: Painter
  private readonly pointing: Pointing
  private readonly endings: (() => void)[]
  /** The whole chart is shown and stays so when the room changes. */
  private fitted = true
  private tool: SelectTool | null = null
  private readonly careful: boolean
  private readonly gestures: Gestures
  /** Whether the last tap was on a section, to which the map flies, or has come. */
  private cameCloser = false

  constructor(host: HTMLElement, store: SeatStore, options: SeatMapOptions) {
    this.host = host
    this.store = store
    this.handlers = options.handlers
    this.careful = options.careful ?? false
    this.grid = new SeatGrid(store.chart)
    this.camera = new Camera(store.chart.bounds, store.chart.seatWidth)
    this.camera.chart = store.chart.boundsOn(this.grid.floor)
    this.framing = new Framing(store.chart, this.camera)
    this.aim = new Aim(store, this.grid, this.camera)
    this.motion = new Motion(this.camera)
    const { grid, camera, motion } = this
    this.painter = new Painter(host, { store, grid, camera, motion }, options)
    const { aim, painter } = this
    this.pointing = new Pointing(host, { store, aim, camera, painter }, options.handlers)
    this.gestures = this.makeGestures()
    this.setCooperative(options.cooperative ?? false)
    this.endings = this.listen()
    this.resize()
  }

  destroy(): void {
    for (const end of this.endings) end()
    this.pointing.destroy()
    this.painter.destroy()
  }

  setLook(look: MapLook): void {
    this.painter.setLook(look)
  }

  /** Tells which margins of the host are covered, so that "whole" means the part one sees. */
  setInsets(insets: Insets): void {
    this.camera.insets = insets
    if (this.fitted) this.frameWhole()
    this.painter.all()
  }

  /** Shows these categories' seats in colour and the others pale. */
  setHighlight(highlight: Highlight): void {
    this.painter.setHighlight(highlight)
  }

  /** Marks seats that choosing the one pointed at would leave alone. */
  warnOfOrphans(on: boolean): void {
    this.pointing.warnsOfOrphans = on
  }

  /** Makes dragging draw around seats instead of moving the map; null moves it again. */
  setTool(tool: SelectTool | null): void {
    this.tool = tool
    this.pointing.setDrawing(tool !== null)
  }

  /** Leaves one finger and the plain wheel to the page around the map, or takes them again. */
  setCooperative(on: boolean): void {
    this.gestures.cooperative = on
    this.host.style.touchAction = on ? 'pan-y' : 'none'
  }

  /** The storey on the screen, as a position in the chart's floors; -1 when there is only one. */
  get floor(): number {
    return this.grid.floor
  }

  setFloor(floor: number): void {
    if (floor === this.grid.floor) return
    this.pointing.leave()
    this.motion.stop()
    this.grid.setFloor(floor)
    this.camera.chart = this.store.chart.boundsOn(floor)
    this.frameWhole()
    this.fitted = true
    this.painter.all()
  }

  zoomBy(factor: number): void {
    const { x, y, scale } = this.motion.target
    this.fly({ x, y, scale: scale * factor })
  }

  fit(): void {
    this.fly(this.framing.whole())
    this.fitted = true
  }

  /** Brings a seat to the middle, close enough to read its number. */
  showSeat(seat: number): void {
    this.setFloor(this.store.chart.floorOf(seat))
    this.fly(this.framing.seat(seat, this.motion.target.scale))
  }

  /** Brings several seats into view together, no closer than one would be shown. */
  showSeats(seats: readonly number[]): void {
    if (seats.length === 0) return
    this.setFloor(this.store.chart.floorOf(seats[0]))
    this.fly(this.framing.seats(seats))
  }

  /** Brings a place of the chart to the middle, at once and no closer. */
  showPlace(x: number, y: number): void {
    this.move(() => this.camera.moveTo(x, y, this.camera.scale))
  }

  /** The part of the chart on the screen. */
  get seen(): Bounds {
    return this.camera.view
  }

  /** How many times closer than the whole the view is. */
  get closeness(): number {
    return this.camera.scale / this.camera.fitScale
  }

  /** Calls back when another part of the chart is drawn; the answer ends it. */
  onMoved(listener: () => void): () => void {
    this.painter.movedListeners.add(listener)
    return () => this.painter.movedListeners.delete(listener)
  }

  /** Where a seat is in the host, and how wide, in CSS pixels. */
  seatPlace(seat: number): { x: number; y: number; width: number } {
    const { x, y } = this.store.chart
    return {
      x: this.camera.screenX(x[seat]),
      y: this.camera.screenY(y[seat]),
      width: this.aim.seatPx,
    }
  }

  /** Whether the map is where it is going to be; browser tests wait for it. */
  get settled(): boolean {
    return !this.motion.moving
  }

  private makeGestures(): Gestures {
    return new Gestures(this.host, {
      press: () => {
        if (!this.arriving) this.motion.stop()
      },
      pan: (dx, dy) => this.move(() => this.camera.panBy(dx, dy)),
      zoom: (x, y, factor) => this.move(() => this.camera.zoomAt(x, y, factor)),
      notch: (x, y, factor) => this.zoomByNotch(x, y, factor),
      fling: (vx, vy) => {
        this.motion.glide(vx, vy, performance.now())
        this.painter.ask()
      },
      tap: (x, y, touch) => this.tap(x, y, touch),
      doubleTap: (x, y, touch) => this.doubleTap(x, y, touch),
      hover: (x, y) => this.pointing.moveTo(x, y),
      leave: () => this.pointing.leave(),
      tool: (shift) => this.tool ?? (shift && this.handlers.select ? 'box' : null),
      withheld: (by) => this.handlers.withheld?.(by),
      select: (outline, done) => this.select(outline, done),
    })
  }

  private listen(): (() => void)[] {
    const keyboard = new Keyboard(this.host, this.grid, {
      store: this.store,
      middle: () => ({ x: this.camera.x, y: this.camera.y }),
      zoom: (factor) => this.zoomBy(factor),
      fit: () => this.fit(),
      cursor: (seat, range) => this.setCursor(seat, range),
      choose: (seat) => this.handlers.seat(seat),
      ranges: this.handlers.select !== undefined,
      chooseRange: (seats) => this.handlers.select?.([...seats]),
    })
    const observer = new ResizeObserver(() => this.resize())
    observer.observe(this.host)
    this.onMoved(() => this.pointing.follow())
    return [() => this.gestures.destroy(), () => keyboard.destroy(), () => observer.disconnect()]
  }

  /** Whether the map flies to a section: another tap lets it arrive. */
  private get arriving(): boolean {
    return this.cameCloser && this.motion.moving
  }

  private tap(x: number, y: number, touch: boolean): void {
    if (this.arriving) return
    const target = this.aim.targetAt(x, y, touch)
    this.cameCloser = target.kind === 'section'
    if (touch && target.kind !== 'seat') this.pointing.leave()
    if (target.kind === 'seat') this.choose(target.seat, touch)
    else if (target.kind === 'area') this.handlers.area(target.area)
    else if (target.kind === 'section') {
      this.handlers.enter?.(target.section)
      this.fly(this.framing.section(target.bounds, target.at))
    }
  }

  /** A finger is told of the seat as well, or first of all where something speaks against it. */
  private choose(seat: number, touch: boolean): void {
    const first = touch && this.careful && this.pointing.hasToTell(seat)
    if (!first) this.handlers.seat(seat)
    if (touch) this.pointing.tapped(seat, first)
  }

  private select(outline: readonly Point[], done: boolean): void {
    this.painter.setLasso(done ? [] : outline)
    if (done && outline.length > 2) this.handlers.select?.(this.aim.seatsWithin(outline))
  }

  private doubleTap(x: number, y: number, touch: boolean): void {
    // The first tap has brought the section closer: what lies there now was not meant.
    if (this.cameCloser) return
    // On a seat two taps are two choices: taken, and given back.
    if (this.aim.seatAt(x, y, touch) >= 0) {
      this.tap(x, y, touch)
      return
    }
    const [chartX, chartY] = [this.camera.chartX(x), this.camera.chartY(y)]
    this.fly({ x: chartX, y: chartY, scale: this.camera.scale * DOUBLE_TAP_ZOOM })
  }

  private setCursor(seat: number, range: readonly number[]): void {
    this.painter.setCursor(seat)
    if (seat >= 0) this.showSeat(seat)
    this.pointing.key(seat, range)
  }

  private frameWhole(): void {
    const { x, y, scale } = this.framing.whole()
    this.camera.moveTo(x, y, scale)
  }

  private move(change: () => void): void {
    this.fitted = false
    this.motion.stop()
    change()
    this.pointing.leave()
    this.painter.moved()
  }

  private zoomByNotch(x: number, y: number, factor: number): void {
    this.fitted = false
    this.pointing.leave()
    const scale = this.motion.target.scale * factor
    this.motion.zoomTo(this.camera.zoomedAt(x, y, scale), performance.now())
    this.painter.moved()
  }

  private fly(to: Place): void {
    this.fitted = false
    this.pointing.leave()
    this.motion.flyTo(to, performance.now())
    this.painter.all()
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host
    this.camera.resize(width, height)
    if (this.fitted) this.frameWhole()
    this.painter.resize(width, height)
  }
}
