// The map on the page: a camera over the chart, gestures and keys turned into seats, and a painter
// that shows the result. Whatever changes about seats it learns from the store.

import { growBounds, insideOutline, type Bounds } from '../geometry'
import type { SeatStore } from '../seat-store'
import { Camera, type Insets } from './camera'
import { Gestures } from './gestures'
import { Keyboard } from './keyboard'
import { Motion } from './motion'
import { Painter, SEATS_FULL_PX } from './painter'
import { SeatGrid } from './seat-grid'
import type { Highlight, MapLook } from './theme'

export interface SeatHover {
  seat: number
  x: number
  y: number
  radius: number
  /** How wide the host is: what is shown beside the seat must stay within. */
  room: number
}

export interface SeatMapHandlers {
  /** A seat was chosen, by tap or by key. */
  seat(seat: number): void
  area(area: number): void
  /** The seat pointed at and its place in the host; null when there is none. */
  hover(hover: SeatHover | null): void
}

export interface SeatMapOptions extends MapLook {
  handlers: SeatMapHandlers
}

/** Seats narrower than this can't be chosen with a finger or a mouse; a tap comes closer. */
const TOUCH_SEAT_PX = 15
const MOUSE_SEAT_PX = 6

/** How wide seats are after coming closer, in CSS pixels. */
const CLOSE_SEAT_PX = 26
const SECTION_SEAT_PX = 24

const FIT_MARGIN_PX = 20
const DOUBLE_TAP_ZOOM = 2.2

export class SeatMapView {
  readonly store: SeatStore
  private readonly host: HTMLElement
  private readonly handlers: SeatMapHandlers
  private readonly grid: SeatGrid
  private readonly camera: Camera
  private readonly motion: Motion
  private readonly painter: Painter
  private readonly endings: (() => void)[]
  private hovered = -1
  /** The whole chart is shown and stays so when the room changes. */
  private fitted = true

  constructor(host: HTMLElement, store: SeatStore, options: SeatMapOptions) {
    this.host = host
    this.store = store
    this.handlers = options.handlers
    this.grid = new SeatGrid(store.chart)
    this.camera = new Camera(store.chart.bounds, store.chart.seatWidth)
    this.motion = new Motion(this.camera)
    const { grid, camera, motion } = this
    this.painter = new Painter(host, { store, grid, camera, motion }, options)
    this.endings = this.listen()
    this.resize()
  }

  destroy(): void {
    for (const end of this.endings) end()
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

  zoomBy(factor: number): void {
    const { x, y, scale } = this.camera
    this.fly({ x, y, scale: scale * factor })
  }

  fit(): void {
    this.fly(this.camera.framing(this.wholeBox()))
    this.fitted = true
  }

  /** Brings a seat to the middle, close enough to read its number. */
  showSeat(seat: number): void {
    const { x, y, seatWidth } = this.store.chart
    const scale = Math.max(this.camera.scale, CLOSE_SEAT_PX / seatWidth)
    this.fly({ x: x[seat], y: y[seat], scale })
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
      width: this.seatPx,
    }
  }

  /** Whether the map is where it is going to be; browser tests wait for it. */
  get settled(): boolean {
    return !this.motion.moving
  }

  private get seatPx(): number {
    return this.store.chart.seatWidth * this.camera.scale
  }

