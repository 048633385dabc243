// Says what is pointed at, tapped or come to on the element's map: in a card beside it, and aloud.

import type { OrphanRuleName } from '../api-types.js'
import { orphanedBy } from '../orphans.js'
import type { SeatHover, SectionHover } from '../renderer/view-types.js'
import type { SeatStore } from '../seat-store.js'
import {
  againWords,
  markedWords,
  orphanWords,
  seatParts,
  seatWords,
  sectionWords,
} from './describe.js'
import type { Frame } from './frame.js'
import { Tip, type TipPlace } from './tip.js'
import { wordsOf } from './words.js'

export class Guide {
  private readonly frame: Frame
  private readonly store: SeatStore
  private readonly lang: () => string
  private readonly rule: OrphanRuleName
  private readonly tip: Tip
  private seen: SeatHover | null = null
  private touched = false
  private readonly ending = new AbortController()

  constructor(frame: Frame, store: SeatStore, lang: () => string, rule: OrphanRuleName) {
    this.frame = frame
    this.store = store
    this.lang = lang
    this.rule = rule
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
    else if (before && saysTheSame(before, hover)) this.tip.moveTo(placeOf(hover))
    else this.show(hover)
  }

  section(hover: SectionHover | null): void {
    if (!hover) {
      if (!this.seen) this.tip.hide()
      return
    }
    const { x, top, bottom, section } = hover
    this.tip.words(sectionWords(this.store, section, this.lang()), { x, top, bottom })
  }

  /** What speaks against choosing these seats; empty for nothing. */
  against(seats: readonly number[]): string {
    const orphans = this.rule === 'off' ? [] : (orphanedBy(this.store, seats)?.seats ?? [])
    return orphanWords(this.store.chart, orphans, this.rule === 'strict', this.lang())
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
    const strict = this.rule === 'strict'
    const marked = range > 0 ? [markedWords(range, lang)] : []
    const warnings = [
      orphanWords(this.store.chart, hover.orphans, strict, lang),
      againWords(this.store, hover, strict, lang),
    ].filter(Boolean)
    this.tip.seat(seatParts(this.store, seat, lang), marked, warnings, placeOf(hover))
    this.frame.say([seatWords(this.store, seat, range, lang), ...warnings].join('. '))
  }
}

const saysTheSame = (one: SeatHover, other: SeatHover): boolean =>
  one.seat === other.seat && one.range === other.range && one.again === other.again &&
  one.orphans.join() === other.orphans.join()

const placeOf = ({ x, y, radius }: SeatHover): TipPlace =>
  ({ x, top: y - radius, bottom: y + radius })
