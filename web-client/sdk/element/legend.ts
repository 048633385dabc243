// The element's legend: categories with their prices and what is left of them, and what the marks
// on seats mean. Choosing categories dims the others, on the map and in the list.

import { formatMoney } from '../money.js'
import { Status } from '../protocol/index.js'
import type { Highlight, MapLook } from '../renderer/theme.js'
import type { SeatStore } from '../seat-store.js'
import { signsOf } from '../signs.js'
import { make, type Frame } from './frame.js'
import { formatCount } from './look.js'
import { OnceAFrame } from './once-a-frame.js'
import { categoryPicture, signPicture } from './pictures.js'
import type { ElementWords } from './words.js'

interface Entry {
  button: HTMLButtonElement
  left: HTMLElement
}

export class Legend {
  private readonly store: SeatStore
  private readonly body = make('div', 'legend', { part: 'legend' })
  private readonly onChosen: (chosen: Highlight) => void
  private readonly chosen = new Set<number>()
  private entries: Entry[] = []
  private words: ElementWords | null = null
  private lang = ''
  private readonly refreshing = new OnceAFrame(() => this.refresh())

  /** `above` the map instead of below it. */
  constructor(
    frame: Frame,
    store: SeatStore,
    above: boolean,
    onChosen: (chosen: Highlight) => void,
  ) {
    this.store = store
    this.onChosen = onChosen
    frame.addBar(this.body, above)
  }

  setLook({ theme, palette }: MapLook, words: ElementWords, lang: string): void {
    const { chart } = this.store
    this.words = words
    this.lang = lang
    const categories = make('ul', 'categories', { 'aria-label': words.legend })
    this.entries = chart.categories.map(({ label, price }, at) => {
      const button = make('button', '', {
        type: 'button',
        part: 'category',
        title: words.legendHint,
      })
      const [name, left, amount] = [make('span'), make('small'), make('b')]
      name.textContent = label
      amount.textContent = formatMoney(price, chart.currency, lang)
      button.append(categoryPicture(chart, at, palette), name, left, amount)
      button.addEventListener('click', () => this.toggle(at))
      const item = make('li')
      item.append(button)
      categories.append(item)
      return { button, left }
    })
    const signs = make('ul', 'signs', { 'aria-label': words.signs })
    for (const sign of signsOf(chart, theme, palette)) {
      const item = make('li')
      item.append(signPicture(sign), words.marks[sign.name])
      signs.append(item)
    }
    // Made anew, they must not cost who is among them the focus.
    const root = this.body.getRootNode() as ShadowRoot
    const focused = [...this.body.querySelectorAll('button')].findIndex(
      (button) => button === root.activeElement,
    )
    this.body.replaceChildren(categories, signs)
    this.refresh()
    this.entries[focused]?.button.focus()
  }

  /** Seats have changed; counted once a frame is enough. */
  noticeChange(): void {
    this.refreshing.ask()
  }

  destroy(): void {
    this.refreshing.cancel()
    this.body.remove()
    if (this.chosen.size > 0) this.onChosen(null)
  }

  private toggle(category: number): void {
    if (!this.chosen.delete(category)) this.chosen.add(category)
    this.refresh()
    this.onChosen(this.chosen.size > 0 ? new Set(this.chosen) : null)
  }

  private refresh(): void {
    const { store, words, lang } = this
    if (!words) return
    this.entries.forEach(({ button, left }, at) => {
      button.setAttribute('aria-pressed', String(this.chosen.has(at)))
      const count = store.countOf(at, Status.available)
      const said = count > 0 ? words.left(count, formatCount(count, lang)) : words.soldOut
      left.textContent = store.ready ? said : ''
      button.classList.toggle('gone', store.ready && count === 0)
    })
  }
}
