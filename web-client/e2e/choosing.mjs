// Stories of choosing without a single seat in mind: the best there are, a table, an area, a
// storey, seats drawn around; and of what is told when it can't be had.

import assert from 'node:assert/strict'
import { Visitor } from './browser.mjs'
import { NEAR_AND_FAR } from './charts.mjs'
import { makeChart, makeEvent } from './rest.mjs'
import { AVAILABLE, HELD, LOCKED, NONE } from './states.mjs'

/** A house of two storeys with a table sold whole and room to stand. */
const CHART = {
  format: 'seatmap.chart.v1',
  name: 'The test house of two storeys',
  focal_point: [300, -200],
  floors: ['Stalls', 'Balcony'],
  categories: NEAR_AND_FAR,
  sections: [
    {
      label: 'Stalls',
      floor: 'Stalls',
      category: 'near',
      rows: ['A', 'B', 'C', 'D'].map((label, at) => ({
        label,
        at: [0, at * 90],
        count: 10,
        spacing: 52,
      })),
      tables: [
        { label: 'T1', sale: 'whole', seats: { at: [800, 100], count: 4, radius: 85 } },
      ],
      areas: [
        { label: 'Pit', capacity: 30, outline: [[0, 450], [600, 450], [600, 700], [0, 700]] },
      ],
    },
    {
      label: 'Balcony',
      floor: 'Balcony',
      category: 'far',
      rows: [{ label: 'A', at: [0, 100], count: 10, spacing: 52 }],
    },
  ],
}

