// What a screen reader is told of changes by others: only what concerns the seat one is at, and its
// row in sum. A whole house changing under one's hands is news for nobody.

import { NONE, Own, Status, type SeatStore } from '../../sdk/index'
import { t } from '../i18n'
import { nameOf, rowWords, statusWords } from '../seat-words'
import { Observable } from './observable'

/** Speech takes time; more often would only cut itself off. */
const SAY_EVERY_MS = 1_500

export class Announcer {
  readonly words = new Observable('')
  /** The seat taken by someone else while it was looked at; -1 for none. */
  readonly taken = new Observable(-1)
  private readonly store: SeatStore
  private readonly statuses: Uint8Array
  private focused = -1
  /** Whether the statuses compared with are known; the first to be heard are no changes. */
  private known: boolean
  /** Whether the focused seat was the visitor's at the last look. */
  private mine = false
  private rowChanges = new Set<number>()
  private pending = ''
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(store: SeatStore) {
    this.store = store
    this.statuses = store.statuses.slice()
    this.known = store.ready
  }

  /** Begins to listen; the answer ends it. */
  follow(): () => void {
    const unsubscribe = this.store.subscribe((changed) => this.changed(changed))
    return () => {
      clearTimeout(this.timer)
      this.timer = undefined
      unsubscribe()
    }
  }

  /** The seat pointed at or focused now; -1 for none. */
  focus(seat: number): void {
    if (seat === this.focused) return
    this.focused = seat
    this.mine = this.isMine(seat)
    this.rowChanges.clear()
    this.taken.set(-1)
  }

  private changed(changed: readonly number[]): void {
    const { statuses, chart, own } = this.store
    if (!this.known) {
      this.statuses.set(statuses)
      this.known = this.store.ready
      return
    }
    for (const seat of changed) {
      const before = this.statuses[seat]
      this.statuses[seat] = statuses[seat]
      if (seat === this.focused && this.sayMine()) continue
      if (this.focused < 0 || before === statuses[seat] || own[seat] !== Own.none) continue
      if (seat === this.focused) this.sayFocused(before)
      else if (chart.row[seat] !== NONE && chart.row[seat] === chart.row[this.focused]) {
        this.rowChanges.add(seat)
        this.saySoon()
      }
    }
  }

  private isMine(seat: number): boolean {
    return seat >= 0 && this.store.own[seat] >= Own.held
  }

  /** Says that the focused seat has become the visitor's own, or no longer is. */
  private sayMine(): boolean {
    const mine = this.isMine(this.focused)
    if (mine === this.mine) return false
    this.mine = mine
    const name = { seat: nameOf(this.store.chart, this.focused) }
    this.pending = mine ? t('say.mine', name) : t('say.returned', name)
    this.speak()
    return true
  }

  private sayFocused(before: number): void {
    const seat = this.focused
    const name = nameOf(this.store.chart, seat)
    const now = this.store.statuses[seat]
    const taken = before === Status.available
    this.taken.set(taken ? seat : -1)
    if (taken) this.pending = t('say.taken', { seat: name })
    else if (now === Status.available) this.pending = t('say.free', { seat: name })
    else {
      this.pending = t('toast.status', { seat: name, status: statusWords(this.store, seat) })
    }
    this.speak()
  }

  private saySoon(): void {
    this.timer ??= setTimeout(() => this.speak(), SAY_EVERY_MS)
  }

  private speak(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    let words = this.pending
    if (words === '' && this.rowChanges.size > 0) {
      const row = rowWords(this.store.chart, this.focused)
      words = t('say.row', { row, count: this.rowChanges.size })
    }
    this.pending = ''
    this.rowChanges.clear()
    if (words !== '') this.words.set(words)
  }
}
