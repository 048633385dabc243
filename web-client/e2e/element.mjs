// What the element does for a page beyond the map: its room, its words, its buttons, and manners in
// a long page.

import assert from 'node:assert/strict'
import { examine } from './access.mjs'
import { LOOKS, PHONE, Visitor, withhold } from './browser.mjs'
import { arenaOf, makeEvent } from './rest.mjs'
import { AVAILABLE, LOCKED } from './states.mjs'

const UNKNOWN_EVENT = 999_999

const ready = (page) =>
  page.waitForFunction(() => document.querySelector('seat-map').store?.ready)

const boxOf = (page) => page.locator('seat-map').boundingBox()

const plain = (event) => `/examples/plain.html?event=${event}`

/** A seat of the demo's arena whose view is restricted, and the event's number. */
async function restricted(site) {
  const event = await arenaOf(site)
  const { flags } = await (await fetch(`${site}/api/v1/events/${event}/seatmap`)).json()
  return { event, seats: flags.flatMap((flag, seat) => ((flag & 4) === 4 ? [seat] : [])) }
}

/** Brings a seat that is free to the middle, and answers where it is on the page. */
async function showFree(page, seats) {
  const found = await page.evaluate((those) => {
    const { map, store } = document.querySelector('seat-map')
    const seat = those.find((at) => store.statuses[at] === 0)
    map.showSeat(seat)
    return seat
  }, seats)
  await page.waitForFunction(() => document.querySelector('seat-map').map.settled)
  const place = await page.evaluate((at) => {
    const element = document.querySelector('seat-map')
    const { left, top } = element.getBoundingClientRect()
    const { x, y } = element.map.seatPlace(at)
    return { x: x + left, y: y + top }
  }, found)
  return { seat: found, ...place }
}

/** The example is a light page; a dark one would leave the theme to the device. */
const darken = (page) =>
  page.evaluate(() => {
    document.querySelector('seat-map').style.setProperty('--seat-map-own', '#9cc2ff')
    document.querySelector('seat-map').removeAttribute('theme')
    document.querySelector('seat-map').style.borderColor = '#2b2b34'
    Object.assign(document.body.style, { background: '#101014', color: '#f3f2ee' })
  })

