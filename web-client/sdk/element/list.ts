// The element's list: the same seats as text, section by section, for keys and screen readers and
// whoever likes reading better. Fed by the map's own store; only what is open is in the document.

import { formatMoney } from '../money.js'
import type { Palette } from '../palette.js'
import { Status } from '../protocol/index.js'
import type { Highlight, MapLook } from '../renderer/theme.js'
import { Own, type SeatStore } from '../seat-store.js'
import { seatParts, seatWords } from './describe.js'
import { make, type Frame } from './frame.js'
import { ListGrid } from './list-grid.js'
import { formatCount } from './look.js'
import { OnceAFrame } from './once-a-frame.js'
import { icon } from './pictures.js'
import type { ElementWords } from './words.js'

const OPENS = 'M4 7l5 5 5-5'

/** What choosing leads to. */
export interface ListActs {
  seat(seat: number): void
  seats(seats: readonly number[]): void
  area(area: number): void
  /** What speaks against choosing these; empty for nothing. */
  against(seats: readonly number[]): string
}

/** What the parts of the list share. */
export interface ListScene {
  store: SeatStore
  acts: ListActs
  words(): ElementWords
  lang(): string
  palette(): Palette
  highlight(): Highlight
  /** The focus has come to a seat; -1 for none. */
  focus(seat: number): void
  say(words: string): void
}

interface Entry {
  section: number
  item: HTMLElement
  head: HTMLButtonElement
  left: HTMLElement
  price: HTMLElement
  grid: ListGrid | null
}

interface Place {
  area: number
  left: HTMLElement
  button: HTMLButtonElement
}

export class SeatList {
  private readonly store: SeatStore
  private readonly frame: Frame
  private readonly body = make('div', 'list', { role: 'region', part: 'list' })
  private readonly scene: ListScene
  private readonly open = new Set<number>()
  private entries: Entry[] = []
  private places: Place[] = []
  private words: ElementWords | null = null
  private lang = 'en'
  private palette: Palette = 'chart'
  private highlight: Highlight = null
  private focused = -1
  private before = Status.available as number
  private readonly refreshing = new OnceAFrame(() => this.refresh())

  constructor(frame: Frame, store: SeatStore, acts: ListActs, words: ElementWords) {
    this.frame = frame
    this.store = store
    this.words = words
    this.scene = {
      store,
      acts,
      words: () => this.words ?? words,
      lang: () => this.lang,
      palette: () => this.palette,
      highlight: () => this.highlight,
      focus: (seat) => {
        this.focused = seat
        this.before = store.statuses[seat]
      },
      say: (said) => frame.say(said),
    }
    const { sections } = store.chart
    const listed = sections.flatMap(({ seats }, at) => (seats > 0 ? [at] : []))
    if (listed.length === 1) this.open.add(listed[0])
    frame.body.append(this.body)
  }

  show(on: boolean): void {
    this.body.hidden = !on
    this.frame.body.classList.toggle('listed', on)
  }

  /** Shows all anew: words, colours, and how amounts are written. */
  setLook({ palette }: MapLook, words: ElementWords, lang: string): void {
    this.words = words
    this.lang = lang
    this.palette = palette
    this.body.setAttribute('aria-label', words.list)
    const hint = make('p', 'quiet', { id: 'list-hint' })
    hint.textContent = words.listHint
    const items = make('ul')
    this.places = this.store.chart.areas.map((_, at) => this.place(items, at))
    const { sections } = this.store.chart
    const listed = sections.flatMap(({ seats }, at) => (seats > 0 ? [at] : []))
    this.entries = listed.map((at) => this.section(items, at))
    this.body.replaceChildren(hint, items)
    this.refresh()
  }

  setHighlight(highlight: Highlight): void {
    this.highlight = highlight
    for (const { grid } of this.entries) grid?.refresh()
    this.refresh()
  }

