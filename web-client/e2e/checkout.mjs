// Stories of the basket: refused and offered another, warned in time and given more, paid in one
// tab and seen in another.

import assert from 'node:assert/strict'
import { examine } from './access.mjs'
import { button, PHONE, Visitor } from './browser.mjs'
import { makeEvent } from './rest.mjs'
import { AVAILABLE, BOOKED, HELD, LOCKED, NONE, RESERVED, SOLD } from './states.mjs'

const DAY_MS = 86_400_000

/** Short enough to wait for, long enough to click before it ends. */
const LOCK_SECONDS = 6

export const checkout = {
  'who is too late is told, taken back, and offered the nearest': async (stage) => {
    const { anna, bert, event, take, pictures } = stage
    await anna.visit(event)
    await bert.visit(event)
    const seat = take()
    await bert.find(seat)
    bert.deaf = true
    await anna.choose(seat)
    await anna.owns(seat, HELD)
    await bert.choose(seat)
    await bert.page.getByText(/has just been taken/).first().waitFor()
    await bert.owns(seat, NONE)
    await bert.picture(pictures, 'offered-1440')
    bert.deaf = false
    await bert.page.getByRole('button', { name: /^Take .* instead$/ }).click()
    await bert.page.getByRole('button', { name: /^Give back/ }).waitFor()
    // What was not heard meanwhile is asked for with the next news.
    await bert.sees(seat, LOCKED)
    await bert.page.getByRole('button', { name: /^Give back/ }).click()
    await anna.choose(seat)
    await bert.sees(seat, AVAILABLE)
  },

  'a hold warns in time, is given more, and ends at last': async (stage) => {
    const { browser, site, bert, pictures } = stage
    const event = await makeEvent(site, { lock_seconds: LOCK_SECONDS })
    const jana = await Visitor.open(browser, site)
    await jana.visit(event)
    await jana.choose(0)
    await jana.owns(0, HELD)
    const timer = jana.page.getByRole('timer').first()
    await jana.page.getByRole('button', { name: 'More time' }).waitFor()
    await jana.picture(pictures, 'warning-1440')
    await jana.page.getByRole('button', { name: 'More time' }).click()
    await jana.page.getByText('held longer now').first().waitFor()
    const left = /0:(\d+)/.exec(await timer.textContent())
    assert.ok(Number(left[1]) >= LOCK_SECONDS / 2, `still ${left[0]} after more time`)
    await bert.visit(event)
    await bert.sees(0, LOCKED)
    const over = jana.page.getByText(/^Time is up/)
    await over.first().waitFor()
    await jana.owns(0, NONE)
    await bert.sees(0, AVAILABLE)
    // Whoever was away reads it in the basket, until the next choice.
    const told = jana.page.locator('[data-time-up]')
    await jana.page.locator('[data-toaster]').locator(over).waitFor({ state: 'detached' })
    await told.filter({ hasText: /^Time is up/ }).waitFor()
    await jana.picture(pictures, 'time-up-1440')
    await jana.choose(0)
    await told.waitFor({ state: 'detached' })
    await jana.leave()
  },

  'the end of the time to pay is told before, and can be made up for': async (stage) => {
    const { browser, site, bert, pictures } = stage
    const event = await makeEvent(site, { booking_seconds: LOCK_SECONDS })
    const jana = await Visitor.open(browser, site)
    const { page } = jana
    await bert.visit(event)
    await jana.visit(event)
    await jana.choose(0)
    await jana.owns(0, HELD)
    await button(page, 'Book 1 seat').click()
    await page.getByRole('heading', { name: 'Payment' }).waitFor()
    await bert.sees(0, RESERVED)
    const said = page.locator('[data-pay-warning]')
    await said.filter({ hasText: 'The time to pay is nearly over.' }).waitFor()
    await page.locator('[role=status]', { hasText: 'The time to pay is over.' }).waitFor()
    await page.getByRole('heading', { name: 'Your booking' }).waitFor()
    assert.equal(await said.textContent(), '')
    await bert.sees(0, AVAILABLE)
    await jana.picture(pictures, 'not-paid-1440')
    await examine(page, 'not-paid')
    await page.getByRole('button', { name: /^Try to pay .* anyway/ }).click()
    await page.getByRole('heading', { name: 'Your tickets' }).waitFor()
    await bert.sees(0, SOLD)
    await jana.leave()
  },

  'who may not cancel is told so, and not offered it': async ({ browser, site, pictures }) => {
    const rules = [
      ['organiser', 'Only the organiser can cancel this booking.', 1],
      ['never', 'A paid booking of this event can’t be cancelled.', 0],
    ]
    for (const [rule, words, offered] of rules) {
      const event = await makeEvent(site, { cancel_confirmed: rule })
      const jana = await Visitor.open(browser, site)
      const { page } = jana
      await jana.visit(event)
      await jana.choose(0)
      await jana.owns(0, HELD)
      await button(page, 'Book 1 seat').click()
      await page.getByRole('button', { name: /^Pay/ }).click()
      await page.getByText(words).waitFor()
      assert.equal(await button(page, 'Cancel booking').count(), 0)
      await button(page, 'Print').waitFor()
      await jana.picture(pictures, `final-${rule}-1440`)
      const reference = await page.locator('dd').getByText(/^SM-/).textContent()
      await page.goto(`/organise/events/${event}/bookings/${reference}`)
      await button(page, 'Let 1 in').waitFor()
      assert.equal(await button(page, 'Cancel booking').count(), offered)
      await jana.leave()
    }
  },

  'beside the map the end of the time to pay is told before and after': async (stage) => {
    const { browser, site, bert } = stage
    const event = await makeEvent(site, { booking_seconds: LOCK_SECONDS })
    await bert.visit(event)
    for (const { viewport } of [{}, { viewport: PHONE }]) {
      const jana = await Visitor.open(browser, site, { viewport })
      const { page } = jana
      await jana.visit(event)
      await jana.choose(0)
      await jana.owns(0, HELD)
      if (jana.phone) await page.getByRole('button', { name: /^1 seat/ }).click()
      await button(page, 'Book 1 seat').click()
      await page.getByRole('link', { name: 'Back to the seats' }).click()
      await jana.live()
      await jana.owns(0, BOOKED)
      const said = page.locator('[role=status]')
      await said.filter({ hasText: 'The time to pay is nearly over.' }).waitFor()
      await said.filter({ hasText: 'The time to pay is over.' }).waitFor()
      await bert.sees(0, AVAILABLE)
      await button(page, 'Go to payment').click()
      await page.getByRole('heading', { name: 'Your booking' }).waitFor()
      await page.getByRole('button', { name: /^Try to pay .* anyway/ }).waitFor()
      await jana.leave()
    }
  },

  'without a network the map says so, takes nothing, and comes back at once': async (stage) => {
    const { browser, site, event, bert, take } = stage
    const omar = await Visitor.open(browser, site)
    await omar.visit(event)
    await bert.visit(event)
    const [seat, other] = [take(), take()]
    await omar.find(seat)
    await omar.context.setOffline(true)
    await omar.page.locator('[data-live=reconnecting]').waitFor()
    await bert.choose(other)
    await bert.owns(other, HELD)
    await omar.choose(seat)
    await omar.page.getByText('The server does not answer').first().waitFor()
    await omar.owns(seat, NONE)
    await omar.context.setOffline(false)
    await omar.live()
    await omar.sees(other, LOCKED)
    await omar.sees(seat, AVAILABLE)
    await omar.choose(seat)
    await omar.owns(seat, HELD)
    await bert.sees(seat, LOCKED)
    for (const [visitor, own] of [[omar, seat], [bert, other]]) {
      await visitor.choose(own)
      await visitor.owns(own, NONE)
    }
    await omar.leave()
  },

  'a second tab finds the same basket, and the payment': async (stage) => {
    const { anna, bert, event, take } = stage
    await anna.visit(event)
    await bert.visit(event)
    const seat = take()
    await anna.choose(seat)
    await anna.owns(seat, HELD)
    const second = await anna.another()
    await second.visit(event)
    await second.owns(seat, HELD)
    await second.page.getByRole('button', { name: /^Book 1/ }).click()
    await second.page.getByRole('button', { name: /^Pay/ }).click()
    const reference = await second.page.locator('[data-qr]').getAttribute('data-qr')
    assert.match(reference, /^SM-[0-9A-Z]{8}$/)
    await bert.sees(seat, SOLD)
    await anna.page.reload()
    await anna.live()
    await anna.page.getByText(reference).waitFor()
    await second.page.getByRole('button', { name: 'Cancel booking' }).click()
    await second.page.getByRole('button', { name: 'Cancel it' }).click()
    await bert.sees(seat, AVAILABLE)
    await second.page.close()
  },

  'a booking made in a name is found by its address': async ({ browser, site, pictures }) => {
    const event = await makeEvent(site)
    const mara = await Visitor.open(browser, site)
    await mara.visit(event)
    await mara.choose(5)
    await mara.owns(5, HELD)
    await mara.page.getByLabel('Name').fill('  Mara Voss ')
    await mara.page.getByLabel('E-mail').fill('mara@')
    await mara.picture(pictures, 'customer-1440')
    await examine(mara.page, 'customer')
    // The browser says what is wrong with the address, and nothing is booked.
    await mara.page.getByRole('button', { name: /^Book 1/ }).click()
    await mara.page.locator('input[name=email]:invalid:focus').waitFor()
    await mara.page.getByLabel('E-mail').fill('mara@example.com')
    await mara.page.keyboard.press('Enter')
    await mara.page.getByRole('button', { name: /^Pay/ }).waitFor()
    const olga = await Visitor.open(browser, site)
    await olga.page.goto(`/organise/events/${event}/bookings`)
    await olga.page.getByRole('searchbox').fill('MARA@example.com')
    await olga.page.keyboard.press('Enter')
    await olga.page.getByText('1 booking', { exact: true }).waitFor()
    await olga.page.getByText('Mara Voss').first().waitFor()
    assert.deepEqual([...mara.complaints, ...olga.complaints], [])
    await mara.context.close()
    await olga.context.close()
  },

  'a stranger sees nothing of a booking': async ({ browser, site, anna, event, take }) => {
    await anna.visit(event)
    const seat = take()
    await anna.choose(seat)
    await anna.owns(seat, HELD)
    await anna.page.getByRole('button', { name: /^Book 1/ }).click()
    await anna.page.getByRole('button', { name: /^Pay/ }).waitFor()
    const kurt = await Visitor.open(browser, site)
    await kurt.page.goto(new URL(anna.page.url()).pathname)
    await kurt.page.getByRole('heading', { name: 'No such booking' }).waitFor()
    await kurt.context.close()
    await anna.page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await anna.page.getByText('Cancelled', { exact: true }).waitFor()
  },

  'an event that is not on sale says since when, or from when': async (stage) => {
    const { browser, site, pictures } = stage
    const inDays = (days) => new Date(Date.now() + days * DAY_MS).toISOString()
    const start_time = inDays(30)
    const cases = [
      ['before', { sales_start: inDays(2) }, /^Seats can be chosen from/, /^On sale from/],
      ['after', { sales_end: inDays(-1) }, /^Sales ended/, /^Sales have ended/],
    ]
    const lena = await Visitor.open(browser, site)
    for (const [state, window, told, onTheList] of cases) {
      const event = await makeEvent(site, { start_time, ...window })
      await lena.visit(event)
      await lena.page.locator(`[data-sale=${state}]`).getByText(told).waitFor()
      assert.equal(await lena.page.getByRole('button', { name: /best seats/ }).count(), 0)
      await lena.picture(pictures, `sale-${state}-1440`)
      await examine(lena.page, `sale-${state}`)
      await lena.choose(1)
      await lena.page.getByText('not on sale now').first().waitFor()
      await lena.owns(1, NONE)
      await lena.page.goto('/')
      await lena.page.locator(`a[href="/events/${event}"]`).getByText(onTheList).waitFor()
    }
    await lena.leave()
  },

  'prices filter the map and the list alike': async ({ browser, site, pictures }) => {
    const lena = await Visitor.open(browser, site)
    await lena.visit(1)
    const entries = lena.page.locator('aside ul[aria-label="Price categories"] button')
    await entries.first().click()
    await entries.first().and(lena.page.locator('[aria-pressed=true]')).waitFor()
    await lena.picture(pictures, 'filter-1440')
    await lena.page.getByRole('button', { name: 'Show all' }).click()
    await lena.page.getByRole('button', { name: 'List' }).click()
    const sections = lena.page.locator('#seats li h2')
    await sections.first().waitFor()
    const all = await sections.count()
    await lena.page.getByRole('slider').fill('0')
    await lena.page.waitForFunction(
      (before) => document.querySelectorAll('#seats li h2').length < before,
      all,
    )
    await lena.leave()
  },
}
