// The element on other people's pages: without a framework, and in React.

import assert from 'node:assert/strict'
import { Visitor } from './browser.mjs'
import { makeEvent } from './rest.mjs'
import { AVAILABLE, LOCKED } from './states.mjs'

/** Brings a seat of an embedded map to its middle. */
async function show(page, seat) {
  await page.waitForFunction(() => document.querySelector('seat-map').store?.ready)
  await page.evaluate((at) => document.querySelector('seat-map').map.showSeat(at), seat)
  await page.waitForFunction(() => document.querySelector('seat-map').map.settled)
}

/** Chooses a seat on an embedded map, by its own renderer's word for where the seat is. */
async function choose(page, seat) {
  await show(page, seat)
  const { x, y } = await page.evaluate((at) => {
    const element = document.querySelector('seat-map')
    const box = element.getBoundingClientRect()
    const place = element.map.seatPlace(at)
    return { x: place.x + box.left, y: place.y + box.top }
  }, seat)
  await page.mouse.click(x, y)
}

async function embed({ browser, site, event, bert, take, pictures }, path, name) {
  const mona = await Visitor.open(browser, site)
  const { page } = mona
  await bert.visit(event)
  await page.goto(`${path}?event=${event}`)
  const seat = take()
  await choose(page, seat)
  await page.locator('li[data-seat]').waitFor()
  await bert.sees(seat, LOCKED)
  await mona.picture(pictures, name)
  await page.reload()
  await page.locator('li[data-seat]').waitFor()
  await choose(page, seat)
  await page.locator('li[data-seat]').waitFor({ state: 'detached' })
  await bert.sees(seat, AVAILABLE)
  assert.deepEqual(mona.complaints, [])
  await mona.context.close()
}

export const embedded = {
  'the element works on a page without a framework': (stage) =>
    embed(stage, '/examples/plain.html', 'plain-1440'),

  'the element works in React': (stage) =>
    embed(stage, '/examples/react.html', 'react-1440'),

  'keys mark seats on the element, and take them all at once': async (stage) => {
    const { browser, site, bert } = stage
    const event = await makeEvent(site)
    const mona = await Visitor.open(browser, site)
    const { page } = mona
    await bert.visit(event)
    await page.goto(`/examples/plain.html?event=${event}`)
    await show(page, 3)
    await page.locator('seat-map .stage').focus()
    // The first arrow goes to the seat in the middle, which is the one just shown.
    await page.keyboard.press('ArrowRight')
    for (let at = 0; at < 2; at += 1) await page.keyboard.press('Shift+ArrowRight')
    await page.getByText(/3 seats marked/).waitFor()
    await page.keyboard.press('Enter')
    await page.locator('li[data-seat]').nth(2).waitFor()
    const taken = await page.evaluate(() => document.querySelector('seat-map').selected)
    assert.deepEqual(taken.sort(), ['S004', 'S005', 'S006'])
    for (const seat of [3, 4, 5]) await bert.sees(seat, LOCKED)
    assert.deepEqual(mona.complaints, [])
    await mona.context.close()
  },
}
