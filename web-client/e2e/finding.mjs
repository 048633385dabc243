// Stories of finding one's way: what a phone says of the place one looks at and of the event, the
// list while prices are chosen, one's own bookings on the first page, the way to the organiser's.

import assert from 'node:assert/strict'
import { examine } from './access.mjs'
import { button, LOOKS, PHONE, Visitor } from './browser.mjs'
import { NEAR_AND_FAR, TWO_ROWS } from './charts.mjs'
import { enter } from './choosing.mjs'
import { HELD } from './states.mjs'

/** The demo's arena, which is blocks from afar, and its club, which has tables. */
const ARENA = 2
const CLUB = 3

/** In the page: the texts of which a part can't be seen, and how far the page is too wide. */
function cutOff(selector) {
  const cut = [...document.querySelectorAll(selector)].filter((element) => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element
    // What only screen readers have is a pixel wide.
    if (clientWidth <= 1 || getComputedStyle(element).display === 'inline') return false
    return scrollWidth > clientWidth || scrollHeight > clientHeight + 1
  })
  const tooWide = document.documentElement.scrollWidth - window.innerWidth
  return { cut: cut.map(({ textContent }) => textContent), tooWide }
}

async function book(visitor, event, seat) {
  await visitor.visit(event)
  await visitor.choose(seat)
  await visitor.owns(seat, HELD)
  if (visitor.phone) await visitor.page.getByRole('button', { name: /^1 seat/ }).click()
  await visitor.page.getByRole('button', { name: /^Book 1/ }).click()
  await visitor.page.getByRole('button', { name: /^Pay/ }).waitFor()
}

export const finding = {
  'a phone says what is left where one looks, and from which price': async (stage) => {
    const { browser, site, pictures } = stage
    const carl = await Visitor.open(browser, site, { viewport: PHONE })
    const { page } = carl
    await carl.visit(ARENA)
    const hint = page.locator('[data-hint]')
    const house = /^[\d,]+ left · from €[\d.]+/
    await hint.filter({ hasText: new RegExp(`${house.source}Tap a block`) }).waitFor()
    const [section, seat] = await carl.map(({ store: { chart } }) => {
      const at = chart.sections.findIndex(({ label }) => label === '105')
      const seats = chart.section.reduce((all, of, one) => (of === at ? [...all, one] : all), [])
      return [at, seats[Math.floor(seats.length / 2)]]
    })
    assert.ok(section >= 0, 'the arena has no section 105')
    const { x, y } = await carl.place(seat)
    await page.touchscreen.tap(x, y)
    await hint.filter({ hasText: /^105 · \d+ left · from €[\d.]+$/ }).waitFor()
    await carl.picture(pictures, 'section-390-light')
    await button(page, 'List').click()
    await hint.filter({ hasText: new RegExp(`${house.source}$`) }).waitFor()
    await page.getByRole('button', { name: /^Choose your seats/ }).click()
    await page.getByText('Pick them on the map or in the list.').waitFor()
    assert.equal(await page.getByText('Choose your seats').count(), 1)
    await carl.picture(pictures, 'sheet-390-light')
    await carl.leave()
  },

  'a phone says in full what one buys for, and what shapes mean': async (stage) => {
    const { browser, site, pictures } = stage
    for (const { name, ...options } of LOOKS.slice(2)) {
      const carl = await Visitor.open(browser, site, { ...options, still: true })
      const { page } = carl
      await carl.visit(CLUB)
      await page.locator('header').getByText('The Trapdoor, Dublin').waitFor()
      const found = await page.evaluate(cutOff, 'header h1, header p, header span, [data-hint] *')
      assert.deepEqual(found, { cut: [], tooWide: 0 })
      await carl.picture(pictures, `club-${name}`)
      await page.getByRole('button', { name: /^Choose your seats/ }).click()
      const key = page.getByRole('list', { name: 'Marks' })
      await key.getByText('Table sold as a whole').waitFor()
      assert.equal(await key.getByText('Wheelchair space').count(), 0, 'the club has none')
      await carl.picture(pictures, `club-sheet-${name}`)
      await examine(page, `club-sheet-${name}`)
      await carl.leave()
    }
  },

  'what prices leave out is pale in the list, and not counted': async (stage) => {
    const house = { floors: undefined, categories: NEAR_AND_FAR, sections: [TWO_ROWS] }
    const { nora } = await enter(stage, 'off', house)
    const { page } = nora
    await button(page, 'List').click()
    await page.locator('#seats li').getByText('20 of 20 free').waitFor()
    await page.locator('#seats li').getByText('from €25').waitFor()
    const near = page.getByRole('list', { name: 'Price categories' }).getByText('Near')
    await near.click()
    await page.locator('#seats li').getByText('10 of 10 free').waitFor()
    await page.locator('#seats li').getByText('from €60').waitFor()
    assert.equal(await page.locator('[data-seat][data-dimmed]').count(), 10)
    await nora.picture(stage.pictures, 'dimmed-1440-light')
    await examine(page, 'dimmed')
    // Pale is not gone: whoever wants it can have it.
    await page.locator('[data-seat][data-dimmed]').first().click()
    await page.locator('[data-seat][aria-selected=true]').waitFor()
    await nora.leave()
  },

  'the first page leads to one’s own bookings': async (stage) => {
    const { browser, site, event, take, pictures } = stage
    for (const { name, ...options } of LOOKS) {
      const vera = await Visitor.open(browser, site, { ...options, still: true })
      const { page } = vera
      await page.goto('/')
      await page.locator(`a[href="/events/${event}"]`).waitFor()
      assert.equal(await page.getByRole('heading', { name: 'Your bookings' }).count(), 0)
      await book(vera, event, take())
      await page.goto('/')
      const own = page.locator('[data-own]')
      await own.getByText('Payment due').waitFor()
      await vera.picture(pictures, `own-${name}`)
      await examine(page, `own-${name}`)
      await own.click()
      await page.getByRole('button', { name: /^Pay/ }).click()
      const reference = await page.locator('[data-qr]').getAttribute('data-qr')
      await page.goto('/')
      await page.locator(`[data-own="${reference}"]`).getByText('Booked').click()
      await button(page, 'Cancel booking').click()
      await button(page, 'Cancel it').click()
      await page.getByText('Cancelled', { exact: true }).waitFor()
      await page.goto('/')
      await page.locator(`a[href="/events/${event}"]`).waitFor()
      assert.equal(await own.count(), 0)
      await vera.leave()
    }
  },

  'the settings lead an organiser to their pages': async ({ browser, site }) => {
    const olga = await Visitor.open(browser, site)
    const { page } = olga
    await page.goto('/')
    await button(page, 'Display and language').click()
    await page.getByRole('link', { name: 'For organisers' }).click()
    await page.getByRole('heading', { name: 'Organise' }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    await button(page, 'Display and language').click()
    await page.getByRole('combobox').waitFor()
    assert.equal(await page.getByRole('link', { name: 'For organisers' }).count(), 0)
    await olga.leave()
  },
}