  noticeChange(changed: readonly number[]): void {
    for (const { grid } of this.entries) grid?.noticeChange(changed)
    if (this.focused >= 0 && changed.includes(this.focused)) this.sayFocused()
    this.refreshing.ask()
  }

  destroy(): void {
    this.refreshing.cancel()
    this.show(false)
    this.body.remove()
  }

  /** Somebody may have taken the seat from under the hand. */
  private sayFocused(): void {
    const { store, focused, before, lang, words } = this
    const status = store.statuses[focused]
    const others = store.own[focused] === Own.none && before !== status
    this.before = status
    if (store.own[focused] === Own.pending) return
    const lost = others && before === Status.available && words
    if (lost) this.frame.say(words.taken(seatParts(store, focused, lang).place))
    else this.frame.say(seatWords(store, focused, 0, lang))
  }

  private place(items: HTMLElement, area: number): Place {
    const { chart } = this.store
    const { label, category } = chart.areas[area]
    const item = make('li', 'section place', { part: 'section' })
    const { title, left, price } = this.title(label, '')
    price.textContent = formatMoney(chart.categories[category].price, chart.currency, this.lang)
    const button = make('button', 'pill', { type: 'button' })
    button.textContent = this.scene.words().choosePlaces
    button.setAttribute('aria-label', `${label}: ${button.textContent}`)
    button.addEventListener('click', () => this.scene.acts.area(area))
    item.append(title, button)
    items.append(item)
    return { area, left, button }
  }

  private section(items: HTMLElement, section: number): Entry {
    const { sections, floors } = this.store.chart
    const { label, floor } = sections[section]
    const item = make('li', 'section', { part: 'section' })
    const head = make('button', 'open', { type: 'button' })
    const storey = floors[floor] === label ? '' : (floors[floor] ?? '')
    const { title, left, price } = this.title(label, storey)
    head.append(title, icon(OPENS))
    item.append(head)
    items.append(item)
    const entry: Entry = { section, item, head, left, price, grid: null }
    head.addEventListener('click', () => {
      if (!this.open.delete(section)) this.open.add(section)
      this.fold(entry)
    })
    this.fold(entry)
    return entry
  }

  private title(label: string, storey: string) {
    const title = make('span', 'title')
    const [name, left, price] = [make('b'), make('span', 'quiet'), make('span', 'amount')]
    name.textContent = label
    if (storey) {
      const beside = make('span', 'quiet')
      beside.textContent = ` ${storey}`
      name.append(beside)
    }
    title.append(name, left, price)
    return { title, left, price }
  }

  /** Opens a section or closes it, as is wanted of it. */
  private fold(entry: Entry): void {
    const wanted = this.open.has(entry.section)
    entry.head.setAttribute('aria-expanded', String(wanted))
    entry.grid?.body.remove()
    entry.grid = wanted ? new ListGrid(this.scene, entry.section) : null
    if (entry.grid) entry.item.append(entry.grid.body)
  }

  /** Counts and prices, once a frame at most. */
  private refresh(): void {
    const { store, lang, highlight } = this
    const { chart, ready } = store
    const words = this.scene.words()
    const count = (left: number, total: number) =>
      ready ? words.free(formatCount(left, lang), formatCount(total, lang)) : ''
    for (const { section, left, price, item } of this.entries) {
      const { seats, seatsOf } = chart.sections[section]
      const free = store.sectionCountOf(section, Status.available)
      const from = ready ? store.cheapestOf(section) : null
      left.textContent = count(free, seats)
      price.textContent = from === null ? '' : words.from(formatMoney(from, chart.currency, lang))
      item.hidden = highlight !== null && ![...highlight].some((one) => seatsOf[one] > 0)
    }
    for (const { area, left, button } of this.places) {
      const { capacity, category } = chart.areas[area]
      const free = store.placesLeft(area)
      left.textContent = count(free, capacity)
      button.disabled = ready && free === 0
      const item = button.closest<HTMLElement>('li')
      if (item) item.hidden = highlight !== null && !highlight.has(category)
    }
  }
}
