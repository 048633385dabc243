// What is told of the seat pointed at: to a finger before it takes one, beside the keyboard's ring
// while the map flies, under the mouse when somebody else was faster; and the map in the corner.

import assert from 'node:assert/strict'
import { PHONE, Visitor } from './browser.mjs'
import { NEAR_AND_FAR } from './charts.mjs'
import { enter } from './choosing.mjs'
import { hold, makeChart, makeEvent } from './rest.mjs'
import { HELD, LOCKED, NONE } from './states.mjs'

/** How far a tooltip stands from the edge of its seat; half a pixel is lost in rounding. */
const GAP_PX = 12
const ROUNDING_PX = 1

const tipOf = ({ page }, seat) => page.locator(`[data-seat-tip="${seat}"]`)

const seatOf = (visitor, seatNo) =>
  visitor.map((view, name) => view.store.chart.seatOf(name), seatNo)

const ownOf = (visitor, seat) => visitor.map((view, at) => view.store.own[at], seat)

/** A phone at a house of one row, whose seats tell of themselves. */
async function phoneAt({ browser, site }, rule) {
  const row = { label: '1', at: [0, 0], count: 12, spacing: 52 }
  const seats = [{ seat: 6, properties: ['restricted_view'] }]
  const chart = {
    format: 'seatmap.chart.v1',
    name: 'The test house of one row',
    focal_point: [300, -200],
    categories: NEAR_AND_FAR,
    sections: [{ label: 'Hall', category: 'near', rows: [{ ...row, seats }] }],
  }
  const event = await makeEvent(site, {
    total_tickets: undefined,
    price: undefined,
    chart_id: await makeChart(site, chart),
    prices: { near: '60.00', far: '25.00' },
    orphan_rule: rule,
  })
  const mona = await Visitor.open(browser, site, { viewport: PHONE })
  await mona.visit(event)
  return { mona, first: await seatOf(mona, 'Hall-1-1') }
}

/** Taps a seat where it is, without moving the map. */
async function tap(visitor, seat) {
  const { x, y } = await visitor.place(seat)
  await visitor.page.touchscreen.tap(x, y)
}

/** Where the tooltip stands, beside where it should: above the seat, or below it. */
async function besideItsSeat(visitor, seat) {
  const box = await tipOf(visitor, seat).boundingBox()
  const { y } = await visitor.place(seat)
  const { width } = await visitor.map((view, at) => view.seatPlace(at), seat)
  const above = y - width / 2 - GAP_PX - (box.y + box.height)
  const below = box.y - (y + width / 2 + GAP_PX)
  return Math.min(Math.abs(above), Math.abs(below))
}

/** A house so large that one comes closer to take a seat, with more seats below than above. */
const TWO_STOREYS = [['Stalls', 20], ['Balcony', 4]].map(([label, rows]) => ({
  label,
  floor: label,
  category: 'near',
  rows: Array.from({ length: rows }, (_, at) => ({
    label: String.fromCharCode(65 + at),
    at: [0, at * 90],
    count: 40,
    spacing: 52,
  })),
}))

/** In the page: how much is drawn of the map in the corner, and whether it is seen. */
function cornerShades() {
  const canvas = document.querySelector('[data-mini-map] canvas')
  const { width, height } = canvas
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
  let drawn = 0
  for (let at = 3; at < data.length; at += 4) if (data[at] > 0) drawn += 1
  return { drawn, shown: getComputedStyle(canvas).visibility === 'visible' }
}

