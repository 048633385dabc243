// Loading a map anew that isn't the one that is followed: at once, then seldomer, and not for ever.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Reloads, RELOADS_MAX } from '../sdk/reloads'

const S = 1_000

describe('reloads', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }))
  afterEach(() => void vi.useRealTimers())

  /** Loads that never fit; when each was, by the clock. */
  function unfit() {
    const loads: number[] = []
    const reloads = new Reloads(() => void loads.push(Date.now()), () => 1)
    return { loads, reloads }
  }

  test('come after growing pauses, and end', async () => {
    const { loads, reloads } = unfit()
    for (let time = 1; time <= RELOADS_MAX; time += 1) {
      expect(reloads.plan()).toBe(true)
      await vi.runAllTimersAsync()
    }
    expect(reloads.plan()).toBe(false)
    expect(loads.slice(0, 6)).toEqual([0, 1 * S, 3 * S, 7 * S, 15 * S, 23 * S])
    expect(loads).toHaveLength(RELOADS_MAX)
  })

  test('begin at once again after a map that fits', async () => {
    const { loads, reloads } = unfit()
    for (let time = 1; time <= RELOADS_MAX; time += 1) {
      reloads.plan()
      await vi.runAllTimersAsync()
    }
    reloads.reset()
    const before = Date.now()
    expect(reloads.plan()).toBe(true)
    expect(loads.at(-1)).toBe(before)
  })

  test('are not made for who has left', async () => {
    const { loads, reloads } = unfit()
    reloads.plan()
    reloads.plan()
    reloads.stop()
    await vi.runAllTimersAsync()
    expect(loads).toEqual([0])
  })
})
