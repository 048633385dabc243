// What the basket says when a seat is refused or lost, and what it offers instead.

import { Problem, type Chart, type SeatStore, type Wish } from '../../sdk/index'
import { hasRunOut } from '../../sdk/hold-end'
import { t } from '../i18n'
import { nameOf, seatsInWords } from '../seat-words'
import { nearestAlternative } from './alternative'
import type { BasketItem } from './basket-item'
import { reasonOf, toast } from './toasts'

/** Who takes what is offered. */
interface Taker {
  lock(seat: number): Promise<void>
  take(wish: Wish): Promise<number[] | null>
}

/** Says why a seat was not to be had, and offers the nearest like it. */
export function sayRefused(taker: Taker, store: SeatStore, problem: unknown, seat: number): void {
  const { chart } = store
  const reason = reasonOf(problem, nameOf(chart, seat))
  const seats = problem instanceof Problem && problem.code === 'orphan' ? problem.alternative : []
  if (seats.length > 0) {
    const label = t('toast.instead', { seat: seatsInWords(chart, seats).join('; ') })
    toast('bad', reason, { label, act: () => void taker.take({ seats }) })
    return
  }
  const gone = problem instanceof Problem && problem.code === 'seats_unavailable'
  const other = gone ? nearestAlternative(store, seat) : -1
  if (other < 0) toast('bad', reason)
  else {
    const label = t('toast.instead', { seat: nameOf(chart, other) })
    toast('bad', reason, { label, act: () => void taker.lock(other) })
  }
}

/** Says and answers which seats' time ran out; what another tab gave back needs no words. */
export function sayLost(chart: Chart, now: number, lost: readonly BasketItem[]): string[] {
  const over = lost.filter(({ expiresAt }) => expiresAt !== null && hasRunOut(expiresAt, now))
  const seatNos = over.map(({ seatNo }) => seatNo)
  if (over.length > 0) toast('bad', timeUpWords(chart, seatNos))
  return seatNos
}

export function timeUpWords(chart: Chart, seatNos: readonly string[]): string {
  return t('toast.timeUp', { seats: seatsInWords(chart, seatNos).join('; ') })
}
