// A card beside the seat or section one points at, or has tapped. For eyes only: the same is said
// aloud elsewhere.

import type { SeatWords } from './describe.js'
import { make, type Frame } from './frame.js'

const GAP_PX = 10
const EDGE_PX = 8

/** A place in the map: its middle, and from where to where it reaches. */
export interface TipPlace {
  x: number
  top: number
  bottom: number
}

export class Tip {
  private readonly body: HTMLElement
  private readonly card = make('div', 'card tip', { 'aria-hidden': 'true', part: 'tip' })

  constructor(frame: Frame) {
    this.body = frame.body
    this.card.hidden = true
    frame.body.append(this.card)
  }

  /** A seat, what else there is to know, and what speaks against it. */
  seat(seat: SeatWords, more: readonly string[], warnings: readonly string[], at: TipPlace): void {
    const { place, category, color, price, marks } = seat
    const mark = make('i')
    mark.style.background = color
    const amount = make('b')
    amount.textContent = price
    const line = make('div', 'price')
    line.append(mark, category, amount)
    const below = [
      ...[marks.join(' · '), ...more].map((words) => text('marks', words)),
      ...warnings.map((words) => text('warning', words)),
    ]
    this.show([text('place', place), line, ...below], at)
  }

  words(words: string, at: TipPlace): void {
    this.show([text('place', words)], at)
  }

  hide(): void {
    this.card.hidden = true
  }

  destroy(): void {
    this.card.remove()
  }

  /** Above the place if there is room, else below it, and within the map on both sides. */
  moveTo({ x, top, bottom }: TipPlace): void {
    const { card } = this
    const { offsetWidth: width, offsetHeight: height } = card
    const { clientWidth: room, clientHeight: floor } = this.body
    const left = Math.min(room - width - EDGE_PX, Math.max(EDGE_PX, x - width / 2))
    const above = top - GAP_PX - height
    const below = Math.min(bottom + GAP_PX, floor - height - EDGE_PX)
    card.style.left = `${Math.round(left)}px`
    card.style.top = `${Math.round(above >= EDGE_PX ? above : Math.max(EDGE_PX, below))}px`
  }

  private show(lines: HTMLElement[], at: TipPlace): void {
    this.card.replaceChildren(...lines)
    this.card.hidden = false
    this.moveTo(at)
  }
}

function text(className: string, words: string): HTMLElement {
  const line = make('div', className)
  line.textContent = words
  return line
}
