// Answers that are read again after seats have changed, but not more often than they are worth; and
// after a failure by themselves, since without an answer nothing else may ever ask again. Knows no
// React.

import { Backoff } from '../../sdk/backoff'
import type { SeatStore } from '../../sdk/index'
import { Observable } from '../state/observable'

/** A rush is read in sum; asking for each of its changes would only add to it. */
const READ_EVERY_MS = 2_000

const RETRY = { first_ms: 4_000, max_ms: 60_000 }

export interface ReadingView<Value> {
  /** What was read last; null before the first answer. */
  value: Value | null
  /** The last attempt failed; what is shown may be old. */
  failed: boolean
}

export class Reading<Value> {
  readonly view = new Observable<ReadingView<Value>>({ value: null, failed: false })
  private readonly retries = new Backoff(RETRY)
  private timer: ReturnType<typeof setTimeout> | undefined
  private read: (() => Promise<Value>) | null = null
  /** Whether what is shown was read in this way. */
  private current = false

  /** Reads from now on, in this way, until what it answers is called. */
  follow(store: SeatStore, read: () => Promise<Value>): () => void {
    this.read = read
    this.current = false
    this.again()
    const unsubscribe = store.subscribe(() => this.readIn(READ_EVERY_MS))
    return () => {
      this.read = null
      clearTimeout(this.timer)
      this.timer = undefined
      unsubscribe()
    }
  }

  /** Reads at once. */
  readonly again = (): void => {
    clearTimeout(this.timer)
    void this.readNow()
  }

  private readIn(ms: number): void {
    this.timer ??= setTimeout(() => void this.readNow(), ms)
  }

  private async readNow(): Promise<void> {
    this.timer = undefined
    const { read } = this
    if (!read) return
    try {
      const value = await read()
      if (read !== this.read) return
      this.retries.reset()
      this.current = true
      this.view.set({ value, failed: false })
    } catch {
      if (read !== this.read) return
      // What was asked for otherwise before is no answer to this.
      this.view.patch(this.current ? { failed: true } : { value: null, failed: true })
      this.readIn(READ_EVERY_MS + this.retries.next())
    }
  }
}
