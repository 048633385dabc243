// Measures the map in a real Chromium, beside an SVG seat map from npm at the sizes it bears.
// Figures and ratios, no verdict: nothing here fails for being slow. Settings: SEATMAP_BINARY,
// CHROMIUM_PATH, and ROUNDS, how often each is measured (default 3; what counts is the median).

import { launch, Visitor } from '../e2e/browser.mjs'
import { makeEvent } from '../e2e/rest.mjs'
import { Server } from '../e2e/server.mjs'
import { median, Meter, pan, zoom } from './measure.mjs'
import { measureOther, OTHER } from './other.mjs'
import { keep, report } from './report.mjs'

const SEATS = [1_000, 10_000, 25_000, 50_000, 100_000]
const ROUNDS = Number(process.env.ROUNDS ?? 3)

/** Who needs longer for the first picture is not tried at the next size. */
const BEARABLE_MS = 10_000

const CHANGES = 5_000
const MIDDLE = { x: 500, y: 480 }

async function measureOurs(browser, site, seats) {
  const event = await makeEvent(site, { total_tickets: seats })
  const visitor = await Visitor.open(browser, site)
  const { page } = visitor
  const meter = await Meter.on(page)
  const began = performance.now()
  await visitor.visit(event)
  await page.waitForFunction(() => {
    // Until the snapshot has come no seat is known to be free.
    const { statuses } = document.querySelector('[data-seat-map]').seatMapView.store
    return statuses[0] === 0
  })
  await drawn(page)
  const passed = performance.now() - began
  const first = await meter.spent()
  const panning = await meter.during(page, () => pan(page, MIDDLE))
  const zooming = await meter.during(page, () => zoom(page, MIDDLE))
  const changes = await changeMany(page, Math.min(CHANGES, seats))
  const memory = await meter.memory()
  await visitor.context.close()
  return { name: 'Seatmap', seats, passed, first, panning, zooming, changes, memory }
}

const drawn = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))

/** Script time to take in so many changes at once, as a storm of people would bring. */
async function changeMany(page, count) {
  const script = await page.evaluate(async (wanted) => {
    const { store } = document.querySelector('[data-seat-map]').seatMapView
    const step = Math.floor(store.statuses.length / wanted)
    const seats = Uint32Array.from({ length: wanted }, (_, at) => at * step)
    const statuses = seats.map((seat) => (store.statuses[seat] === 0 ? 3 : 0))
    const began = performance.now()
    store.applyDelta(store.version + 1, seats, Uint8Array.from(statuses))
    return performance.now() - began
  }, count)
  await drawn(page)
  return { script }
}

/** Each figure's median over rounds that go round all sizes in turn. */
async function rounds(measure, sizes) {
  const found = new Map(sizes.map((seats) => [seats, []]))
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const seats of sizes) found.get(seats).push(await measure(seats))
  }
  return [...found.values()].map(median)
}

/** The sizes the other shows within bearable time, and words about the first it doesn't. */
async function bearable(browser, site) {
  const borne = []
  for (const seats of SEATS) {
    const tried = await measureOther(browser, site, seats).catch((error) => error)
    // At the smallest size a failure is one of this measurement, not of the map.
    if (tried instanceof Error && borne.length === 0) throw tried
    if (tried instanceof Error || tried.passed > BEARABLE_MS) {
      const why = tried.message ?? `the first picture took ${(tried.passed / 1000).toFixed(0)} s`
      return [borne, `${OTHER} at ${seats.toLocaleString('en')} seats: ${why}.`]
    }
    borne.push(seats)
  }
  return [borne, '']
}

async function main() {
  const server = new Server(process.env.SEATMAP_BINARY ?? '../target/release/seatmap')
  await server.start()
  const browser = await launch()
  try {
    const [borne, refused] = await bearable(browser, server.url)
    const others = await rounds((seats) => measureOther(browser, server.url, seats), borne)
    const ours = await rounds((seats) => measureOurs(browser, server.url, seats), SEATS)
    const text = report(ours, others, refused, browser.version())
    console.log(text)
    keep('latest', text, { browser: browser.version(), rounds: ROUNDS, ours, others, refused })
  } finally {
    await browser.close()
    await server.destroy()
  }
}

await main()
