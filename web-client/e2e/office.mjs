// Stories of the box office and the door: bookings found, called off and exported, visitors let in
// once, sales over time, and the on-sale as a film.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { examine } from './access.mjs'
import { button, LOOKS, Visitor } from './browser.mjs'
import { ANNA, buy, callOff, makeEvent } from './rest.mjs'
import { AVAILABLE, LOCKED, SOLD } from './states.mjs'

/** Looks at pages in every look, and has each examined. */
export async function look(stage, token, pages) {
  for (const { name, ...options } of LOOKS) {
    const visitor = await Visitor.open(stage.browser, stage.site, { ...options, still: true })
    for (const [part, path, ready] of pages) {
      await visitor.page.goto(`${path}${token ? `#token=${token}` : ''}`)
      await ready(visitor)
      await visitor.picture(stage.pictures, `${part}-${name}`)
      await examine(visitor.page, `${part}-${name}`)
    }
    await visitor.leave()
  }
}

async function enter(page, code) {
  await page.getByLabel('Ticket code').fill(code)
  await page.keyboard.press('Enter')
}

const answered = (page, kind) => page.locator(`[data-door=${kind}]`).waitFor()

export const office = {
  'a booking is found by its reference, and by its address': async ({ browser, site }) => {
    const event = await makeEvent(site)
    const { booking_ref: ref } = await buy(site, event, ['S001', 'S002'], { customer: ANNA })
    await buy(site, event, ['S010'])
    await buy(site, event, ['S011'], { paid: false })
    const olga = await Visitor.open(browser, site)
    const { page } = olga
    await page.goto(`/organise/events/${event}/bookings`)
    await page.getByText('3 bookings').waitFor()
    const field = page.getByRole('searchbox')
    // As somebody reads it out over the telephone.
    await field.fill(ref.slice(3).toLowerCase())
    await page.keyboard.press('Enter')
    await page.getByText('1 booking', { exact: true }).waitFor()
    await page.getByRole('link', { name: new RegExp(`^${ref}`) }).waitFor()
    await field.fill('ANNA@example.com')
    await button(page, 'Search').click()
    await page.getByText('1 booking', { exact: true }).waitFor()
    await field.fill('')
    await page.getByLabel('Status').selectOption('pending')
    await page.getByText('1 booking', { exact: true }).waitFor()
    await page.getByLabel('Status').selectOption('cancelled')
    await page.getByText('No booking found').waitFor()
    await page.getByLabel('Status').selectOption('')
    await page.getByText('3 bookings').waitFor()
    await page.getByRole('link', { name: new RegExp(`^${ref}`) }).click()
    await page.getByRole('heading', { name: ref }).waitFor()
    await page.getByText('anna@example.com').waitFor()
    await page.getByText('pay-77').waitFor()
    await page.getByText('Paid', { exact: true }).waitFor()
    await olga.leave()
  },

  'all bookings are taken away as a table': async ({ browser, site }) => {
    const event = await makeEvent(site)
    const { booking_ref: ref } = await buy(site, event, ['S001', 'S002'], { customer: ANNA })
    const olga = await Visitor.open(browser, site)
    await olga.page.goto(`/organise/events/${event}/bookings`)
    const coming = olga.page.waitForEvent('download')
    await button(olga.page, 'Export CSV').click()
    const file = await coming
    assert.equal(file.suggestedFilename(), `event-${event}-bookings.csv`)
    const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n')
    assert.equal(lines.length, 2)
    assert.match(lines[1], new RegExp(`,${ref},confirmed,.*S001 S002`))
    await olga.context.close()
  },

  'the door lets in once, and says what is wrong with the rest': async ({ browser, site }) => {
    const event = await makeEvent(site)
    const other = await makeEvent(site)
    const good = await buy(site, event, ['S001', 'S002'], { customer: ANNA })
    const due = await buy(site, event, ['S005'], { paid: false })
    const off = await buy(site, event, ['S007'], { session: 'changed-their-mind' })
    await callOff(site, off.id, 'changed-their-mind')
    const elsewhere = await buy(site, other, ['S001'])
    const dora = await Visitor.open(browser, site)
    const { page } = dora
    await page.goto(`/organise/events/${event}/door`)
    // A scanner types without anybody having clicked on the field.
    await page.getByRole('heading', { name: 'Door' }).click()
    await page.keyboard.type(good.booking_ref)
    await page.keyboard.press('Enter')
    await answered(page, 'in')
    await page.getByText(/Anna Lindqvist/).waitFor()
    await page.locator('[data-inside="2"]').waitFor()
    await enter(page, good.booking_ref.slice(3).toLowerCase())
    await answered(page, 'already')
    await enter(page, due.booking_ref)
    await answered(page, 'pending')
    await enter(page, off.booking_ref)
    await answered(page, 'cancelled')
    await enter(page, elsewhere.booking_ref)
    await answered(page, 'wrong')
    await enter(page, 'https://example.com/not-a-ticket')
    await answered(page, 'wrong')
    await page.getByRole('link', { name: new RegExp(good.booking_ref) }).first().click()
    await button(page, 'Undo check-in').click()
    await button(page, 'Let 2 in').waitFor()
    await page.getByText('Taken back').waitFor()
    await dora.leave()
  },

  'the camera reads codes where the browser can': async ({ browser, site }) => {
    const event = await makeEvent(site)
    const { booking_ref: ref } = await buy(site, event, ['S001'])
    const dora = await Visitor.open(browser, site)
    const { page } = dora
    // Headless browsers have neither a detector nor anything before their camera.
    await page.addInitScript((code) => {
      globalThis.BarcodeDetector = class {
        detect = async () => [{ rawValue: code }]
      }
      const canvas = document.createElement('canvas')
      canvas.getContext('2d')
      const stream = async () => canvas.captureStream(5)
      Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: stream } })
      setInterval(() => canvas.getContext('2d').fillRect(0, 0, 9, 9), 50)
    }, ref)
    await page.goto(`/organise/events/${event}/door`)
    await button(page, 'Camera').click()
    await answered(page, 'in')
    await page.locator('[data-inside="1"]').waitFor()
    await dora.leave()
  },

  'sales are drawn over time, and read as a table': async ({ browser, site }) => {
    const event = await makeEvent(site)
    await buy(site, event, ['S001', 'S002'])
    const olga = await Visitor.open(browser, site)
    const { page } = olga
    await page.goto(`/organise/events/${event}/sales`)
    await page.locator('[data-plot=drawn] canvas').waitFor()
    await page.locator('[data-revenue]', { hasText: '€91' }).waitFor()
    await buy(site, event, ['S003'])
    await page.locator('[data-revenue]', { hasText: '€136.50' }).waitFor()
    await page.getByText('3 seats sold').waitFor()
    await page.getByText('As a table').click()
    await page.getByRole('table').first().getByText('€136.50').waitFor()
    await button(page, '1 hour').click()
    await page.getByText('3 seats sold').waitFor()
    await olga.leave()
  },

  'sales that can’t be read say so, and are read again by themselves': async (stage) => {
    const { browser, site } = stage
    const event = await makeEvent(site)
    await buy(site, event, ['S001', 'S002'])
    const olga = await Visitor.open(browser, site)
    const { page } = olga
    const asked = /\/api\/v1\/events\/\d+\/(sales|changes)/
    await page.route(asked, (route) =>
      route.fulfill({ status: 403, json: { code: 'forbidden' } }),
    )
    await page.goto(`/organise/events/${event}/sales`)
    // Figures, plot and changes.
    await button(page, 'Try again').nth(2).waitFor()
    await olga.picture(stage.pictures, 'sales-unread-1440')
    await page.unroute(asked)
    await page.locator('[data-revenue]', { hasText: '€91' }).waitFor()
    await page.getByText('2 seats sold').waitFor()
    await button(page, 'Try again').first().waitFor({ state: 'detached' })
    await olga.leave()
  },

  'the on-sale is seen again as a film': async ({ browser, site }) => {
    const event = await makeEvent(site)
    await buy(site, event, ['S001', 'S002'])
    const off = await buy(site, event, ['S003'], { session: 'changed-their-mind' })
    await callOff(site, off.id, 'changed-their-mind')
    const olga = await Visitor.open(browser, site)
    const { page } = olga
    await page.goto(`/organise/events/${event}/replay`)
    await page.waitForFunction(() => document.querySelector('[data-seat-map]')?.seatMapView)
    const time = page.getByRole('slider', { name: 'Time' })
    await time.press('End')
    for (const [seat, status] of [[0, SOLD], [1, SOLD], [2, AVAILABLE]]) {
      await olga.sees(seat, status)
    }
    const last = await page.locator('[data-version]').getAttribute('data-version')
    await time.press('Home')
    await olga.sees(0, AVAILABLE)
    await button(page, 'Play').click()
    await olga.sees(0, SOLD)
    await page.locator(`[data-version="${last}"]`).waitFor()
    await button(page, 'Play').waitFor()
    // Step by step: every version can be seen, which the slider is too coarse for.
    const at = (version) => page.locator(`[data-version="${version}"]`).waitFor()
    for (let version = Number(last) - 1; version >= 0; version -= 1) {
      await button(page, 'Previous change').click()
      await at(version)
    }
    await olga.sees(0, AVAILABLE)
    await button(page, 'Next change').click()
    await at(1)
    await olga.sees(0, LOCKED)
    await olga.leave()
  },

  'a booking that can’t be read says so, and is read again': async ({ browser, site }) => {
    const event = await makeEvent(site)
    const { booking_ref: ref } = await buy(site, event, ['S001'], { customer: ANNA })
    const olga = await Visitor.open(browser, site)
    const { page } = olga
    const refuse = (route) => route.fulfill({ status: 429, json: { code: 'rate_limited' } })
    await page.route(/\/api\/v1\/bookings\?/, refuse)
    await page.goto(`/organise/events/${event}/bookings/${ref}`)
    await button(page, 'Try again').waitFor()
    await page.unroute(/\/api\/v1\/bookings\?/)
    await button(page, 'Try again').click()
    await page.getByText('anna@example.com').waitFor()
    await olga.leave()
  },

  'axe finds nothing serious on any page of an organiser': async (stage) => {
    const { site, server } = stage
    const event = await makeEvent(site)
    const { booking_ref: ref, id } = await buy(site, event, ['S001', 'S002'], { customer: ANNA })
    const clara = { name: 'Clara Oduya', email: 'clara@example.com' }
    await buy(site, event, ['S010', 'S011', 'S012'], { customer: clara })
    await buy(site, event, ['S031'], { paid: false })
    const off = await buy(site, event, ['S020'], { session: 'changed-their-mind' })
    await callOff(site, off.id, 'changed-their-mind')
    assert.ok(id)
    const base = `/organise/events/${event}`
    await look(stage, server.token('organiser'), [
      ['organise', '/organise', ({ page }) => page.getByText('New event').waitFor()],
      ['new-event', '/organise/new', ({ page }) => page.getByLabel('Name').waitFor()],
      [
        'desk',
        base,
        async (visitor) => {
          await visitor.live()
          await visitor.page.getByText(/^Payment · user/).first().waitFor()
        },
      ],
      ['sign-in', '/organise/sign-in', ({ page }) => page.getByText(/signed in as/).waitFor()],
      ['bookings', `${base}/bookings`, ({ page }) => page.getByText('4 bookings').waitFor()],
      ['booking', `${base}/bookings/${ref}`, ({ page }) => page.getByText('Paid').waitFor()],
      [
        'door',
        `${base}/door`,
        async ({ page }) => {
          await enter(page, ref)
          await page.locator('[data-door=in], [data-door=already]').waitFor()
          await page.locator('[data-inside="2"]').waitFor()
        },
      ],
      ['edit', `${base}/edit`, ({ page }) => page.getByLabel('Name').waitFor()],
      ['sales-page', `${base}/sales`, ({ page }) => page.locator('canvas').waitFor()],
      [
        'replay',
        `${base}/replay`,
        async (visitor) => {
          await visitor.page.getByRole('slider', { name: 'Time' }).press('End')
          await visitor.sees(0, SOLD)
        },
      ],
    ])
  },
}
