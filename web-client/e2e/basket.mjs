// Stories of the basket in windows of every size, in two of them at once, and by keys; and of the
// dialogs and forms beside it.

import assert from 'node:assert/strict'
import { examine } from './access.mjs'
import { button, LOOKS, PHONE, Visitor } from './browser.mjs'
import { enter } from './choosing.mjs'
import { buy, makeEvent } from './rest.mjs'
import { BOOKED, HELD, NONE, SOLD } from './states.mjs'

/** On a phone the button is looked for first; a third of this is time for that. */
const PHONE_LOCK_SECONDS = 18

/** A window of 1280 by 1024 at 400 %. */
const ZOOMED = { width: 320, height: 256 }

/** The flag of a seat with a restricted view; the first demo event has such. */
const RESTRICTED = 4

export const basket = {
  'a phone warns before a hold ends, with its basket closed': async (stage) => {
    const { browser, site, pictures } = stage
    const event = await makeEvent(site, { lock_seconds: PHONE_LOCK_SECONDS })
    const jana = await Visitor.open(browser, site, { viewport: PHONE })
    const { page } = jana
    await jana.visit(event)
    await jana.choose(0)
    await jana.owns(0, HELD)
    await button(page, 'More time').waitFor()
    assert.equal(await button(page, 'Book 1 seat').count(), 0, 'the basket is closed')
    await page.locator('[role=status]', { hasText: 'Do you need more time?' }).waitFor()
    await jana.picture(pictures, 'warning-390')
    await button(page, 'More time').click()
    await page.getByText('held longer now').first().waitFor()
    await page.locator('[data-more-time]:focus').waitFor({ state: 'attached' })
    await jana.owns(0, HELD)
    await page.getByRole('button', { name: /^1 seat/ }).click()
    await page.getByRole('button', { name: 'Give back' }).click()
    await jana.owns(0, NONE)
    await jana.leave()
  },

  'at 400 % everything of the basket can be reached': async ({ browser, site, pictures }) => {
    const event = await makeEvent(site)
    const jana = await Visitor.open(browser, site, { viewport: PHONE })
    const { page } = jana
    await jana.visit(event)
    await jana.choose(0)
    await jana.owns(0, HELD)
    await page.setViewportSize(ZOOMED)
    await page.getByRole('button', { name: /^1 seat/ }).click()
    const book = button(page, 'Book 1 seat')
    await book.scrollIntoViewIfNeeded()
    await jana.picture(pictures, 'basket-320')
    const box = await book.boundingBox()
    assert.ok(box.y >= 0 && box.y + box.height <= ZOOMED.height, `Book is at ${box.y}`)
    await book.click()
    await page.getByRole('button', { name: /^Pay/ }).waitFor()
    await jana.leave()
  },

  'two windows of one visitor agree without being loaded again': async (stage) => {
    const { browser, site, bert } = stage
    const event = await makeEvent(site)
    const anna = await Visitor.open(browser, site)
    await anna.visit(event)
    const second = await anna.another()
    await second.visit(event)
    await bert.visit(event)
    await anna.choose(0)
    await second.owns(0, HELD)
    await button(second.page, 'Book 1 seat').click()
    await anna.owns(0, BOOKED)
    await anna.page.getByRole('link', { name: 'Go to payment' }).waitFor()
    await second.page.getByRole('button', { name: /^Pay/ }).click()
    await bert.sees(0, SOLD)
    await anna.page.getByRole('link', { name: 'Show ticket' }).waitFor()
    assert.equal(await anna.page.getByText(/^Time is up/).count(), 0)
    assert.deepEqual([...anna.complaints, ...second.complaints], [])
    await anna.context.close()
  },

  'the focus stays in the basket when a seat is given back': async ({ browser, site }) => {
    const event = await makeEvent(site)
    const fritz = await Visitor.open(browser, site)
    const { page } = fritz
    await fritz.visit(event)
    for (const seat of [0, 1]) {
      await fritz.choose(seat)
      await fritz.owns(seat, HELD)
    }
    const back = page.getByRole('button', { name: /^Give back/ })
    await back.first().focus()
    await page.keyboard.press('Enter')
    await fritz.owns(0, NONE)
    await page.locator('button[aria-label^="Give back"]:focus').waitFor()
    await page.keyboard.press('Enter')
    await fritz.owns(1, NONE)
    await page.locator('h2:focus', { hasText: 'Choose your seats' }).waitFor()
    await fritz.leave()
  },

  'on a phone, too, seats tell what is special, and prices filter': async (stage) => {
    const { browser, site, pictures } = stage
    const lena = await Visitor.open(browser, site, { viewport: PHONE })
    const { page } = lena
    await lena.visit(1)
    const seat = await lena.map(({ store: { chart, statuses } }, flag) =>
      statuses.findIndex((status, at) => status === 0 && chart.flags[at] & flag), RESTRICTED)
    assert.ok(seat >= 0, 'the demo has no free seat with a restricted view')
    const { x, y } = await lena.find(seat)
    await page.touchscreen.tap(x, y)
    await page.getByText('Tap again to take it', { exact: true }).waitFor()
    await page.touchscreen.tap(x, y)
    await lena.owns(seat, HELD)
    await page.getByRole('button', { name: /^1 seat/ }).click()
    await page.locator('[data-basket-line]', { hasText: 'Restricted view' }).waitFor()
    await page.getByRole('slider', { name: 'Highest price' }).fill('0')
    await button(page, 'Show all').waitFor()
    await lena.picture(pictures, 'special-390')
    await examine(page, 'special-390')
    await page.getByRole('button', { name: /^Book 1/ }).click()
    await page.getByText(/^Restricted view · /).waitFor()
    await lena.picture(pictures, 'special-payment-390')
    await button(page, 'Cancel').click()
    await page.getByText('Cancelled', { exact: true }).waitFor()
    await lena.leave()
  },

  'who is too late for an area is told so in its dialog': async (stage) => {
    const { nora, event } = await enter(stage, 'off')
    const { page } = nora
    await button(page, 'List').click()
    nora.deaf = true
    const places = Array.from({ length: 29 }, (_, at) => `Pit-${String(at + 1).padStart(4, '0')}`)
    await buy(stage.site, event, places.slice(0, 15), { paid: false })
    await buy(stage.site, event, places.slice(15), { paid: false })
    await button(page, 'Choose places').click()
    await button(page, 'Take 2 places').click()
    const dialog = page.getByRole('dialog', { name: 'Pit' })
    await dialog.getByRole('alert').filter({ hasText: 'Only 1 place is left.' }).waitFor()
    await nora.picture(stage.pictures, 'area-refused-1440')
    await nora.leave()
  },

  'axe finds nothing serious in dialogs and forms, in every look': async (stage) => {
    const { browser, site, pictures } = stage
    const { nora, event } = await enter(stage, 'off')
    await nora.leave()
    for (const { name, ...options } of LOOKS) {
      const otto = await Visitor.open(browser, site, { ...options, still: true })
      const { page } = otto
      await otto.visit(event)
      await button(page, 'List').click()
      await button(page, 'Choose places').click()
      await page.getByRole('dialog', { name: 'Pit' }).waitFor()
      await otto.picture(pictures, `area-${name}`)
      await examine(page, `area-${name}`)
      await button(page, 'Not now').click()
      if (otto.phone) await page.getByRole('button', { name: /^Choose your seats/ }).click()
      await button(page, 'Find the best seats').click()
      await button(page, 'Find 2 seats together').waitFor()
      await otto.picture(pictures, `best-${name}`)
      await examine(page, `best-${name}`)
      await otto.leave()
    }
  },
}
