// Messages that come and go: not while they are pointed at, nor with the focus in them.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { dismiss, keep, letGo, toast, toasts } from '../src/state/toasts'

/** Longer than any message is shown. */
const LONG_MS = 60_000

const words = () => toasts.get().map(({ text }) => text)
const last = () => toasts.get().at(-1)?.id ?? 0

describe('a message', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    for (const { id } of toasts.get()) dismiss(id)
    vi.useRealTimers()
  })

  test('goes by itself, the sooner where nothing is offered', () => {
    toast('bad', 'gone', { label: 'Take another', act: () => {} })
    toast('plain', 'saved')
    vi.advanceTimersByTime(10_000)
    expect(words()).toEqual(['gone'])
    vi.advanceTimersByTime(LONG_MS)
    expect(words()).toEqual([])
  })

  test('stays while it is pointed at or has the focus, and its whole time after', () => {
    toast('bad', 'gone', { label: 'Take another', act: () => {} })
    const id = last()
    vi.advanceTimersByTime(19_000)
    keep(id, 'focus')
    keep(id, 'pointer')
    vi.advanceTimersByTime(LONG_MS)
    letGo(id, 'pointer')
    vi.advanceTimersByTime(LONG_MS)
    expect(words()).toEqual(['gone'])
    letGo(id, 'focus')
    vi.advanceTimersByTime(19_000)
    expect(words()).toEqual(['gone'])
    vi.advanceTimersByTime(LONG_MS)
    expect(words()).toEqual([])
  })

  test('is not pushed out by others while it is kept', () => {
    toast('bad', 'kept')
    keep(last(), 'focus')
    for (const text of ['1', '2', '3', '4']) toast('plain', text)
    expect(words()).toEqual(['kept', '3', '4'])
    vi.advanceTimersByTime(LONG_MS)
    expect(words()).toEqual(['kept'])
  })

  test('that is gone can’t be let go again', () => {
    toast('plain', 'saved')
    const id = last()
    keep(id, 'pointer')
    dismiss(id)
    letGo(id, 'pointer')
    expect(vi.getTimerCount()).toBe(0)
    expect(words()).toEqual([])
  })
})
