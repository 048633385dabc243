// What stands in the element's shadow: the map's stage, and around it a notice while there is no
// map, what is said of seats, and how the connection is. It is there from the element's first
// moment, so that the page keeps its room.

import type { MapTheme } from '../renderer/theme.js'
import { LIST_STYLE } from './list-style.js'
import { STYLE } from './style.js'

/** Under which names the parts know the theme's colours. */
const COLOURS: [string, keyof MapTheme][] = [
  ['--paper', 'paper'],
  ['--floor', 'floor'],
  ['--line', 'line'],
  ['--label', 'label'],
  ['--quiet', 'quietLabel'],
  ['--own', 'own'],
  ['--own-mark', 'ownMark'],
]

/** A hint that nobody has asked for goes after so long. */
const HINT_MS = 2_500

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = '',
  attributes: Record<string, string> = {},
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  if (className) element.className = className
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}

export class Frame {
  readonly stage = make('div', 'stage', { role: 'application', tabindex: '0', part: 'map' })
  /** The map's room, and over it what belongs to it. */
  readonly body = make('div', 'view')
  private readonly whole = make('div', 'frame')
  private readonly notice = make('div', 'notice', { role: 'status', part: 'notice' })
  private readonly state = make('p', 'card state', { role: 'status', part: 'state' })
  private readonly hint = make('p', 'card hint', { 'aria-hidden': 'true', part: 'hint' })
  private readonly spoken = make('p', 'spoken', { 'aria-live': 'polite' })
  private hintTimer: ReturnType<typeof setTimeout> | undefined

  constructor(host: HTMLElement) {
    const style = make('style')
    style.textContent = STYLE + LIST_STYLE
    this.stage.hidden = this.hint.hidden = this.state.hidden = this.notice.hidden = true
    this.body.append(this.stage, this.notice, this.state, this.hint, this.spoken)
    host.attachShadow({ mode: 'open' }).append(style, this.whole)
    this.whole.append(this.body)
  }

  setTheme(theme: MapTheme): void {
    for (const [name, colour] of COLOURS) this.whole.style.setProperty(name, theme[colour])
  }

  /** A bar of the whole width below the map, or above it. */
  addBar(bar: HTMLElement, above: boolean): void {
    if (above) this.whole.prepend(bar)
    else this.whole.append(bar)
  }

  /** Words in place of the map, with a button where something can be done about it. */
  tell(words: string, act?: { label: string; act: () => void }): void {
    this.stage.hidden = true
    this.state.hidden = this.hint.hidden = true
    this.notice.replaceChildren(make('p'))
    this.notice.children[0].textContent = words
    this.notice.hidden = words === ''
    if (!act) return
    const button = make('button', '', { type: 'button' })
    button.textContent = act.label
    button.addEventListener('click', act.act)
    this.notice.append(button)
  }

  /** The map takes the place of what was told. */
  show(label: string): void {
    this.notice.hidden = true
    this.stage.hidden = false
    this.stage.setAttribute('aria-label', label)
  }

  /** How the connection is; nothing while all is well. */
  setState(words: string): void {
    if (this.state.textContent !== words) this.state.textContent = words
    this.state.hidden = words === ''
  }

  /** Something short over the map, for a moment. */
  flash(words: string, top = false): void {
    clearTimeout(this.hintTimer)
    this.hint.textContent = words
    this.hint.classList.toggle('top', top)
    this.hint.hidden = false
    this.hintTimer = setTimeout(() => (this.hint.hidden = true), HINT_MS)
  }

  say(words: string): void {
    this.spoken.textContent = words
  }

  destroy(): void {
    clearTimeout(this.hintTimer)
  }
}
