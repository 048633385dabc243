// Says what is pointed at, tapped or come to on the element's map: in a card beside it, and aloud.

import type { SeatHover, SectionHover } from '../renderer/view-types.js'
import type { SeatStore } from '../seat-store.js'
import { markedWords, seatParts, seatWords, sectionWords } from './describe.js'
import type { Frame } from './frame.js'
import { Tip, type TipPlace } from './tip.js'
import { wordsOf } from './words.js'

export class Guide {
  private readonly frame: Frame
  private readonly store: SeatStore
  private readonly lang: () => string
  private readonly tip: Tip
  private seen: SeatHover | null = null
  private touched = false
  private readonly ending = new AbortController()

  constructor(frame: Frame, store: SeatStore, lang: () => string) {
    this.frame = frame
    this.store = store
    this.lang = lang
    this.tip = new Tip(frame)
    const touched = (event: PointerEvent) => void (this.touched = event.pointerType === 'touch')
    frame.stage.addEventListener('pointerdown', touched, { signal: this.ending.signal })
  }

  destroy(): void {
    this.ending.abort()
    this.tip.destroy()
  }

  hover(hover: SeatHover | null): void {
    const before = this.seen
    this.seen = hover
    if (!hover) this.tip.hide()
    else if (before?.seat === hover.seat && before.range === hover.range) {
      this.tip.moveTo(placeOf(hover))
    } else this.show(hover)
  }

  section(hover: SectionHover | null): void {
    if (!hover) {
      if (!this.seen) this.tip.hide()
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
    if (this.seen && changed.includes(this.seen.seat)) this.show(this.seen)
  }

  private show(hover: SeatHover): void {
    const lang = this.lang()
    const { seat, range } = hover
    const more = range > 0 ? markedWords(range, lang) : ''
    this.tip.seat(seatParts(this.store, seat, lang), more, placeOf(hover))
    this.frame.say(seatWords(this.store, seat, range, lang))
  }
}

const placeOf = ({ x, y, radius }: SeatHover): TipPlace =>
  ({ x, top: y - radius, bottom: y + radius })
