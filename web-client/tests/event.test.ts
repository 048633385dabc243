// An event as the server sends it, read into the form the pages use.

import { expect, test } from 'vitest'
import { decodeEvent } from '../sdk/event'

test.each([
  ['owner', 'owner'],
  ['organiser', 'organiser'],
  ['never', 'never'],
  [undefined, 'owner'],
])('who may cancel what is paid, said as %s, is %s', (said, read) => {
  expect(decodeEvent({ id: 1, cancel_confirmed: said }).cancel_confirmed).toBe(read)
})
