// How long before its end one is warned.

import { expect, test } from 'vitest'
import { warnMs } from '../src/state/warnings'

test('one is warned a minute ahead, of short things later, with twenty seconds at least', () => {
  expect(warnMs(900)).toBe(60_000)
  expect(warnMs(180)).toBe(60_000)
  expect(warnMs(90)).toBe(30_000)
  expect(warnMs(30)).toBe(20_000)
  expect(warnMs(6)).toBe(20_000)
})
