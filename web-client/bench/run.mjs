// Measures the map in a real Chromium, beside an SVG seat map from npm at sizes it bears. Figures
// and ratios, no verdict: nothing here fails for being slow. Settings: SEATMAP_BINARY and
// CHROMIUM_PATH.

import { launch, Visitor } from '../e2e/browser.mjs'
import { Server } from '../e2e/server.mjs'
import { makeEvent } from '../e2e/stories.mjs'
import { Meter, pan, zoom } from './measure.mjs'
import { measureOther } from './other.mjs'

const SEATS = [1_000, 10_000, 100_000]

/** The other draws an element per seat; beyond this it takes minutes. */
const OTHER_SEATS = [1_000, 10_000]

const CHANGES = 5_000
const MIDDLE = { x: 500, y: 480 }

async function measureOurs(browser, site, seats) {
  const event = await makeEvent(site, { total_tickets: seats })
  const visitor = await Visitor.open(browser, site)
  const { page } = visitor
  const meter = await Meter.on(page)
  const began = performance.now()
  await visitor.visit(event)
  await page.waitForFunction(
    () => document.querySelector('[data-seat-map]').seatMapView.store.version > 0,
  )
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
  const passed = performance.now() - began
  const first = await meter.spent()
  const panning = await meter.during(page, () => pan(page, MIDDLE))
  const zooming = await meter.during(page, () => zoom(page, MIDDLE))
  const changes = await changeMany(page, Math.min(CHANGES, seats))
  const memory = await meter.memory()
  await visitor.context.close()
  return { passed, first, panning, zooming, changes, memory }
}

/** Script time to take in so many changes and to draw them, as a storm of people would bring. */
async function changeMany(page, count) {
  return page.evaluate(async (wanted) => {
    const { store } = document.querySelector('[data-seat-map]').seatMapView
    const step = Math.floor(store.statuses.length / wanted)
    const seats = Uint32Array.from({ length: wanted }, (_, at) => at * step)
    const statuses = seats.map((seat) => (store.statuses[seat] === 0 ? 3 : 0))
    const began = performance.now()
    store.applyDelta(store.version + 1, seats, Uint8Array.from(statuses))
    const applied = performance.now() - began
    await new Promise((done) => requestAnimationFrame(done))
    return applied
  }, count)
}

const ms = (value) => value.toFixed(1).padStart(9)

function print(name, seats, found) {
  const { passed, first, panning, zooming, changes, memory } = found
  console.log(
    [
      `${name.padEnd(16)}${String(seats).padStart(8)}`,
      ms(passed),
      ms(first.script + first.layout),
      ms(panning.script + panning.layout),
      ms(panning.fps),
      ms(zooming.script + zooming.layout),
      ms(zooming.fps),
      changes === null ? '        –' : ms(changes),
      ms(memory),
    ].join(''),
  )
}

async function main() {
  const server = new Server(process.env.SEATMAP_BINARY ?? '../target/release/seatmap')
  await server.start()
  const browser = await launch()
  const ours = new Map()
  try {
    console.log('first: navigation to the first whole overview; the rest script and layout in ms')
    console.log(
      '                   seats    first     work  pan/frm  pan fps zoom/frm zoom fps' +
        '  changes       MB',
    )
    for (const seats of SEATS) {
      ours.set(seats, await measureOurs(browser, server.url, seats))
      print('seatmap', seats, ours.get(seats))
    }
    for (const seats of OTHER_SEATS) {
      const other = await measureOther(browser, server.url, seats)
      print('seatmap-canvas', seats, other)
      const mine = ours.get(seats)
      const work = (found) => found.script + found.layout
      console.log(
        `  ratio to seatmap: work ${(work(other.first) / work(mine.first)).toFixed(1)}, ` +
          `pan ${(work(other.panning) / work(mine.panning)).toFixed(1)}, ` +
          `zoom ${(work(other.zooming) / work(mine.zooming)).toFixed(1)}, ` +
          `memory ${(other.memory / mine.memory).toFixed(1)}`,
      )
    }
  } finally {
    await browser.close()
    await server.destroy()
  }
}

await main()
