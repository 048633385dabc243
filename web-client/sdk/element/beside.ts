// What stands beside or over the element's map where the page asks for it: buttons, the legend, and
// the list with the switch that leads to it.

import type { SeatMapView } from '../renderer/seat-map-view.js'
import type { Highlight } from '../renderer/theme.js'
import type { SeatStore } from '../seat-store.js'
import { Controls } from './controls.js'
import { make, type Frame } from './frame.js'
import { Legend } from './legend.js'
import { SeatList, type ListActs } from './list.js'
import { elementLook, langOf } from './look.js'
import { wordsOf } from './words.js'

/** The attributes that ask for something beside the map. */
export const BESIDE = ['controls', 'legend', 'list'] as const

/** What the switches at the map's top cover of it. */
const TOP_PX = 60

const OPEN = 'open'

export class Beside {
  private readonly element: HTMLElement
  private readonly frame: Frame
  private readonly view: SeatMapView
  private readonly store: SeatStore
  private readonly acts: ListActs
  private readonly choice = make('div', 'card choice', { role: 'group', part: 'switch' })
  private controls: Controls | null = null
  private legend: Legend | null = null
  private list: SeatList | null = null
  private highlight: Highlight = null

  constructor(
    element: HTMLElement,
    frame: Frame,
    view: SeatMapView,
    store: SeatStore,
    acts: ListActs,
  ) {
    this.element = element
    this.frame = frame
    this.view = view
    this.store = store
    this.acts = acts
    for (const open of [false, true]) {
      const button = make('button', '', { type: 'button' })
      button.addEventListener('click', () => element.setAttribute('list', open ? OPEN : ''))
      this.choice.append(button)
    }
    for (const name of BESIDE) if (element.hasAttribute(name)) this.fit(name)
  }

  /** Puts something there, or takes it away, as the page wants it. */
  fit(name: string): void {
    const wanted = this.element.getAttribute(name)
    if (name === 'controls') this.fitControls(wanted !== null)
    else if (name === 'legend') this.fitLegend(wanted)
    else if (name === 'list') this.fitList(wanted)
    const top = this.controls?.hasFloors || this.list ? TOP_PX : 0
    this.view.setInsets({ top, right: 0, bottom: 0, left: 0 })
  }

  setLook(): void {
    const look = elementLook(this.element, this.store.chart.currency)
    const lang = langOf(this.element)
    const words = wordsOf(lang)
    this.controls?.setLook(look, words)
    this.legend?.setLook(look, words, lang)
    this.list?.setLook(look, words, lang)
    this.choice.setAttribute('aria-label', words.viewAs)
    const names = [words.asMap, words.asList]
    ;[...this.choice.children].forEach((button, at) => (button.textContent = names[at]))
  }

  noticeChange(changed: readonly number[]): void {
    this.legend?.noticeChange()
    this.list?.noticeChange(changed)
  }

  destroy(): void {
    this.controls?.destroy()
    this.legend?.destroy()
    this.list?.destroy()
    this.choice.remove()
  }

  private fitControls(wanted: boolean): void {
    this.controls?.destroy()
    const look = elementLook(this.element, this.store.chart.currency)
    this.controls = wanted ? new Controls(this.frame, this.view, look) : null
    this.setLook()
  }

  private fitLegend(wanted: string | null): void {
    this.legend?.destroy()
    const choose = (chosen: Highlight) => {
      this.highlight = chosen
      this.view.setHighlight(chosen)
      this.list?.setHighlight(chosen)
    }
    this.legend =
      wanted === null ? null : new Legend(this.frame, this.store, wanted === 'top', choose)
    this.setLook()
  }

  private fitList(wanted: string | null): void {
    if (wanted === null) {
      this.list?.destroy()
      this.list = null
      this.choice.remove()
      return
    }
    if (!this.list) {
      this.list = new SeatList(this.frame, this.store, this.acts, wordsOf(langOf(this.element)))
      this.list.setHighlight(this.highlight)
      this.frame.body.append(this.choice)
      this.setLook()
    }
    const open = wanted === OPEN
    this.list.show(open)
    const [map, list] = this.choice.children
    map.setAttribute('aria-pressed', String(!open))
    list.setAttribute('aria-pressed', String(open))
  }
}
