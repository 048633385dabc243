// Stories of the organiser: an event made from a chart and a file, seats taken off sale by drawing
// around them, and sales that are seen as they happen.

import assert from 'node:assert/strict'
import { PHONE, Visitor } from './browser.mjs'
import { examine } from './access.mjs'
import { makeEvent } from './rest.mjs'
import { AVAILABLE, BLOCKED, HELD, SOLD } from './states.mjs'

const CHART = {
  format: 'seatmap.chart.v1',
  name: 'A chart from a file',
  categories: [{ key: 'all', label: 'All seats', color: '#0d62cc' }],
  sections: [{ label: 'Hall', rows: [{ label: 'A', at: [0, 0], count: 12, spacing: 52 }] }],
}

export const organiser = {
  'an event is made from a file, and is on sale': async ({ browser, site, pictures }) => {
    const olga = await Visitor.open(browser, site)
    const { page } = olga
    await page.goto('/organise')
    await page.getByRole('link', { name: 'New event' }).click()
    await page.getByLabel('Name').fill('Made by a story')
    await page.getByLabel('Where').fill('Story house')
    await page.getByLabel('On sale from').fill('2020-01-31T10:00')
    const buffer = Buffer.from(JSON.stringify(CHART))
    const file = { name: 'chart.json', mimeType: 'application/json', buffer }
    await page.getByLabel(/^Or bring in a file/).setInputFiles(file)
    await page.getByText('“A chart from a file” has been brought in.').waitFor()
    await page.getByLabel('All seats').fill('12.50')
    await olga.picture(pictures, 'new-event-1440')
    await examine(page, 'new event')
    await page.getByRole('button', { name: 'Create event' }).click()
    await olga.live()
    const id = /\/organise\/events\/(\d+)$/.exec(page.url())[1]
    await olga.visit(id)
    await olga.choose(3)
    await olga.owns(3, HELD)
    assert.equal(await page.locator('[data-total]').textContent(), '€12.50')
    await olga.leave()
  },

  'seats drawn around are blocked with a reason, and unblocked': async (stage) => {
    const { browser, site, pictures } = stage
    const event = await makeEvent(site)
    const olga = await Visitor.open(browser, site)
    const bert = await Visitor.open(browser, site)
    const { page } = olga
    await bert.visit(event)
    await page.goto(`/organise/events/${event}`)
    await olga.live()
    await page.getByRole('button', { name: 'Box' }).click()
    await olga.drawAround(0, 2)
    await page.getByText('3 seats chosen').waitFor()
    await page.getByLabel('Reason').fill('camera')
    await page.getByRole('button', { name: 'Block 3' }).click()
    for (const seat of [0, 1, 2]) await bert.sees(seat, BLOCKED)
    assert.equal(await bert.map((view) => view.store.statuses[3]), AVAILABLE)
    await page.getByText(/Taken off sale · user \d+ · camera/).first().waitFor()
    await olga.picture(pictures, 'desk-1440')
    await examine(page, 'desk')
    await page.getByRole('button', { name: 'Move' }).click()
    await olga.choose(1)
    await page.getByRole('button', { name: 'Unblock 1' }).click()
    await bert.sees(1, AVAILABLE)
    await olga.leave()
    await bert.context.close()
  },

  'sales are seen as they happen': async ({ browser, site, pictures }) => {
    const event = await makeEvent(site)
    const bert = await Visitor.open(browser, site)
    const olga = await Visitor.open(browser, site, { viewport: PHONE, dark: true })
    await olga.page.goto(`/organise/events/${event}`)
    await olga.live()
    await bert.visit(event)
    await bert.choose(5)
    await bert.owns(5, HELD)
    await bert.page.getByRole('button', { name: /^Book 1/ }).click()
    await bert.page.getByRole('button', { name: /^Pay/ }).click()
    await olga.sees(5, SOLD)
    await olga.page.locator('[data-revenue]', { hasText: '€45.50' }).waitFor()
    await olga.page.locator('[data-revenue]').scrollIntoViewIfNeeded()
    await olga.picture(pictures, 'sales-390-dark')
    await examine(olga.page, 'sales')
    await olga.leave()
    await bert.context.close()
  },
}