export const element = {
  'the element keeps its room while it loads, and says so': async ({ browser, site }) => {
    const event = await makeEvent(site)
    const mona = await Visitor.open(browser, site)
    const { page } = mona
    const letGo = await withhold(page, `**/api/v1/events/${event}`)
    await page.goto(plain(event))
    await page.getByText('Loading the map').waitFor()
    const before = await boxOf(page)
    assert.ok(before.height > 300, `${before.height} px high`)
    letGo()
    await ready(page)
    assert.deepEqual(await boxOf(page), before)
    await page.getByText('Loading the map').waitFor({ state: 'hidden' })
    await mona.leave()
  },

  'the element says what is wrong, in its language, and tries again': async (stage) => {
    const event = await makeEvent(stage.site)
    const mona = await Visitor.open(stage.browser, stage.site)
    const { page } = mona
    await page.goto(plain(UNKNOWN_EVENT))
    await page.locator('seat-map').getByText('There is no such event.').waitFor()
    assert.ok((await boxOf(page)).height > 300)
    await page.route('**/api/v1/events/*', (route) => route.fulfill({ status: 418 }))
    await page.evaluate((id) => {
      const map = document.querySelector('seat-map')
      map.lang = 'de'
      map.setAttribute('event', id)
    }, event)
    await page.getByText('Der Saalplan kann nicht gezeigt werden.').waitFor()
    await mona.picture(stage.pictures, 'element-failed-1440')
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Noch einmal versuchen' }).click()
    await ready(page)
    await mona.leave()
  },

  'the element tells what a seat is, to a mouse and to a finger': async (stage) => {
    const { event, seats } = await restricted(stage.site)
    for (const viewport of [undefined, PHONE]) {
      const mona = await Visitor.open(stage.browser, stage.site, { viewport })
      const { page } = mona
      await page.goto(plain(event))
      await ready(page)
      await page.evaluate(() => {
        globalThis.told = []
        document.addEventListener('seatselect', ({ detail }) => globalThis.told.push(detail.flags))
      })
      const { x, y } = await showFree(page, seats)
      if (viewport) await page.touchscreen.tap(x, y)
      else await page.mouse.move(x, y)
      const tip = page.locator('seat-map .tip')
      await tip.locator('.marks', { hasText: 'Restricted view' }).waitFor()
      await mona.picture(stage.pictures, `element-tip-${viewport ? 390 : 1440}`)
      if (viewport) {
        await tip.locator('.warning', { hasText: 'Tap again to take it' }).waitFor()
        assert.deepEqual(await page.evaluate(() => globalThis.told), [], 'told of it first')
        await page.touchscreen.tap(x, y)
      } else await page.mouse.click(x, y)
      await page.waitForFunction(() => globalThis.told.length > 0)
      const [flags] = await page.evaluate(() => globalThis.told)
      assert.ok(flags.includes('restrictedView'), flags.join())
      await tip.locator('.marks', { hasText: 'yours' }).waitFor()
      await page.evaluate(() => {
        const map = document.querySelector('seat-map')
        return map.deselect(map.selected[0])
      })
      await mona.leave()
    }
  },

  'the element tells which seats would be left alone, to a finger and to keys': async (stage) => {
    const event = await makeEvent(stage.site, { orphan_rule: 'prefer' })
    const mona = await Visitor.open(stage.browser, stage.site, { viewport: PHONE })
    const { page } = mona
    await page.goto(plain(event))
    await ready(page)
    const { x, y } = await showFree(page, [1])
    await page.touchscreen.tap(x, y)
    const warned = page.locator('seat-map .tip .warning')
    await warned.getByText('Would leave a single seat: 001', { exact: true }).waitFor()
    await warned.getByText('Tap again to take it').waitFor()
    await mona.picture(stage.pictures, 'element-orphan-390')
    const selected = () => page.evaluate(() => document.querySelector('seat-map').selected)
    assert.deepEqual(await selected(), [], 'told of it first')
    await page.touchscreen.tap(x, y)
    await page.waitForFunction(() => document.querySelector('seat-map').selected.length === 1)
    await page.evaluate(() => document.querySelector('seat-map').deselect('S002'))
    await page.evaluate(() => document.querySelector('seat-map').setAttribute('list', 'open'))
    await page.locator('seat-map [data-seat="0"]').focus()
    await page.keyboard.press('ArrowRight')
    await page.locator('seat-map .spoken', { hasText: 'Would leave a single seat: 001' }).waitFor()
    await mona.leave()
  },

  'the element tells how many look at the map': async ({ browser, site, bert }) => {
    const event = await makeEvent(site)
    await bert.visit(event)
    const mona = await Visitor.open(browser, site)
    await mona.page.addInitScript(() => {
      globalThis.told = []
      const note = ({ detail }) => globalThis.told.push(detail.viewers)
      document.addEventListener('viewerschange', note)
    })
    await mona.page.goto(plain(event))
    await mona.page.waitForFunction(() => globalThis.told.includes(2))
    await mona.leave()
  },

  'a cooperative map leaves the wheel and one finger to the page': async (stage) => {
    const event = await makeEvent(stage.site)
    const mona = await Visitor.open(stage.browser, stage.site)
    const { page } = mona
    await page.goto(plain(event))
    await ready(page)
    await page.evaluate(() => {
      document.body.style.paddingBottom = '200vh'
      document.querySelector('seat-map').setAttribute('gestures', 'cooperative')
    })
    const { x, y, width, height } = await boxOf(page)
    await page.mouse.move(x + width / 2, y + height / 2)
    const closeness = () => page.evaluate(() => document.querySelector('seat-map').map.closeness)
    const before = await closeness()
    await page.mouse.wheel(0, 120)
    await page.waitForFunction(() => scrollY > 50)
    await page.locator('seat-map .hint').getByText(/Ctrl/).waitFor()
    assert.equal(await closeness(), before)
    await page.evaluate(() => scrollTo(0, 0))
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -120)
    await page.keyboard.up('Control')
    await page.waitForFunction(
      (was) => document.querySelector('seat-map').map.closeness > was,
      before,
    )
    assert.equal(await page.evaluate(() => scrollY), 0)
    await mona.leave()
  },

  'the element has buttons where the page wants them, and a ring when it has the focus': async ({
    browser,
    site,
    pictures,
  }) => {
    const mona = await Visitor.open(browser, site)
    const { page } = mona
    await page.goto(plain(await makeEvent(site)))
    await ready(page)
    const closeness = () => page.evaluate(() => document.querySelector('seat-map').map.closeness)
    const before = await closeness()
    await page.getByRole('button', { name: 'Zoom in' }).click()
    await page.waitForFunction(
      (was) => document.querySelector('seat-map').map.closeness > was * 1.6,
      before,
    )
    await page.getByRole('button', { name: 'Show everything' }).click()
    await page.waitForFunction(
      (was) => Math.abs(document.querySelector('seat-map').map.closeness - was) < 1e-6,
      before,
    )
    await page.locator('seat-map .stage').focus()
    await page.keyboard.press('ArrowRight')
    const ring = await page.evaluate(() => {
      const { shadowRoot } = document.querySelector('seat-map')
      const { outlineWidth, outlineStyle, zIndex } = getComputedStyle(
        shadowRoot.querySelector('.stage'),
        '::after',
      )
      return [outlineWidth, outlineStyle, zIndex]
    })
    assert.deepEqual(ring, ['3px', 'solid', '1'])
    await mona.picture(pictures, 'element-focus-1440')
    await page.evaluate(() => document.querySelector('seat-map').removeAttribute('controls'))
    await page.getByRole('button', { name: 'Zoom in' }).waitFor({ state: 'detached' })
    await mona.leave()
  },

  'the element’s legend and list stand every look, and axe': async (stage) => {
    const event = await arenaOf(stage.site)
    for (const { name, ...look } of LOOKS) {
      const mona = await Visitor.open(stage.browser, stage.site, { ...look, still: true })
      const { page } = mona
      await page.goto(plain(event))
      await ready(page)
      if (look.dark) await darken(page)
      const categories = page.getByRole('list', { name: 'Price categories' })
      const first = categories.getByRole('button').first()
      await first.locator('small', { hasText: /left|sold out/ }).waitFor()
      await mona.picture(stage.pictures, `element-legend-${name}`)
      await examine(page, `legend ${name}`)
      await page.getByRole('button', { name: 'List', exact: true }).click()
      await page.locator('seat-map .open').first().click()
      await page.getByRole('gridcell').first().waitFor()
      await mona.picture(stage.pictures, `element-list-${name}`)
      await examine(page, `list ${name}`)
      await first.click()
      assert.equal(await first.getAttribute('aria-pressed'), 'true')
      await page.getByRole('button', { name: 'Map', exact: true }).click()
      await mona.picture(stage.pictures, `element-dimmed-${name}`)
      await mona.leave()
    }
  },

  'keys take seats in the element’s list, which hears of others as the map does': async (stage) => {
    const { browser, site, bert } = stage
    const event = await makeEvent(site)
    await bert.visit(event)
    const mona = await Visitor.open(browser, site)
    const { page } = mona
    await page.goto(plain(event))
    await ready(page)
    const element = page.locator('seat-map')
    const list = page.getByRole('button', { name: 'List', exact: true })
    await list.focus()
    await page.keyboard.press('Enter')
    assert.equal(await element.getAttribute('list'), 'open')
    const cell = (seat) => element.locator(`[data-seat="${seat}"]`)
    await cell(0).focus()
    await page.keyboard.press('ArrowRight')
    for (let at = 0; at < 2; at += 1) await page.keyboard.press('Shift+ArrowRight')
    await element.locator('.spoken', { hasText: '3 seats marked' }).waitFor()
    await page.keyboard.press('Enter')
    for (const seat of [1, 2, 3]) await bert.sees(seat, LOCKED)
    await element.locator('.mine[data-seat="3"]').waitFor()
    await page.keyboard.press('Enter')
    await bert.sees(3, AVAILABLE)
    await cell(6).focus()
    await bert.choose(6)
    await element.locator('.spoken', { hasText: 'has just been taken' }).waitFor()
    await element.locator('.gone[data-seat="6"]', { hasText: '•' }).waitFor()
    assert.match(await cell(6).getAttribute('aria-label'), /held by someone else/)
    assert.equal(await page.getByRole('application').count(), 0)
    await page.evaluate(() => document.querySelector('seat-map').removeAttribute('list'))
    await list.waitFor({ state: 'detached' })
    await page.getByRole('application').waitFor()
    await page.evaluate(() => {
      const map = document.querySelector('seat-map')
      return Promise.all(map.selected.map((seat) => map.deselect(seat)))
    })
    await mona.leave()
  },
}
