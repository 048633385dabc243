// Answers that are read again after seats have changed, but not more often than they are worth.

import { useEffect, useState } from 'react'
import type { SeatStore } from '../../sdk/index'

/** A rush is read in sum; asking for each of its changes would only add to it. */
const READ_EVERY_MS = 2_000

/** What was read last; null before the first answer. `read` has to stay the same function. */
export function useReading<Value>(store: SeatStore, read: () => Promise<Value>): Value | null {
  const [value, setValue] = useState<Value | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let stopped = false
    const readNow = async () => {
      timer = undefined
      // What is shown stays when a read fails; the next change asks again.
      const found = await read().catch(() => null)
      if (found !== null && !stopped) setValue(found)
    }
    const readSoon = () => {
      timer ??= setTimeout(() => void readNow(), READ_EVERY_MS)
    }
    void readNow()
    const unsubscribe = store.subscribe(readSoon)
    return () => {
      stopped = true
      clearTimeout(timer)
      unsubscribe()
    }
  }, [store, read])
  return value
}
