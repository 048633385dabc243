// Fingers on the map, as the browser itself makes them of touches: pinch, drag and fling, double
// tap; and a page that sleeps in a pocket.

import assert from 'node:assert/strict'
import { PHONE, Visitor } from './browser.mjs'
import { arenaOf, buy, makeEvent } from './rest.mjs'
import { NONE, SOLD } from './states.mjs'

/** How long a finger takes from one place to the next. */
const STEP_SECONDS = 0.01

/** Fingers by the browser's own input. */
async function handOf(page) {
  const session = await page.context().newCDPSession(page)
  /** While fingers are dragged, the time of their own: a slow machine would have them rest. */
  let clock
  const send = (type, points) => {
    if (clock) clock += STEP_SECONDS
    return session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: points.map(([x, y], id) => ({ x, y, id })),
      timestamp: clock,
    })
  }
  const down = (...points) => send('touchStart', points)
  const move = (...points) => send('touchMove', points)
  const up = async () => {
    await send('touchEnd', [])
    clock = undefined
  }
  return {
    ...{ session, down, move, up },
    async tap(x, y) {
      await down([x, y])
      await up()
    },
    /** Moves fingers in steps, from where they stand to where they go. */
    async drag(from, to, steps = 8) {
      clock = Date.now() / 1000
      await down(...from)
      for (let step = 1; step <= steps; step += 1) {
        const share = step / steps
        await move(...from.map(([x, y], at) => [
          x + (to[at][0] - x) * share,
          y + (to[at][1] - y) * share,
        ]))
      }
    },
  }
}

const closeness = (visitor) => visitor.map((view) => view.closeness)
const seen = (visitor) => visitor.map((view) => view.seen)

async function openPhone({ browser, site }, event) {
  const visitor = await Visitor.open(browser, site, { viewport: PHONE })
  await visitor.visit(event)
  await visitor.settled()
  return [visitor, await handOf(visitor.page)]
}

export const touch = {
  'two fingers pinch the map, and one drags and flings it': async (stage) => {
    const [mona, hand] = await openPhone(stage, await arenaOf(stage.site))
    const before = await closeness(mona)
    await hand.drag([[165, 400], [225, 400]], [[75, 400], [315, 400]])
    await hand.up()
    const closer = await closeness(mona)
    assert.ok(Math.abs(closer / before - 4) < 0.4, `${closer / before} times closer`)
    const there = await seen(mona)
    await hand.drag([[300, 400]], [[180, 400]])
    const dragged = await seen(mona)
    await hand.up()
    await mona.settled()
    const flung = await seen(mona)
    const width = there.right - there.left
    const byFinger = (dragged.left - there.left) / width
    assert.ok(byFinger > 0.2 && byFinger < 0.32, `${byFinger} of the view by the finger`)
    const byItself = (flung.left - dragged.left) / width
    assert.ok(byItself > 0.05, `${byItself} of the view by itself, on the same way`)
    await hand.drag([[60, 400], [330, 400]], [[165, 400], [225, 400]])
    await hand.up()
    assert.ok((await closeness(mona)) < closer)
    await mona.leave()
  },

  'a quick double tap on a section ends where a single one does': async (stage) => {
    const [mona, hand] = await openPhone(stage, await arenaOf(stage.site))
    const seat = 4_000
    const place = await mona.place(seat)
    await hand.tap(place.x, place.y)
    await hand.tap(place.x, place.y)
    await mona.settled()
    const twice = await closeness(mona)
    await mona.map((view) => view.fit())
    await mona.settled()
    await hand.tap(place.x, place.y)
    await mona.settled()
    const once = await closeness(mona)
    assert.ok(once > 3, `${once} times closer`)
    assert.ok(Math.abs(twice / once - 1) < 0.01, `${twice}, and ${once} by one tap`)
    const own = await mona.map((view) => view.store.own.filter((mine) => mine > 0).length)
    assert.equal(own, NONE)
    await mona.leave()
  },

  'a page that slept in a pocket shows what has happened meanwhile': async (stage) => {
    const event = await makeEvent(stage.site)
    const [mona, hand] = await openPhone(stage, event)
    await hand.session.send('Page.setWebLifecycleState', { state: 'frozen' })
    await buy(stage.site, event, ['S012'])
    await hand.session.send('Page.setWebLifecycleState', { state: 'active' })
    await mona.sees(11, SOLD)
    await mona.live()
    await mona.leave()
  },
}
