// Stories of what is said while nothing is known of the seats, and of maps that are followed where
// no WebSocket passes.

import assert from 'node:assert/strict'
import { examine } from './access.mjs'
import { button, LOOKS, Visitor } from './browser.mjs'
import { makeEvent } from './rest.mjs'
import { AVAILABLE, HELD, LOCKED, NONE } from './states.mjs'

const ANSWERS = { stream: /\/stream/, poll: /\/availability/ }

/** Lets no WebSocket pass, nor these other ways. */
async function bar(page, ways) {
  await page.routeWebSocket(/\/live/, (socket) => socket.close({ code: 4001 }))
  for (const way of ways) await page.route(ANSWERS[way], (route) => route.abort())
}

async function waitInVain({ browser, site, pictures }, event, { name, ...options }) {
  const vera = await Visitor.open(browser, site, { ...options, still: true })
  const { page } = vera
  await bar(page, ['stream', 'poll'])
  await page.goto(`/events/${event}`)
  await page.locator('[data-waiting]', { hasText: 'Loading the map' }).waitFor()
  assert.equal(await page.getByText('sold out').count(), 0)
  if (vera.phone) {
    await page.locator('[data-hint]', { hasText: 'Loading the map' }).waitFor()
    await page.getByRole('button', { name: /^Choose your seats/ }).click()
  }
  assert.equal(await button(page, 'Find the best seats').count(), 0)
  await page.locator('aside').getByText('Loading the map').last().waitFor()
  if (vera.phone) await button(page, 'Close basket').click({ position: { x: 200, y: 20 } })
  await vera.picture(pictures, `waiting-${name}`)
  await examine(page, `waiting-${name}`)
  await button(page, 'List').click()
  await page.getByText('The live map can’t be reached').first().waitFor()
  assert.equal(await page.getByText(/0 of \d+ free/).count(), 0)
  await vera.picture(pictures, `not-reached-${name}`)
  await examine(page, `not-reached-${name}`)
  for (const way of Object.values(ANSWERS)) await page.unroute(way)
  // As if the network came back, so that no long pause between tries has to be waited for.
  await page.evaluate(() => setInterval(() => window.dispatchEvent(new Event('online')), 500))
  await page.locator('[data-live=live]').waitFor()
  await page.getByText('240 of 240 free').waitFor()
  await vera.leave()
}

export const waiting = {
  'until seats are known none is sold out, and what is wrong is said': async (stage) => {
    const event = await makeEvent(stage.site)
    for (const look of [LOOKS[0], LOOKS[3]]) await waitInVain(stage, event, look)
  },

  'where no WebSocket passes the map is followed all the same': async (stage) => {
    const { browser, site, pictures } = stage
    const event = await makeEvent(site)
    const bert = await Visitor.open(browser, site)
    await bert.visit(event)
    for (const [way, barred] of [['stream', []], ['poll', ['stream']]]) {
      const vera = await Visitor.open(browser, site)
      await bar(vera.page, barred)
      await vera.visit(event)
      await vera.page.locator(`[data-live=live][data-way=${way}]`).waitFor()
      await bert.choose(5)
      await bert.owns(5, HELD)
      await vera.sees(5, LOCKED)
      await vera.choose(7)
      await vera.owns(7, HELD)
      await bert.sees(7, LOCKED)
      await vera.picture(pictures, `way-${way}-1440`)
      await vera.choose(7)
      await vera.owns(7, NONE)
      await bert.choose(5)
      await vera.sees(5, AVAILABLE)
      await vera.leave()
    }
    await bert.leave()
  },

  'a connection that is over can be tried again': async ({ browser, site, pictures }) => {
    const event = await makeEvent(site)
    const bert = await Visitor.open(browser, site)
    const vera = await Visitor.open(browser, site)
    await bert.visit(event)
    await vera.visit(event)
    vera.cut(4503)
    await vera.page.locator('[data-live=closed]', { hasText: 'Not live' }).waitFor()
    await vera.picture(pictures, 'closed-1440')
    await bert.choose(3)
    await bert.owns(3, HELD)
    await vera.page.locator('[data-live=closed]').getByRole('button', { name: 'Try again' }).click()
    await vera.live()
    await vera.sees(3, LOCKED)
    await vera.leave()
    await bert.leave()
  },
}
