// The browser of the end-to-end stories: starts it, opens visitors, and finds seats on a canvas.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Nothing is waited for longer than this; a story that needs more has failed. */
const WAIT_MS = 15_000

/** Beyond the middle of a seat and short of its neighbour, as close as a seat is shown. */
const AROUND_PX = 13

export const WIDE = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

/** Every page is looked at in each of these. */
export const LOOKS = [
  { name: '1440-light' },
  { name: '1440-dark', dark: true },
  { name: '390-light', viewport: PHONE },
  { name: '390-dark', viewport: PHONE, dark: true },
]

/** Buttons by their whole name: there are some whose names begin like others'. */
export const button = (page, name) => page.getByRole('button', { name, exact: true })

export async function launch() {
  const executablePath = process.env.CHROMIUM_PATH ?? findBrowser()
  return chromium.launch({ executablePath, args: FLAGS })
}

function findBrowser() {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  const found = paths.find((path) => existsSync(path))
  if (!found) throw new Error('no Chromium on PATH; name one in CHROMIUM_PATH')
  return found
}

/** Keeps back what is asked of these addresses, until what this answers is called. */
export async function withhold(page, addresses) {
  let letGo
  const gone = new Promise((done) => {
    letGo = done
  })
  await page.route(addresses, async (route) => {
    await gone
    await route.continue()
  })
  return letGo
}

/** A visitor of their own: no session, no cache shared with another. */
export class Visitor {
  /** Addresses of the live sockets the page has opened, oldest first. */
  sockets = []
  /** What went wrong on the page without anybody noticing. */
  complaints = []
  /** While true, nothing the server says on the socket arrives. */
  deaf = false

  static async open(browser, site, { viewport = WIDE, dark = false, still = false } = {}) {
    const phone = viewport.width < 600
    const context = await browser.newContext({
      baseURL: site,
      viewport,
      colorScheme: dark ? 'dark' : 'light',
      deviceScaleFactor: phone ? 2 : 1,
      hasTouch: phone,
      isMobile: phone,
      locale: 'en-GB',
      reducedMotion: still ? 'reduce' : 'no-preference',
    })
    context.setDefaultTimeout(WAIT_MS)
    return Visitor.in(context, phone)
  }

  /** Another tab of the same visitor: the same storage, the same session. */
  another() {
    return Visitor.in(this.context, this.phone)
  }

  static async in(context, phone) {
    const visitor = new Visitor()
    visitor.context = context
    visitor.page = await context.newPage()
    visitor.phone = phone
    visitor.page.on('pageerror', (error) => visitor.complaints.push(error.message))
    // Through a relay, so that a story can cut the connection.
    await visitor.page.routeWebSocket(/\/live/, (socket) => {
      visitor.sockets.push(socket.url())
      visitor.cut = (code) => socket.close({ code })
      const server = socket.connectToServer()
      server.onMessage((message) => {
        if (!visitor.deaf) socket.send(message)
      })
    })
    return visitor
  }

  async visit(event) {
    await this.page.goto(`/events/${event}`)
    await this.live()
  }

  async live() {
    await this.page.waitForSelector('[data-live=live]')
    await this.page.waitForFunction(() =>
      Boolean(document.querySelector('[data-seat-map]')?.seatMapView),
    )
  }

  /** Moves the map so that the seat can be clicked, and answers where it is on the page. */
  async find(seat) {
    await this.map((view, index) => view.showSeat(index), seat)
    await this.settled()
    return this.place(seat)
  }

  async place(seat) {
    return this.page.evaluate((index) => {
      const host = document.querySelector('[data-seat-map]')
      const box = host.getBoundingClientRect()
      const { x, y } = host.seatMapView.seatPlace(index)
      return { x: x + box.left, y: y + box.top }
    }, seat)
  }

  async choose(seat) {
    const { x, y } = await this.find(seat)
    if (!this.phone) await this.page.mouse.click(x, y)
    else {
      await this.page.touchscreen.tap(x, y)
      // Where something speaks against it, that was told first.
      const again = await this.map((view) => view.pointing.told?.again)
      if (again) await this.page.touchscreen.tap(x, y)
    }
  }

  /** Draws a box around seats from one to another that lies beside it, with the tool in use. */
  async drawAround(first, last) {
    const from = await this.find(first)
    const to = await this.place(last)
    await this.page.mouse.move(from.x - AROUND_PX, from.y - AROUND_PX)
    await this.page.mouse.down()
    await this.page.mouse.move(to.x + AROUND_PX, to.y + AROUND_PX, { steps: 5 })
    await this.page.mouse.up()
  }

  async settled() {
    await this.page.waitForFunction(
      () => document.querySelector('[data-seat-map]').seatMapView.settled,
    )
  }

  /** Runs a function in the page with the map's view. */
  async map(act, argument) {
    const view = `document.querySelector('[data-seat-map]').seatMapView`
    return this.page.evaluate(`(${act})(${view}, ${JSON.stringify(argument)})`)
  }

  /** Waits until the page's own map says the seat has this status. */
  async sees(seat, status) {
    await this.page.waitForFunction(
      ([index, wanted]) =>
        document.querySelector('[data-seat-map]').seatMapView.store.statuses[index] === wanted,
      [seat, status],
    )
  }

  /** Waits until the page marks the seat as its own in this way. */
  async owns(seat, own) {
    await this.page.waitForFunction(
      ([index, wanted]) =>
        document.querySelector('[data-seat-map]').seatMapView.store.own[index] === wanted,
      [seat, own],
    )
  }

  /** Goes, unless something went wrong that nobody noticed. */
  async leave() {
    assert.deepEqual(this.complaints, [])
    await this.context.close()
  }

  async picture(folder, name) {
    if (!folder) return
    await this.page.waitForTimeout(400)
    await this.page.screenshot({ path: join(folder, `${name}.png`) })
  }
}
