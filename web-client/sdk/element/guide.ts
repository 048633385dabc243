// Says what is pointed at, tapped or come to on the element's map: in a card beside it, and aloud.

import type { SeatMapView } from '../renderer/seat-map-view.js'
import type { SeatHover, SectionHover } from '../renderer/view-types.js'
import type { SeatStore } from '../seat-store.js'
import { markedWords, seatParts, seatWords, sectionWords } from './describe.js'
import type { Frame } from './frame.js'
import { Tip } from './tip.js'
import { wordsOf } from './words.js'

/** What a finger has tapped is told of for so long; a mouse stays where it points. */
const TAPPED_MS = 6_000

export class Guide {
  private readonly frame: Frame
  private readonly store: SeatStore
  private readonly lang: () => string
  private readonly tip: Tip
  private view: SeatMapView | null = null
  private seat = -1
  private marked = 0
  private touched = false
  /** Where the seat was when it was shown, in pixels from the left. */
  private at = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly ending = new AbortController()

  constructor(frame: Frame, store: SeatStore, lang: () => string) {
    this.frame = frame
    this.store = store
    this.lang = lang
    this.tip = new Tip(frame)
    const touched = (event: PointerEvent) => void (this.touched = event.pointerType === 'touch')
    frame.stage.addEventListener('pointerdown', touched, { signal: this.ending.signal })
  }

  /** The map it guides on; where it moves, what was tapped is somewhere else. */
  attach(view: SeatMapView): void {
    this.view = view
    const unlisten = view.onMoved(() => {
      if (this.touched && this.seat >= 0 && view.seatPlace(this.seat).x !== this.at) this.leave()
    })
    this.ending.signal.addEventListener('abort', unlisten)
  }

  destroy(): void {
    clearTimeout(this.timer)
    this.ending.abort()
    this.tip.destroy()
  }

  hover(hover: SeatHover | null): void {
    this.point(hover?.seat ?? -1, hover?.range ?? 0)
  }

  /** A finger has no hover: the tap itself shows what was tapped. */
  tapped(seat: number): void {
    if (!this.touched) return
    this.point(seat, 0)
    this.timer = setTimeout(() => this.leave(), TAPPED_MS)
  }

  section(hover: SectionHover | null): void {
    if (!hover) {
      if (this.seat < 0) this.tip.hide()
      return
    }
    const { x, top, bottom, section } = hover
    this.tip.words(sectionWords(this.store, section, this.lang()), { x, top, bottom })
  }

  /** A tap brings this section closer: under a finger, its words go with it. */
  entered(section: number): void {
    const words = sectionWords(this.store, section, this.lang())
    if (this.touched) this.frame.flash(words, true)
    this.frame.say(words)
  }

  withheld(by: 'touch' | 'wheel'): void {
    this.frame.flash(wordsOf(this.lang()).withheld[by])
  }

  /** Somebody may have taken the seat from under the hand. */
  noticeChange(changed: readonly number[]): void {
    if (this.seat >= 0 && changed.includes(this.seat)) this.show()
  }

  private leave(): void {
    this.point(-1, 0)
  }

  private point(seat: number, marked: number): void {
    clearTimeout(this.timer)
    this.seat = seat
    this.marked = marked
    if (seat < 0) this.tip.hide()
    else this.show()
  }

  private show(): void {
    const { store, seat, marked, view } = this
    if (!view) return
    const lang = this.lang()
    const { x, y, width } = view.seatPlace(seat)
    this.at = x
    const more = marked > 0 ? markedWords(marked, lang) : ''
    const place = { x, top: y - width / 2, bottom: y + width / 2 }
    this.tip.seat(seatParts(store, seat, lang), more, place)
    this.frame.say(seatWords(store, seat, marked, lang))
  }
}
