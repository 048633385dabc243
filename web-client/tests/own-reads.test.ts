// What is the visitor's own is read anew while it changes, and not for ever.

import { expect, test } from 'vitest'
import { READS_MAX, readOwn } from '../sdk/own-reads'

/** A server that is asked; the visitor changes something during each of the first reads. */
function visitor(changing: number) {
  const seen = { reads: 0, changes: 0 }
  const rest = {
    holds: async () => {
      seen.reads += 1
      if (seen.reads <= changing) seen.changes += 1
      return []
    },
    bookings: async () => [],
  }
  return { seen, read: () => readOwn(rest, 1, () => seen.changes) }
}

test('an answer from before the last change is read again', async () => {
  const { seen, read } = visitor(2)
  expect(await read()).toEqual({ holds: [], bookings: [] })
  expect(seen.reads).toBe(3)
})

test('who never stops changing something is not read for ever', async () => {
  const { seen, read } = visitor(Infinity)
  expect(await read()).toBeNull()
  expect(seen.reads).toBe(READS_MAX)
})
