// The whole of a storey in a corner, with the part one sees framed; a click or drag goes there.
// Sections are drawn once per look and storey, the frame with each movement.

import type { Point } from '../api-types.js'
import type { SeatMapView } from './seat-map-view.js'
import { mix, type MapLook } from './theme.js'

/** Shown once this much closer than the whole. */
const SHOWN_FROM = 1.6

const MARGIN_PX = 8

export class MiniMap {
  private readonly host: HTMLElement
  private readonly view: SeatMapView
  private readonly canvas = document.createElement('canvas')
  private readonly ground = document.createElement('canvas')
  private readonly endings = new AbortController()
  private readonly unlisten: () => void
  private look: MapLook
  /** The storey whose sections are drawn. */
  private floor = -1

  constructor(host: HTMLElement, view: SeatMapView, look: MapLook) {
    this.host = host
    this.view = view
    this.look = look
    this.canvas.style.cssText = 'display:block;width:100%;height:100%'
    this.canvas.setAttribute('aria-hidden', 'true')
    host.append(this.canvas)
    const { signal } = this.endings
    host.addEventListener('pointerdown', (event) => this.go(event), { signal })
    host.addEventListener('pointermove', (event) => event.buttons > 0 && this.go(event), { signal })
    this.unlisten = view.onMoved(() => this.draw())
    this.setLook(look)
  }

  destroy(): void {
    this.endings.abort()
    this.unlisten()
    this.canvas.remove()
  }

  setLook(look: MapLook): void {
    this.look = look
    const ratio = window.devicePixelRatio || 1
    for (const canvas of [this.canvas, this.ground]) {
      canvas.width = Math.max(1, Math.round(this.host.clientWidth * ratio))
      canvas.height = Math.max(1, Math.round(this.host.clientHeight * ratio))
    }
    this.drawGround()
    this.draw()
  }

  /** Pixels of the canvas per centimetre, and where the chart begins. */
  private get fit(): { scale: number; left: number; top: number } {
    const { left, top, right, bottom } = this.view.store.chart.bounds
    const { width, height } = this.canvas
    const margin = MARGIN_PX * (window.devicePixelRatio || 1)
    const scale = Math.min(
      (width - 2 * margin) / Math.max(1, right - left),
      (height - 2 * margin) / Math.max(1, bottom - top),
    )
    return {
      scale,
      left: (width - (right - left) * scale) / 2 - left * scale,
      top: (height - (bottom - top) * scale) / 2 - top * scale,
    }
  }

  private drawGround(): void {
    const ctx = this.ground.getContext('2d')
    if (!ctx) return
    const { theme } = this.look
    const { store, floor } = this.view
    const { chart } = store
    this.floor = floor
    const there = (part: { floor: number }) => floor < 0 || part.floor < 0 || part.floor === floor
    const { scale, left, top } = this.fit
    const fill = (outline: readonly Point[], color: string) => {
      ctx.beginPath()
      for (const [x, y] of outline) ctx.lineTo(x * scale + left, y * scale + top)
      ctx.closePath()
      ctx.fillStyle = color
      ctx.fill()
    }
    ctx.clearRect(0, 0, this.ground.width, this.ground.height)
    for (const { kind, outline } of chart.shapes) {
      fill(outline, kind === 'stage' ? theme.stage : theme.ground)
    }
    const block = mix(theme.floor, theme.quietLabel, 0.4)
    const sections = chart.sections.filter(({ seats }) => seats > 0)
    for (const { outline } of [...sections, ...chart.areas].filter(there)) fill(outline, block)
  }

  private draw(): void {
    const ctx = this.canvas.getContext('2d')
    if (!ctx) return
    if (this.view.floor !== this.floor) this.drawGround()
    this.host.style.visibility = this.view.closeness >= SHOWN_FROM ? 'visible' : 'hidden'
    const { scale, left, top } = this.fit
    const seen = this.view.seen
    ctx.clearRect(0, 0, this.canvas.width, this.canvas.height)
    ctx.drawImage(this.ground, 0, 0)
    ctx.strokeStyle = this.look.theme.own
    ctx.lineWidth = 2 * (window.devicePixelRatio || 1)
    // A frame that reached over the edges would be seen as a line or two.
    const inside = (place: number, size: number) =>
      Math.min(size - ctx.lineWidth, Math.max(ctx.lineWidth, place))
    const { width, height } = this.canvas
    const [x, right] = [seen.left, seen.right].map((at) => inside(at * scale + left, width))
    const [y, bottom] = [seen.top, seen.bottom].map((at) => inside(at * scale + top, height))
    ctx.beginPath()
    ctx.roundRect(x, y, right - x, bottom - y, ctx.lineWidth * 1.5)
    ctx.stroke()
  }

  private go(event: PointerEvent): void {
    const box = this.canvas.getBoundingClientRect()
    const { scale, left, top } = this.fit
    const ratio = this.canvas.width / Math.max(1, box.width)
    const x = ((event.clientX - box.left) * ratio - left) / scale
    const y = ((event.clientY - box.top) * ratio - top) / scale
    this.view.showPlace(x, y)
  }
}
