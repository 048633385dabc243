// A reading for as long as its page is shown.

import { useEffect, useState } from 'react'
import type { SeatStore } from '../../sdk/index'
import { useObservable } from '../hooks'
import { Reading, type ReadingView } from './reading'

export interface Read<Value> extends ReadingView<Value> {
  again(): void
}

/** Reads while the page is shown. `read` has to stay the same function. */
export function useReading<Value>(store: SeatStore, read: () => Promise<Value>): Read<Value> {
  const [reading] = useState(() => new Reading<Value>())
  useEffect(() => reading.follow(store, read), [reading, store, read])
  return { ...useObservable(reading.view), again: reading.again }
}
