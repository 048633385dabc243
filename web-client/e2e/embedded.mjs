// The element on other people's pages: without a framework, and in React.

import assert from 'node:assert/strict'
import { Visitor } from './browser.mjs'
import { look } from './office.mjs'
import { makeEvent } from './rest.mjs'
import { AVAILABLE, HELD, LOCKED, RESERVED } from './states.mjs'

/** Short enough to wait for its end, long enough to act before it. */
const LOCK_SECONDS = 5

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
  await mona.leave()
}

export const embedded = {
  'axe finds nothing serious on the examples': async (stage) => {
    const ready = ({ page }) =>
      page.waitForFunction(() => document.querySelector('seat-map').store?.ready)
    const path = (name) => `/examples/${name}.html?event=${stage.event}`
    await look(stage, '', [
      ['plain', path('plain'), ready],
      ['react', path('react'), ready],
    ])
  },

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
    await page.locator('seat-map .tip').getByText(/3 seats marked/).waitFor()
    await page.keyboard.press('Enter')
    await page.locator('li[data-seat]').nth(2).waitFor()
    const taken = await page.evaluate(() => document.querySelector('seat-map').selected)
    assert.deepEqual(taken.sort(), ['S004', 'S005', 'S006'])
    for (const seat of [3, 4, 5]) await bert.sees(seat, LOCKED)
    await mona.leave()
  },

  'what another tab takes and gives back is so here, and no more is told': async (stage) => {
    const { browser, site, bert } = stage
    const event = await makeEvent(site)
    await bert.visit(event)
    const mona = await Visitor.open(browser, site)
    const other = await mona.another()
    await other.visit(event)
    const { page } = mona
    await page.goto(`/examples/plain.html?event=${event}`)
    await show(page, 8)
    await page.evaluate(() => {
      globalThis.told = []
      const map = document.querySelector('seat-map')
      for (const name of ['seatselect', 'seatdeselect', 'holdexpired']) {
        map.addEventListener(name, ({ detail }) => globalThis.told.push(`${name} ${detail.seatNo}`))
      }
      map.addEventListener('statuschange', ({ detail: { changes } }) => {
        for (const { seatNo, status } of changes) globalThis.told.push(`${seatNo} ${status}`)
      })
    })
    const told = (wanted) =>
      page.waitForFunction((list) => {
        const { told } = globalThis
        return told.length >= list.length && list.every((one) => told.includes(one))
      }, wanted)
    const all = ['S009 locked', 'seatselect S009', 'S009 available', 'seatdeselect S009']
    await other.choose(8)
    await told(all.slice(0, 2))
    await page.locator('li[data-seat]').waitFor()
    await other.choose(8)
    await told(all)
    await page.locator('li[data-seat]').waitFor({ state: 'detached' })
    await choose(page, 10)
    await other.owns(10, HELD)
    await bert.sees(10, LOCKED)
    await told([...all, 'seatselect S011', 'S011 locked'])
    assert.equal(await page.evaluate(() => globalThis.told.length), all.length + 2)
    await mona.leave()
  },

  'what the page extends or books is not called expired': async (stage) => {
    const { browser, site, bert } = stage
    const event = await makeEvent(site, { lock_seconds: LOCK_SECONDS })
    const mona = await Visitor.open(browser, site)
    const { page } = mona
    await bert.visit(event)
    await page.goto(`/examples/plain.html?event=${event}`)
    await page.evaluate(() => {
      globalThis.told = []
      const names = ['seatselect', 'holdextended', 'seatbooked', 'holdexpired']
      for (const name of names) {
        document.querySelector('seat-map').addEventListener(name, ({ detail }) => {
          globalThis.told.push(`${name} ${detail.seatNo}`)
        })
      }
    })
    await choose(page, 8)
    await page.locator('li[data-seat]').first().waitFor()
    const booking = await page.evaluate(() =>
      document.querySelector('seat-map').book({ email: 'mona@example.com' }),
    )
    assert.deepEqual(booking.seat_nos, ['S009'])
    assert.equal(booking.customer.email, 'mona@example.com')
    await bert.sees(8, RESERVED)
    await choose(page, 9)
    await page.waitForFunction(() => globalThis.told.includes('seatselect S010'))
    await page.evaluate((more) => document.querySelector('seat-map').extend(more), LOCK_SECONDS)
    await page.waitForFunction(() => globalThis.told.includes('holdexpired S010'))
    assert.deepEqual(await page.evaluate(() => globalThis.told), [
      'seatselect S009',
      'seatbooked S009',
      'seatselect S010',
      'holdextended S010',
      'holdexpired S010',
    ])
    await bert.sees(9, AVAILABLE)
    await mona.leave()
  },

  'the element follows the device’s theme and speaks the page’s language': async (stage) => {
    const { browser, site } = stage
    const mona = await Visitor.open(browser, site)
    const { page } = mona
    await page.goto(`/examples/plain.html?event=${await makeEvent(site)}`)
    await show(page, 3)
    await page.evaluate(() => {
      document.querySelector('seat-map').removeAttribute('theme')
      document.querySelector('seat-map').lang = 'de'
    })
    await page.getByRole('application', { name: /^Saalplan/ }).waitFor()
    for (const [colorScheme, dark] of [['dark', true], ['light', false]]) {
      await page.emulateMedia({ colorScheme })
      // What lies below the seats is most of the picture.
      await page.waitForFunction((wanted) => {
        const canvas = document.querySelector('seat-map').shadowRoot.querySelector('canvas')
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
        let [sum, drawn] = [0, 0]
        for (let at = 0; at < data.length; at += 4) {
          if (data[at + 3] < 255) continue
          sum += data[at]
          drawn += 1
        }
        return drawn > 0 && sum / drawn < 128 === wanted
      }, dark)
    }
    await mona.leave()
  },
}
