// The rows of one section of the element's list as an ARIA grid: one stop for Tab, arrows from seat
// to seat, Enter to take or give back; with Shift arrows mark seats of a row to be taken together.
// Cells are made once and then changed, so that where the focus is survives every change.

import { NONE, type Row } from '../chart.js'
import {
  lineOf,
  LIST_ROWS_STEP,
  nextSeat,
  rowsOf,
  seatsBetween,
  STATUS_MARKS,
} from '../list-rows.js'
import { Status } from '../protocol/index.js'
import { Own } from '../seat-store.js'
import { markedWords, seatParts, seatWords } from './describe.js'
import { make } from './frame.js'
import type { ListScene } from './list.js'
import { formatCount } from './look.js'
import { categoryPicture } from './pictures.js'

export class ListGrid {
  readonly body = make('div', 'rows')
  private readonly scene: ListScene
  private readonly rows: readonly Row[]
  private readonly grid = make('div', 'grid', { role: 'grid', 'aria-multiselectable': 'true' })
  private readonly more = make('button', 'pill', { type: 'button' })
  private readonly cells = new Map<number, HTMLElement>()
  private shown = 0
  /** The seat that Tab stops at. */
  private stop = -1
  /** Where marking with Shift began; -1 while nothing is marked. */
  private anchor = -1

  constructor(scene: ListScene, section: number) {
    this.scene = scene
    const { chart } = scene.store
    this.rows = rowsOf(chart, section)
    const { grid, more } = this
    grid.setAttribute('aria-label', chart.sections[section].label)
    grid.setAttribute('aria-rowcount', String(this.rows.length))
    grid.setAttribute('aria-describedby', 'list-hint')
    grid.addEventListener('click', (event) => this.choose(seatAt(event)))
    grid.addEventListener('keydown', (event) => this.key(event))
    grid.addEventListener('pointerdown', () => this.mark(-1))
    grid.addEventListener('focusin', (event) => this.focused(seatAt(event)))
    grid.addEventListener('focusout', () => scene.focus(-1))
    more.addEventListener('click', () => this.showMore())
    this.body.append(grid, more)
    this.addRows()
  }

  /** Seats have changed; those among them that are shown here are shown anew. */
  noticeChange(changed: readonly number[]): void {
    if (changed.length > this.cells.size) this.refresh()
    else for (const seat of changed) this.fill(seat)
  }

  refresh(): void {
    for (const seat of this.cells.keys()) this.fill(seat)
  }

  private addRows(): void {
    const rows = this.rows.slice(this.shown, this.shown + LIST_ROWS_STEP)
    this.grid.append(...rows.map((row, at) => this.line(row, this.shown + at + 1)))
    this.shown += rows.length
    const left = Math.min(LIST_ROWS_STEP, this.rows.length - this.shown)
    this.more.hidden = left <= 0
    const { words, lang } = this.scene
    this.more.textContent = words().moreRows(left, formatCount(left, lang()))
    if (this.stop < 0 && rows.length > 0) this.stopAt(rows[0].first)
  }

  /** Where there is nothing more to show, the first of what has been shown gets the focus. */
  private showMore(): void {
    const { first } = this.rows[this.shown]
    this.addRows()
    if (this.more.hidden) this.cells.get(first)?.focus()
  }

  private line({ label, first, count }: Row, at: number): HTMLElement {
    const { chart } = this.scene.store
    const words = this.scene.words()
    const line = make('div', 'row', { role: 'row', 'aria-rowindex': String(at) })
    const head = make('span', 'head', { role: 'rowheader' })
    const titled = chart.table[first] === NONE ? words.row(label) : words.table(label)
    head.textContent = label && titled
    const seats = make('span', 'seats', { role: 'presentation' })
    for (let seat = first; seat < first + count; seat += 1) {
      const cell = make('span', 'seat', {
        role: 'gridcell',
        part: 'seat',
        tabindex: '-1',
        'data-seat': String(seat),
      })
      this.cells.set(seat, cell)
      this.fill(seat)
      seats.append(cell)
    }
    line.append(head, seats)
    return line
  }

  /** What a cell shows and says of its seat, as that is now. */
  private fill(seat: number): void {
    const cell = this.cells.get(seat)
    if (!cell) return
    const { store, lang, palette, highlight } = this.scene
    const { chart } = store
    const own = store.own[seat]
    const status = store.statuses[seat]
    const mine = own === Own.held || own === Own.booked
    const free = store.ready && own === Own.none && status === Status.available
    const chosen = highlight()
    const dimmed = chosen !== null && !chosen.has(chart.category[seat])
    const { category, price, marks } = seatParts(store, seat, lang())
    cell.className = `seat ${own !== Own.none ? 'mine' : free ? 'free' : 'gone'}`
    cell.classList.toggle('dimmed', dimmed && own === Own.none)
    cell.classList.toggle('marked', this.marked.includes(seat))
    cell.setAttribute('aria-label', seatWords(store, seat, 0, lang()))
    cell.setAttribute('aria-selected', String(own !== Own.none))
    cell.setAttribute('aria-disabled', String(!free && own !== Own.held))
    cell.title = [category, price, ...marks].join(' · ')
    const sign = mine ? '✓' : own === Own.none && store.ready ? STATUS_MARKS[status] : ''
    const parts: (Node | string)[] = [chart.number[seat]]
    if (free && !dimmed) parts.unshift(categoryPicture(chart, chart.category[seat], palette()))
    if (sign) parts.push(sign)
    cell.replaceChildren(...parts)
  }

  private choose(seat: number): void {
    if (seat >= 0) this.scene.acts.seat(seat)
  }

  private focused(seat: number): void {
    if (seat < 0) return
    this.stopAt(seat)
    this.scene.focus(seat)
  }

  private stopAt(seat: number): void {
    this.cells.get(this.stop)?.setAttribute('tabindex', '-1')
    this.cells.get(seat)?.setAttribute('tabindex', '0')
    const before = this.marked
    this.stop = seat
    for (const at of new Set([...before, ...this.marked])) this.fill(at)
  }

  /** Seats between where marking began and where one is. */
  private get marked(): number[] {
    return this.anchor < 0 ? [] : seatsBetween(this.anchor, this.stop)
  }

  private mark(anchor: number): void {
    const before = this.marked
    this.anchor = anchor
    for (const at of before) this.fill(at)
  }

  private key(event: KeyboardEvent): void {
    const { key, shiftKey } = event
    const seat = seatAt(event)
    if (seat < 0) return
    if (key === 'Enter' || key === ' ') {
      event.preventDefault()
      const { marked } = this
      this.mark(-1)
      if (marked.length > 1) this.scene.acts.seats(marked)
      else this.choose(seat)
      return
    }
    const next = nextSeat(this.rows.slice(0, this.shown), seat, key)
    if (next < 0) return
    event.preventDefault()
    const stays = lineOf(this.rows, next) === lineOf(this.rows, seat)
    if (!shiftKey || !stays) this.mark(-1)
    else if (this.anchor < 0) this.mark(seat)
    this.cells.get(next)?.focus()
    const { acts, say, lang } = this.scene
    const several = this.marked.length > 1
    const marked = several ? markedWords(this.marked.length, lang()) : ''
    const said = [marked, acts.against(several ? this.marked : [next])].filter(Boolean)
    if (said.length > 0) say(said.join('. '))
  }
}

function seatAt(event: Event): number {
  const cell = (event.target as Element).closest<HTMLElement>('[data-seat]')
  return Number(cell?.dataset.seat ?? -1)
}
