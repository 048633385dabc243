// The door: codes come in one after another, and each is let in at once or turned away with the
// reason. Knows no React; the page looks at its view.

import { Problem, type Booking, type CheckedIn } from '../../sdk/index'
import { Observable } from '../state/observable'
import { faultsOf } from './words'

export type DoorResult =
  | { kind: 'in' | 'undone'; booking: Booking; seats: readonly string[] }
  | { kind: 'already'; booking: Booking; inside: readonly CheckedIn[]; outside: readonly string[] }
  | { kind: 'cancelled' | 'expired' | 'pending'; booking: Booking }
  | { kind: 'wrong'; code: string }
  | { kind: 'failed'; code: string; reason: string }

export interface DoorView {
  /** The last answer; null before the first code. */
  result: DoorResult | null
  /** Codes that wait for theirs. */
  waiting: number
  /** Counts answers: another one means that somebody's state may have changed. */
  answers: number
}

/** What the door asks of the server. */
export interface DoorCalls {
  find(ref: string): Promise<Booking | null>
  checkIn(booking: number, seats?: readonly string[]): Promise<Booking>
  checkOut(booking: number, seats?: readonly string[]): Promise<Booking>
}

/** A scanner that runs away is stopped; people come one at a time. */
export const CODES_WAITING_MAX = 20

/** More than any code has; scanners pointed at something else send whole pages. */
const CODE_CHARS_MAX = 64

export class Door {
  readonly view = new Observable<DoorView>({ result: null, waiting: 0, answers: 0 })
  private readonly calls: DoorCalls
  private last: Promise<void> = Promise.resolve()

  constructor(calls: DoorCalls) {
    this.calls = calls
  }

  /** Takes a code in; answers come in the order of the codes. */
  enter(text: string): void {
    const code = text.trim().slice(0, CODE_CHARS_MAX)
    if (code !== '') this.next(code, () => this.admit(code))
  }

  /** Lets those of a booking in who are not yet. */
  rest(booking: Booking, seats: readonly string[]): void {
    this.next(booking.booking_ref, async () => {
      return { kind: 'in', booking: await this.calls.checkIn(booking.id, seats), seats }
    })
  }

  undo(booking: Booking, seats: readonly string[]): void {
    this.next(booking.booking_ref, async () => {
      return { kind: 'undone', booking: await this.calls.checkOut(booking.id, seats), seats }
    })
  }

  private next(code: string, ask: () => Promise<DoorResult>): void {
    const { waiting } = this.view.get()
    if (waiting >= CODES_WAITING_MAX) return
    this.view.patch({ waiting: waiting + 1 })
    this.last = this.last.then(async () => {
      const result = await ask().catch((problem: unknown): DoorResult => {
        return { kind: 'failed', code, reason: faultsOf(problem).join(' ') }
      })
      const view = this.view.get()
      this.view.set({ result, waiting: view.waiting - 1, answers: view.answers + 1 })
    })
  }

  private async admit(code: string): Promise<DoorResult> {
    const booking = await this.find(code)
    if (!booking) return { kind: 'wrong', code }
    if (booking.status !== 'confirmed') return { kind: booking.status, booking }
    if (booking.checked_in.length > 0) return already(booking)
    try {
      const changed = await this.calls.checkIn(booking.id)
      return { kind: 'in', booking: changed, seats: changed.seat_nos }
    } catch (problem) {
      // Another door was faster, or the booking was called off this moment: look again.
      if (!(problem instanceof Problem) || problem.status !== 409) throw problem
      const now = await this.find(code)
      if (!now) return { kind: 'wrong', code }
      if (now.status !== 'confirmed') return { kind: now.status, booking: now }
      if (now.checked_in.length === 0) throw problem
      return already(now)
    }
  }

  /** A text that can't be a reference is nobody's ticket. */
  private find(code: string): Promise<Booking | null> {
    return this.calls.find(code).catch((problem: unknown) => {
      const unreadable = problem instanceof Problem && [400, 422].includes(problem.status)
      if (!unreadable) throw problem
      return null
    })
  }
}

function already(booking: Booking): DoorResult {
  const inside = booking.checked_in
  const known = new Set(inside.map(({ seat_no }) => seat_no))
  const outside = booking.seat_nos.filter((seat) => !known.has(seat))
  return { kind: 'already', booking, inside, outside }
}
