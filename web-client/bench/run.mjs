// Measures the map in a real Chromium, beside an SVG seat map from npm at the sizes it bears.
// Figures and ratios, no verdict: nothing here fails for being slow. Settings: SEATMAP_BINARY,
// CHROMIUM_PATH, and ROUNDS, how often each is measured (default 3; what counts is the median).

import { launch, PHONE, Visitor } from '../e2e/browser.mjs'
import { makeChart, makeEvent } from '../e2e/rest.mjs'
import { Server } from '../e2e/server.mjs'
import { chartOf, eventIn } from './house.mjs'
import { closer, Meter, pan, zoom } from './measure.mjs'
import { measureOther, OTHER } from './other.mjs'
import { keep, report } from './report.mjs'

const SEATS = [1_000, 10_000, 25_000, 50_000, 100_000]
const ROUNDS = Number(process.env.ROUNDS ?? 3)

/** Who needs longer for the first picture is not tried at the next size. */
const BEARABLE_MS = 10_000
const bearable = (passed) => passed <= BEARABLE_MS

const CHANGES = 5_000

/** Where gestures happen, and how far drags reach. */
const DESK = { name: 'Seatmap', place: { x: 500, y: 480 }, visitor: {}, slower: 1 }
const POCKET = {
  name: 'Seatmap on a phone',
  place: { x: 195, y: 400, reach: 120 },
  visitor: { viewport: PHONE },
  slower: 4,
}

async function measureOurs(browser, site, { seats, event, look }) {
  const { place } = look
  const visitor = await Visitor.open(browser, site, look.visitor)
  const { page } = visitor
  const meter = await Meter.on(page)
  await meter.slow(look.slower)
  const began = performance.now()
  await visitor.visit(event)
  // Until the snapshot has come no seat is known to be free.
  await page.waitForFunction(
    () => document.querySelector('[data-seat-map]').seatMapView.store.ready,
  )
  await drawn(page)
  const passed = performance.now() - began
  const first = await meter.spent()
  const panning = await meter.during(page, () => pan(page, place))
  const zooming = await meter.during(page, () => zoom(page, place))
  await closer(page, place, () => visitor.map(pitch))
  const close = await meter.during(page, () => pan(page, place))
  const changes = await changeMany(page, meter, Math.min(CHANGES, seats))
  const memory = await meter.memory(page)
  await visitor.context.close()
  return { name: look.name, seats, passed, first, panning, zooming, close, changes, memory }
}

/** Runs in the page: how far apart neighbours are on the screen. */
function pitch(view) {
  return view.seatPlace(1).x - view.seatPlace(0).x
}

const drawn = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))

/** So many changes at once, as a storm brings: to take them in, and to have them on the screen. */
async function changeMany(page, meter, count) {
  const before = await meter.spent()
  const applied = await page.evaluate(async (wanted) => {
    const { store } = document.querySelector('[data-seat-map]').seatMapView
    const step = Math.floor(store.statuses.length / wanted)
    const seats = Uint32Array.from({ length: wanted }, (_, at) => at * step)
    const statuses = Uint8Array.from(seats, (seat) => (store.statuses[seat] === 0 ? 3 : 0))
    const began = performance.now()
    store.applyDelta(store.version + 1, seats, statuses)
    return performance.now() - began
  }, count)
  await drawn(page)
  return { applied, shown: (await meter.spent()).script - before.script }
}

/** The sizes the other shows within bearable time, and words about the first it doesn't. */
async function borneBy(browser, site) {
  const borne = []
  for (const seats of SEATS) {
    const tried = await measureOther(browser, site, seats, () => false).catch((error) => error)
    // At the smallest size a failure is one of this measurement, not of the map.
    if (tried instanceof Error && borne.length === 0) throw tried
    if (tried instanceof Error || !bearable(tried.passed)) {
      const why = tried.message ?? `the first picture took ${(tried.passed / 1000).toFixed(0)} s`
      return [borne, `${OTHER} at ${seats.toLocaleString('en')} seats: ${why}.`]
    }
    borne.push(seats)
  }
  return [borne, '']
}

async function main() {
  const binary = process.env.SEATMAP_BINARY ?? '../target/release/seatmap'
  const server = new Server(binary, { command: 'serve' })
  await server.start()
  const browser = await launch()
  const site = server.url
  try {
    const events = new Map()
    for (const seats of SEATS) {
      const chart = chartOf(seats)
      const made = eventIn(await makeChart(site, chart), chart)
      events.set(seats, await makeEvent(site, made))
    }
    const [borne, refused] = await borneBy(browser, site)
    const rounds = []
    const measure = (seats, look) =>
      measureOurs(browser, site, { seats, event: events.get(seats), look })
    for (let round = 0; round < ROUNDS; round += 1) {
      const [ours, others] = [[], []]
      for (const seats of SEATS) {
        ours.push(await measure(seats, DESK))
        if (borne.includes(seats)) {
          others.push(await measureOther(browser, site, seats, () => true))
        }
      }
      ours.push(await measure(SEATS.at(-1), POCKET))
      rounds.push({ ours, others })
    }
    const text = report({ rounds, refused, version: browser.version() })
    console.log(text)
    keep(text, { browser: browser.version(), rounds, refused })
  } finally {
    await browser.close()
    await server.destroy()
  }
}

await main()