const PLAN = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="120">
<rect width="160" height="120" fill="#dfe9dc"/><path d="M8 8h144v104H8z" fill="none" stroke="#333"/>
</svg>`

/** In the page: a canvas that a picture from elsewhere was drawn on can't be read. */
function showsAForeignPicture() {
  const canvas = document.querySelector('[data-seat-map] canvas')
  try {
    canvas.getContext('2d').getImageData(0, 0, 1, 1)
    return false
  } catch (error) {
    return error.name === 'SecurityError'
  }
}

/** A point of the picture where nothing stands: below the table, to the right of the area. */
async function besideTheSeats(visitor) {
  const [first, last] = [await seatOf(visitor, 'Stalls-A-1'), await seatOf(visitor, 'Stalls-A-10')]
  const [from, to] = [await visitor.place(first), await visitor.place(last)]
  return { x: from.x + (to.x - from.x) * 1.6, y: from.y + (to.x - from.x) }
}

/** What colour is seen there; the canvas itself must not be read once it has a foreign picture. */
async function colourAt(page, { x, y }) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
  const clip = { x: Math.round(x), y: Math.round(y), width: 1, height: 1 }
  const png = (await page.screenshot({ clip })).toString('base64')
  return page.evaluate(async (encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))
    const seen = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const ctx = new OffscreenCanvas(1, 1).getContext('2d')
    ctx.drawImage(seen, 0, 0)
    return [...ctx.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }, png)
}

/** An event in the house of two storeys, and a visitor of it. */
export async function enter({ browser, site }, rule, more = {}) {
  const chart = await makeChart(site, { ...CHART, ...more })
  const event = await makeEvent(site, {
    total_tickets: undefined,
    price: undefined,
    chart_id: chart,
    prices: { near: '60.00', far: '25.00' },
    orphan_rule: rule,
    max_seats_per_user: 20,
  })
  const nora = await Visitor.open(browser, site)
  await nora.visit(event)
  return { nora, event }
}

const seatOf = (visitor, seatNo) =>
  visitor.map((view, name) => view.store.chart.seatOf(name), seatNo)

export const choosing = {
  'the best seats are found, and what there is instead': async (stage) => {
    const { nora } = await enter(stage, 'prefer')
    const { page } = nora
    await page.getByRole('button', { name: 'Find the best seats' }).click()
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('combobox', { name: 'Price' }).selectOption('25.00')
    await page.getByRole('button', { name: 'Find 3 seats together' }).click()
    await page.getByText(/^In your basket: Balcony, row A: seats/).waitFor()
    assert.equal(await page.locator('[data-total]').textContent(), '€75')
    assert.equal(await nora.map((view) => view.floor), 1, 'the map shows where they are')
    const more = page.getByRole('button', { name: 'More', exact: true })
    while (await more.isEnabled()) await more.click()
    await page.getByRole('button', { name: 'Find 17 seats together' }).click()
    await page.getByText(/at most \d of them together/).waitFor()
    await nora.picture(stage.pictures, 'best-1440')
    await page.getByRole('button', { name: /^Take \d together instead/ }).click()
    await page.locator('[data-total]').filter({ hasNotText: '€75' }).waitFor()
    await nora.leave()
  },

  'a table sold whole is one thing, given back as one': async (stage) => {
    const { nora } = await enter(stage, 'off')
    const first = await seatOf(nora, 'T1-1')
    const seats = [0, 1, 2, 3].map((at) => first + at)
    await nora.choose(first + 2)
    for (const seat of seats) await nora.owns(seat, HELD)
    const back = nora.page.getByRole('button', { name: /^Give back/ })
    await back.first().waitFor()
    assert.equal(await back.count(), 1)
    assert.equal(await nora.page.locator('[data-total]').textContent(), '€240')
    await nora.page.getByRole('button', { name: 'Give back Table T1' }).click()
    for (const seat of seats) await nora.owns(seat, NONE)
    for (const seat of seats) await nora.sees(seat, AVAILABLE)
    await nora.leave()
  },

  'places of an area are taken by number, from map and list': async (stage) => {
    const { nora } = await enter(stage, 'off')
    const { page } = nora
    await page.getByRole('button', { name: 'List', exact: true }).click()
    await page.getByRole('button', { name: 'Choose places' }).click()
    await page.getByRole('button', { name: 'Take 2 places' }).click()
    await page.getByRole('button', { name: 'One place less: Pit' }).click()
    await page.getByText(/^1 place ·/).waitFor()
    await page.getByRole('button', { name: 'Give back Pit' }).click()
    await page.getByRole('heading', { name: 'Choose your seats' }).waitFor()
    await nora.leave()
  },

  'a seat that would leave another alone says so, and is refused with a better one': async (
    stage,
  ) => {
    const { nora } = await enter(stage, 'strict')
    const { page } = nora
    const second = await seatOf(nora, 'Stalls-A-2')
    const { x, y } = await nora.find(second)
    await page.mouse.move(x, y)
    await page.getByText(/a single seat would be left: 1/).first().waitFor()
    await page.mouse.click(x, y)
    await page.getByRole('button', { name: /^Take Stalls, row A: seat 1 instead/ }).click()
    await nora.owns(second - 1, HELD)
    await nora.owns(second, NONE)
    await nora.leave()
  },

  'storeys are switched, and seats drawn around are taken together': async (stage) => {
    const { nora } = await enter(stage, 'off')
    const { page } = nora
    await page.getByRole('button', { name: 'Balcony', exact: true }).click()
    const first = await seatOf(nora, 'Balcony-A-3')
    await page.keyboard.down('Shift')
    await nora.drawAround(first, first + 2)
    await page.keyboard.up('Shift')
    for (const seat of [first, first + 1, first + 2]) await nora.owns(seat, HELD)
    assert.equal(await nora.map((view, seat) => view.store.statuses[seat], first + 3), AVAILABLE)
    await nora.sees(first, LOCKED)
    await nora.leave()
  },

  'a page one goes to takes the focus': async (stage) => {
    const { nora } = await enter(stage, 'off')
    const { page } = nora
    await page.getByRole('link', { name: 'All events' }).click()
    await page.locator('h1:focus').waitFor()
    assert.match(await page.locator('h1:focus').textContent(), /on$/)
    await nora.leave()
  },

  'keys mark the seats on their way, and take them all at once': async (stage) => {
    const { nora } = await enter(stage, 'off')
    const first = await seatOf(nora, 'Stalls-A-3')
    await nora.find(first)
    await nora.page.locator('[data-seat-map]').focus()
    // The first arrow goes to the seat in the middle, which is the one just shown.
    await nora.page.keyboard.press('ArrowRight')
    for (let at = 0; at < 2; at += 1) await nora.page.keyboard.press('Shift+ArrowRight')
    await nora.page.getByText('3 seats marked').first().waitFor()
    await nora.page.keyboard.press('Shift+ArrowLeft')
    await nora.page.getByText('2 seats marked').first().waitFor()
    await nora.picture(stage.pictures, 'range-1440')
    await nora.page.keyboard.press('Enter')
    for (const seat of [first, first + 1]) await nora.owns(seat, HELD)
    await nora.owns(first + 2, NONE)
    await nora.leave()
  },

  'from afar a section tells what is left of it, and from which price': async (stage) => {
    const { browser, site } = stage
    const chart = {
      ...CHART,
      floors: undefined,
      // Far enough apart that seats are too small to be chosen when all is seen.
      sections: ['West', 'East'].map((label, side) => ({
        label,
        category: side === 0 ? 'near' : 'far',
        rows: [0, 1, 2, 3, 4, 5].map((row) => ({
          label: String(row + 1),
          at: [side * 20_000, row * 1_000],
          count: 10,
          spacing: 200,
        })),
      })),
    }
    const event = await makeEvent(site, {
      total_tickets: undefined,
      price: undefined,
      chart_id: await makeChart(site, chart),
      prices: { near: '60.00', far: '25.00' },
    })
    const nora = await Visitor.open(browser, site)
    await nora.visit(event)
    const east = await nora.place(await seatOf(nora, 'East-3-5'))
    await nora.page.mouse.move(east.x, east.y)
    const told = nora.page.locator('[data-section=East]')
    await told.getByText('60 left · from €25').waitFor()
    await nora.picture(stage.pictures, 'section-1440')
    await nora.page.mouse.move(east.x - 300, east.y)
    await told.waitFor({ state: 'detached' })
    await nora.leave()
  },

  'a chart lies on its picture, and one that fails does no harm': async (stage) => {
    const background = { at: [-200, -300], width: 1600, height: 1200 }
    const { nora } = await enter(stage, 'off', {
      background: { ...background, url: 'https://plans.invalid/house.png' },
    })
    await nora.page.route('https://plans.invalid/*', (route) =>
      route.fulfill({ contentType: 'image/svg+xml', body: PLAN }),
    )
    await nora.page.reload()
    await nora.live()
    const ripples = await nora.map((view) => view.painter.overlay.ripples.size)
    assert.equal(ripples, 0, 'what is heard first of a seat is no change')
    await nora.page.waitForFunction(showsAForeignPicture)
    await nora.picture(stage.pictures, 'plan-1440')
    const drawn = await colourAt(nora.page, await besideTheSeats(nora))
    assert.deepEqual(drawn, [223, 233, 220], 'a plan looks as it was drawn')
    await nora.page.emulateMedia({ colorScheme: 'dark' })
    await nora.page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
    await nora.picture(stage.pictures, 'plan-1440-dark')
    const muted = await colourAt(nora.page, await besideTheSeats(nora))
    assert.ok(muted.every((part) => part > 20 && part < 80), `in the dark it is ${muted}`)
    await nora.page.emulateMedia({ colorScheme: 'light' })
    await nora.page.unroute('https://plans.invalid/*')
    await nora.page.route('https://plans.invalid/*', (route) => route.abort())
    await nora.page.reload()
    await nora.live()
    await nora.choose(await seatOf(nora, 'Stalls-B-2'))
    await nora.owns(await seatOf(nora, 'Stalls-B-2'), HELD)
    await nora.leave()
  },
}
