// Buttons on the element's map, for those without wheel, pinch or keyboard; its storeys; and the
// whole in a corner. Only where the page asks for them.

import { MiniMap } from '../renderer/mini-map.js'
import type { SeatMapView } from '../renderer/seat-map-view.js'
import type { MapLook } from '../renderer/theme.js'
import { make, type Frame } from './frame.js'
import { icon } from './pictures.js'
import type { ElementWords } from './words.js'

const ZOOM_STEP = 1.7

const ICONS = {
  plus: 'M9 3v12M3 9h12',
  minus: 'M3 9h12',
  whole: 'M2 6V2h4M12 2h4v4M16 12v4h-4M6 16H2v-4',
}

export class Controls {
  private readonly tools = make('div', 'card tools', { role: 'group', part: 'controls' })
  private readonly floors = make('div', 'card floors', { role: 'group', part: 'floors' })
  private readonly mini = make('div', 'card mini', { part: 'overview' })
  private readonly miniMap: MiniMap
  private readonly view: SeatMapView
  private readonly unlisten: () => void
  private shown = -2

  constructor(frame: Frame, view: SeatMapView, look: MapLook) {
    this.view = view
    this.tools.append(
      button('plus', () => view.zoomBy(ZOOM_STEP)),
      button('minus', () => view.zoomBy(1 / ZOOM_STEP)),
      button('whole', () => view.fit()),
    )
    view.store.chart.floors.forEach((floor, at) => {
      const choice = make('button', '', { type: 'button' })
      choice.textContent = floor || '–'
      choice.addEventListener('click', () => view.setFloor(at))
      this.floors.append(choice)
    })
    this.floors.hidden = view.store.chart.floors.length < 2
    frame.stage.after(this.floors)
    frame.body.append(this.tools, this.mini)
    this.miniMap = new MiniMap(this.mini, view, look)
    this.unlisten = view.onMoved(() => this.mark())
    this.mark()
  }

  /** Whether there are storeys to switch between. */
  get hasFloors(): boolean {
    return !this.floors.hidden
  }

  setLook(look: MapLook, words: ElementWords): void {
    this.miniMap.setLook(look)
    this.mini.title = words.overview
    this.tools.setAttribute('aria-label', words.controls)
    this.floors.setAttribute('aria-label', words.floors)
    const names = [words.zoomIn, words.zoomOut, words.whole]
    ;[...this.tools.children].forEach((tool, at) => {
      tool.setAttribute('aria-label', names[at])
      tool.setAttribute('title', names[at])
    })
  }

  destroy(): void {
    this.unlisten()
    this.miniMap.destroy()
    for (const part of [this.tools, this.floors, this.mini]) part.remove()
  }

  private mark(): void {
    const { floor } = this.view
    if (floor === this.shown) return
    this.shown = floor
    const choices = [...this.floors.children]
    choices.forEach((choice, at) => choice.setAttribute('aria-pressed', String(at === floor)))
  }
}

function button(name: keyof typeof ICONS, act: () => void): HTMLButtonElement {
  const made = make('button', '', { type: 'button' })
  made.append(icon(ICONS[name]))
  made.addEventListener('click', act)
  return made
}
