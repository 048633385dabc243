// The last story, because it takes the server away: it comes back, and the map was there all along.

import assert from 'node:assert/strict'
import { HELD, LOCKED } from './states.mjs'

export const restart = {
  'the server restarts and no map or basket is lost': async (stage) => {
    const { anna, bert, event, take, server, pictures } = stage
    await anna.visit(event)
    await bert.visit(event)
    const seat = take()
    await anna.choose(seat)
    await anna.owns(seat, HELD)
    await bert.sees(seat, LOCKED)
    const sockets = bert.sockets.length
    await server.stop()
    await bert.page.locator('[data-live=reconnecting], [data-live=stale]').waitFor()
    await bert.picture(pictures, 'reconnecting-1440')
    await bert.sees(seat, LOCKED)
    await server.start()
    await bert.page.locator('[data-live=live]').waitFor()
    assert.ok(bert.sockets.length > sockets)
    await bert.sees(seat, LOCKED)
    await anna.page.locator('[data-live=live]').waitFor()
    await anna.owns(seat, HELD)
    const other = take()
    await bert.choose(other)
    await bert.owns(other, HELD)
    await anna.sees(other, LOCKED)
    assert.deepEqual([...anna.complaints, ...bert.complaints], [])
  },
}
