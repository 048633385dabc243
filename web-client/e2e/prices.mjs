// Stories of what is charged: prices that change while seats are held, and calls whose answers are
// lost; and of the list of events, which has what is over last.

import assert from 'node:assert/strict'
import { button, Visitor } from './browser.mjs'
import { amend, makeEvent } from './rest.mjs'
import { HELD } from './states.mjs'

const DAY_MS = 86_400_000

/** Waits until the element's map, loaded anew, has this price. */
const priced = (page, price) =>
  page.waitForFunction((wanted) => {
    const { store } = document.querySelector('seat-map')
    return store?.ready && store.chart.priceOf(1) === wanted
  }, price)

/** Keeps what the element tells of seats, with their prices. */
const listen = (page) =>
  page.evaluate(() => {
    globalThis.told = []
    for (const name of ['seatselect', 'seatdeselect', 'seatrefused', 'seatbooked']) {
      document.addEventListener(name, ({ type, detail: { seatNo, price } }) =>
        globalThis.told.push([type, seatNo, price].join(' ')))
    }
  })

const heard = (page, count) =>
  page.waitForFunction((least) => globalThis.told.length >= least, count)
    .then(() => page.evaluate(() => globalThis.told.splice(0)))

export const prices = {
  'the basket shows what is charged, whatever the map shows by now': async (stage) => {
    const { browser, site, pictures } = stage
    const event = await makeEvent(site)
    const anna = await Visitor.open(browser, site)
    const { page } = anna
    await anna.visit(event)
    await anna.choose(0)
    await anna.owns(0, HELD)
    await amend(site, event, { price: '60.00' })
    await page.waitForFunction(() => {
      const { store } = document.querySelector('[data-seat-map]')?.seatMapView ?? {}
      return store?.ready && store.chart.priceOf(1) === '60.00'
    })
    await anna.owns(0, HELD)
    await anna.choose(1)
    await anna.owns(1, HELD)
    await page.locator('[data-total]', { hasText: '€105.50' }).waitFor()
    await anna.picture(pictures, 'prices-1440')
    await button(page, 'Book 2 seats').click()
    await page.getByRole('button', { name: /^Pay €105\.50/ }).waitFor()
    await anna.leave()
  },

  'the element tells what is charged, and finds what was held unheard': async (stage) => {
    const { browser, site } = stage
    const event = await makeEvent(site)
    const mona = await Visitor.open(browser, site)
    const { page } = mona
    await page.goto(`/examples/plain.html?event=${event}`)
    await priced(page, '45.50')
    await listen(page)
    await page.evaluate(() => document.querySelector('seat-map').takeSeats(['S001']))
    assert.deepEqual(await heard(page, 1), ['seatselect S001 45.50'])
    await amend(site, event, { price: '60.00' })
    await priced(page, '60.00')
    // The map is another, so the seat is told of anew: at the price of its hold.
    assert.deepEqual(await heard(page, 1), ['seatselect S001 45.50'])
    await page.route('**/unlock', async (route) => {
      await route.fetch()
      await route.abort()
    })
    await page.evaluate(() => document.querySelector('seat-map').deselect('S001'))
    // It was given back at the price of its hold; the refusal tells today's.
    const told = (await heard(page, 2)).sort()
    assert.deepEqual(told, ['seatdeselect S001 45.50', 'seatrefused S001 60.00'])
    await page.unrouteAll()
    await mona.leave()
  },

  'what is over is at the end of the list, folded': async ({ browser, site, pictures }) => {
    const ago = (days) => new Date(Date.now() - days * DAY_MS).toISOString()
    const times = { start_time: ago(2), end_time: ago(1) }
    await makeEvent(site, { name: 'The day before yesterday', ...times })
    const anna = await Visitor.open(browser, site)
    const { page } = anna
    for (const path of ['/', '/organise']) {
      await page.goto(path)
      const over = page.getByText('Past events (1)')
      await over.waitFor()
      assert.equal(await page.getByText('The day before yesterday').count(), 0)
      await over.click()
      await page.getByText('The day before yesterday').waitFor()
      await anna.picture(pictures, `past-${path === '/' ? 'events' : 'organise'}-1440`)
    }
    await anna.leave()
  },
}
