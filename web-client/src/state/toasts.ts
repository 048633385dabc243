// Short messages that come and go, and the words for what went wrong.

import { Problem, Unreachable } from '../../sdk'
import { Observable } from './observable'

export type Tone = 'good' | 'bad' | 'plain'

export interface Toast {
  id: number
  tone: Tone
  text: string
}

const SHOWN_MS = 5_000
const SHOWN_MAX = 3

let nextId = 1

export const toasts = new Observable<Toast[]>([])

export function toast(tone: Tone, text: string): void {
  const id = nextId++
  toasts.set([...toasts.get(), { id, tone, text }].slice(-SHOWN_MAX))
  setTimeout(() => dismiss(id), SHOWN_MS)
}

export function dismiss(id: number): void {
  toasts.set(toasts.get().filter((shown) => shown.id !== id))
}

const REASONS: Record<string, string> = {
  seat_limit: 'You have as many seats as one person can take.',
  sales_closed: 'Tickets for this event are not on sale now.',
  sold_whole: 'This table is sold as a whole only.',
  orphan: 'That would leave a single empty seat. Please choose another one.',
  hold_expired: 'Your time for these seats has run out.',
  nothing_locked: 'Your time for these seats has run out.',
  booking_expired: 'The time to pay for this booking has run out.',
  booking_cancelled: 'This booking has been cancelled.',
  sold_out: 'There are no places left.',
  not_enough_together: 'There are not enough places left.',
}

/** Says why something could not be done, in the visitor's words. */
export function reasonOf(problem: unknown, seat?: string): string {
  if (problem instanceof Unreachable) return 'The server does not answer. Please try again.'
  if (!(problem instanceof Problem)) return 'Something went wrong. Please try again.'
  if (problem.code === 'seats_unavailable') {
    return seat ? `${seat} has just been taken.` : 'Some of these seats have just been taken.'
  }
  if (problem.status === 429) return 'That was a little fast. Please wait a moment.'
  if (problem.status >= 500) return 'The server is busy. Please try again in a moment.'
  return REASONS[problem.code] ?? problem.detail ?? problem.message
}