  private listen(): (() => void)[] {
    const gestures = new Gestures(this.host, {
      press: () => this.motion.stop(),
      pan: (dx, dy) => this.move(() => this.camera.panBy(dx, dy)),
      zoom: (x, y, factor) => this.move(() => this.camera.zoomAt(x, y, factor)),
      fling: (vx, vy) => {
        this.motion.glide(vx, vy, performance.now())
        this.painter.ask()
      },
      tap: (x, y, touch) => this.tap(x, y, touch),
      doubleTap: (x, y) => this.doubleTap(x, y),
      hover: (x, y) => this.hover(this.hit(x, y, MOUSE_SEAT_PX)),
      leave: () => this.hover(-1),
    })
    const keyboard = new Keyboard(this.host, this.grid, {
      store: this.store,
      middle: () => ({ x: this.camera.x, y: this.camera.y }),
      zoom: (factor) => this.zoomBy(factor),
      fit: () => this.fit(),
      cursor: (seat) => this.setCursor(seat),
      choose: (seat) => this.handlers.seat(seat),
    })
    const observer = new ResizeObserver(() => this.resize())
    observer.observe(this.host)
    return [() => gestures.destroy(), () => keyboard.destroy(), () => observer.disconnect()]
  }

  private tap(x: number, y: number, touch: boolean): void {
    const seat = this.hit(x, y, touch ? TOUCH_SEAT_PX : MOUSE_SEAT_PX)
    if (seat >= 0) {
      this.handlers.seat(seat)
      return
    }
    const { areas, sections } = this.store.chart
    const at = [this.camera.chartX(x), this.camera.chartY(y)] as const
    const area = areas.findIndex(({ outline }) => insideOutline(outline, ...at))
    if (area >= 0) {
      this.handlers.area(area)
      return
    }
    if (this.seatPx >= (touch ? TOUCH_SEAT_PX : SEATS_FULL_PX)) return
    const section = sections.findIndex(({ outline }) => insideOutline(outline, ...at))
    if (section >= 0) this.comeCloser(sections[section].bounds, at)
  }

  /** Shows a section whole if its seats can be chosen then; otherwise the place itself. */
  private comeCloser(section: Bounds, [x, y]: readonly [number, number]): void {
    const whole = this.camera.framing(growBounds(section, this.store.chart.seatWidth))
    const least = SECTION_SEAT_PX / this.store.chart.seatWidth
    this.fly(whole.scale >= least ? whole : { x, y, scale: least })
  }

  private doubleTap(x: number, y: number): void {
    // On a seat two taps are two choices: taken, and given back.
    const seat = this.hit(x, y, MOUSE_SEAT_PX)
    if (seat >= 0) {
      this.tap(x, y, true)
      return
    }
    const [chartX, chartY] = [this.camera.chartX(x), this.camera.chartY(y)]
    this.fly({ x: chartX, y: chartY, scale: this.camera.scale * DOUBLE_TAP_ZOOM })
  }

  private hit(x: number, y: number, seatPxMin: number): number {
    if (this.seatPx < seatPxMin) return -1
    const radius = this.store.chart.seatWidth * 0.6
    return this.grid.nearest(this.camera.chartX(x), this.camera.chartY(y), radius)
  }

  private hover(seat: number): void {
    if (seat === this.hovered) return
    this.hovered = seat
    this.host.style.cursor = seat >= 0 ? 'pointer' : ''
    this.painter.setHovered(seat)
    this.tellHover(seat)
  }

  private setCursor(seat: number): void {
    this.painter.setCursor(seat)
    if (seat >= 0) this.showSeat(seat)
    this.tellHover(seat)
  }

  private tellHover(seat: number): void {
    if (seat < 0) this.handlers.hover(null)
    else {
      const { x, y, width } = this.seatPlace(seat)
      this.handlers.hover({ seat, x, y, radius: width / 2, room: this.host.clientWidth })
    }
  }

  private wholeBox(): Bounds {
    return growBounds(this.store.chart.bounds, FIT_MARGIN_PX / this.camera.fitScale)
  }

  private frameWhole(): void {
    const { x, y, scale } = this.camera.framing(this.wholeBox())
    this.camera.moveTo(x, y, scale)
  }

  private move(change: () => void): void {
    this.fitted = false
    change()
    this.hover(-1)
    this.painter.moved()
  }

  private fly(to: { x: number; y: number; scale: number }): void {
    this.fitted = false
    this.hover(-1)
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