export const pointing = {
  'a finger that takes a seat sees at once what it has taken': async (stage) => {
    const { mona, first } = await phoneAt(stage, 'prefer')
    await mona.find(first)
    await tap(mona, first)
    const tip = tipOf(mona, first)
    await tip.getByText('Near', { exact: true }).waitFor()
    await tip.getByText('€60').waitFor()
    await mona.owns(first, HELD)
    await tip.getByText('In your basket').waitFor()
    await mona.picture(stage.pictures, 'tapped-390')
    await mona.leave()
  },

  'a finger is told of a restricted view, and takes the seat by another tap': async (stage) => {
    const { mona, first } = await phoneAt(stage, 'off')
    const seat = first + 5
    await mona.find(seat)
    await tap(mona, seat)
    const tip = tipOf(mona, seat)
    await tip.getByText(/Restricted view/).waitFor()
    await tip.getByText('Tap again to take it').waitFor()
    await mona.picture(stage.pictures, 'restricted-390')
    assert.equal(await ownOf(mona, seat), NONE)
    await tap(mona, seat)
    await mona.owns(seat, HELD)
    await tip.getByText('Tap again to take it').waitFor({ state: 'detached' })
    await mona.leave()
  },

  'a finger is told of a seat that would be left alone, before it is': async (stage) => {
    const { mona, first } = await phoneAt(stage, 'prefer')
    const seat = first + 1
    await mona.find(seat)
    await tap(mona, seat)
    const tip = tipOf(mona, seat)
    await tip.getByText('Would leave a single seat: 1').waitFor()
    await tip.getByText('Tap again to take it').waitFor()
    await mona.picture(stage.pictures, 'orphan-390')
    assert.equal(await ownOf(mona, seat), NONE)
    // Another seat, and it is forgotten.
    await tap(mona, first + 3)
    await tip.waitFor({ state: 'detached' })
    await mona.owns(first + 3, HELD)
    await tap(mona, seat)
    await tip.getByText('Tap again to take it').waitFor()
    await tap(mona, seat)
    await mona.owns(seat, HELD)
    await mona.leave()
  },

  'the tooltip goes with the ring that the keyboard moves': async (stage) => {
    const { nora } = await enter(stage, 'off')
    const { keyboard } = nora.page
    const seat = await seatOf(nora, 'Stalls-B-5')
    await nora.find(seat)
    await nora.page.locator('[data-seat-map]').focus()
    await keyboard.press('ArrowRight')
    await tipOf(nora, seat).waitFor()
    await keyboard.press('ArrowDown')
    const below = await seatOf(nora, 'Stalls-C-5')
    await tipOf(nora, below).waitFor()
    await nora.settled()
    await nora.page.evaluate(() => new Promise((done) => setTimeout(done, 100)))
    const off = await besideItsSeat(nora, below)
    assert.ok(off <= ROUNDING_PX, `${off} px from where it belongs`)
    await nora.leave()
  },

  'an arrow that is held never leaves the ring behind the edge': async ({ browser, site }) => {
    const otto = await Visitor.open(browser, site, { viewport: PHONE })
    await otto.visit(await makeEvent(site, { total_tickets: 10_000 }))
    await otto.find(5_050)
    await otto.page.locator('[data-seat-map]').focus()
    const places = await otto.page.evaluate(async () => {
      const host = document.querySelector('[data-seat-map]')
      const view = host.seatMapView
      const found = []
      for (let press = 0; press < 30; press += 1) {
        const about = { key: 'ArrowDown', repeat: press > 0, bubbles: true }
        host.dispatchEvent(new KeyboardEvent('keydown', about))
        await new Promise((done) => setTimeout(done, 33))
        const { cursor } = view.painter.overlay
        found.push({ cursor, y: view.seatPlace(cursor).y / host.clientHeight })
      }
      return found
    })
    assert.ok(new Set(places.map(({ cursor }) => cursor)).size > 20, 'it went from row to row')
    for (const { y } of places) assert.ok(y > 0 && y < 1, `at ${y} of the map's height`)
    await otto.leave()
  },

  'buttons pressed quickly come as close as slowly': async ({ browser, site }) => {
    const otto = await Visitor.open(browser, site)
    await otto.visit(await makeEvent(site, { total_tickets: 10_000 }))
    const before = await otto.map((view) => view.closeness)
    await otto.page.evaluate(() => {
      const closer = document.querySelector('[aria-label="Zoom in"]')
      for (let press = 0; press < 3; press += 1) closer.click()
    })
    await otto.settled()
    const times = (await otto.map((view) => view.closeness)) / before
    assert.ok(Math.abs(times / 1.7 ** 3 - 1) < 0.01, `${times} times closer`)
    await otto.leave()
  },

  'a seat taken from under the mouse says so on the map': async (stage) => {
    const { nora, event } = await enter(stage, 'off')
    const seat = await seatOf(nora, 'Stalls-B-5')
    const { x, y } = await nora.find(seat)
    await nora.page.mouse.move(x, y)
    const tip = tipOf(nora, seat)
    await tip.getByText('Available').waitFor()
    for (const words of ['Stalls', 'Near', '€60']) {
      await tip.getByText(words, { exact: true }).waitFor()
    }
    await hold(stage.site, event, ['Stalls-B-5'])
    await nora.sees(seat, LOCKED)
    await tip.getByText('Just taken by someone else').waitFor()
    await nora.page.mouse.move(x + 300, y + 300)
    await tip.waitFor({ state: 'detached' })
    await nora.leave()
  },

  'the map in the corner shows the storey one is on, and leads there': async (stage) => {
    const { nora } = await enter(stage, 'off', { sections: TWO_STOREYS })
    const { page } = nora
    assert.equal((await page.evaluate(cornerShades)).shown, false, 'the whole needs no corner')
    const close = async (seatNo) => {
      await nora.find(await seatOf(nora, seatNo))
      await nora.map((view) => view.zoomBy(3))
      await nora.settled()
      return page.evaluate(cornerShades)
    }
    const stalls = await close('Stalls-A-1')
    assert.ok(stalls.shown)
    const balcony = await close('Balcony-A-1')
    assert.ok(balcony.drawn > 100, `${balcony.drawn} pixels of a balcony`)
    assert.ok(balcony.drawn < stalls.drawn / 2, `${balcony.drawn} of ${stalls.drawn} pixels`)
    const before = await nora.map((view) => view.seen)
    const corner = await page.locator('[data-mini-map]').boundingBox()
    await page.mouse.click(corner.x + corner.width * 0.8, corner.y + corner.height / 2)
    const after = await nora.map((view) => view.seen)
    assert.ok(after.left > before.left, 'a click to the right goes there')
    await nora.leave()
  },
}
