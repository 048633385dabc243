// When a connection is live again that was not. What has become meanwhile of what is the visitor's
// own is to be read then: the live map never says who holds what.

import type { LiveState } from './live-types.js'

/** Hears each state, and calls back for every return; the first connecting is none. */
export function onLiveAgain(back: () => void): (state: LiveState) => void {
  let before: LiveState = 'connecting'
  return (state) => {
    const returned = state === 'live' && before !== 'live' && before !== 'connecting'
    before = state
    if (returned) back()
  }
}
