// Short messages that come and go, some with something to do about it, and the words for what
// went wrong.

import { Problem, Unreachable } from '../../sdk/index'
import { isMessage, t } from '../i18n'
import { Observable } from './observable'

export type Tone = 'good' | 'bad' | 'plain'

export interface ToastAction {
  label: string
  act(): void
}

export interface Toast {
  id: number
  tone: Tone
  text: string
  action?: ToastAction
}

const SHOWN_MS = 6_000
/** Who is offered something needs time to read and to reach it. */
const SHOWN_WITH_ACTION_MS = 20_000
const SHOWN_MAX = 3

let nextId = 1

export const toasts = new Observable<Toast[]>([])

/** What keeps a message on the screen: it is pointed at, or the focus is in it. */
export type Keeper = 'pointer' | 'focus'

const kept = new Map<number, Set<Keeper>>()
const timers = new Map<number, ReturnType<typeof setTimeout>>()

export function toast(tone: Tone, text: string, action?: ToastAction): void {
  const id = nextId++
  const shown = toasts.get()
  const oldest = shown.find((one) => !kept.has(one.id))
  if (shown.length >= SHOWN_MAX && oldest) dismiss(oldest.id)
  toasts.set([...toasts.get(), { id, tone, text, action }])
  goLater(id)
}

/** Stays, however long, until it is let go. */
export function keep(id: number, by: Keeper): void {
  kept.set(id, (kept.get(id) ?? new Set()).add(by))
  clearTimeout(timers.get(id))
}

/** Goes after its whole time, unless something else keeps it. */
export function letGo(id: number, by: Keeper): void {
  const keepers = kept.get(id)
  if (!keepers?.delete(by) || keepers.size > 0) return
  kept.delete(id)
  goLater(id)
}

function goLater(id: number): void {
  const { action } = toasts.get().find((one) => one.id === id) ?? {}
  const wait = action ? SHOWN_WITH_ACTION_MS : SHOWN_MS
  timers.set(id, setTimeout(() => dismiss(id), wait))
}

export function dismiss(id: number): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
  kept.delete(id)
  toasts.set(toasts.get().filter((shown) => shown.id !== id))
}

/** Says why something could not be done, in the visitor's words. */
export function reasonOf(problem: unknown, seat?: string): string {
  if (problem instanceof Unreachable) return t('reason.unreachable')
  if (!(problem instanceof Problem)) return t('reason.unknown')
  if (problem.code === 'seats_unavailable') {
    return seat ? t('reason.seatTaken', { seat }) : t('reason.seatsTaken')
  }
  if (problem.status === 429) return t('reason.fast')
  if (problem.status >= 500) return t('reason.busy')
  const key = `reason.${problem.code}`
  return isMessage(key) ? t(key) : problem.detail || problem.message
}

/** The same for places of an area, of which no two are side by side. */
export function areaReason(problem: unknown): string {
  const short = problem instanceof Problem ? problem.free : null
  return short === null ? reasonOf(problem) : t('area.short', { count: short.seats })
}
