// The same house in @alisaitteke/seatmap-canvas, an SVG seat map from npm: the blocks as its makers
// give them to it, on a page of nothing else.

import { readFileSync } from 'node:fs'
import { Visitor } from '../e2e/browser.mjs'
import { blocksOf } from './house.mjs'
import { closer, Meter, pan, zoom } from './measure.mjs'

const FOLDER = new URL('../node_modules/@alisaitteke/seatmap-canvas/dist/esm/', import.meta.url)
const read = (name) => readFileSync(new URL(name, FOLDER), 'utf8')

export const OTHER = 'seatmap-canvas'

const PAGE = `<!doctype html><html><head><link rel="stylesheet" href="/bench/map.css">
<style>body{margin:0}#map{width:1056px;height:836px}</style></head>
<body><div id="map"></div></body></html>`

/** From the middle of a seat to the next one's, in its units. */
const GAP = 30

const MIDDLE = { x: 500, y: 420 }

/** The first picture alone, unless `bearable` says of its milliseconds that they can be borne. */
export async function measureOther(browser, site, seats, bearable) {
  const visitor = await Visitor.open(browser, site)
  const { page } = visitor
  await serve(page)
  const meter = await Meter.on(page)
  const began = performance.now()
  await page.goto('/bench/other')
  await page.evaluate(build, { blocks: blocksOf(seats), GAP })
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
  const passed = performance.now() - began
  const first = await meter.spent()
  const found = { name: OTHER, seats, passed, first, changes: null }
  if (bearable(passed)) {
    found.panning = await meter.during(page, () => pan(page, MIDDLE))
    found.zooming = await meter.during(page, () => zoom(page, MIDDLE))
    await closer(page, MIDDLE, () => page.evaluate(pitch, GAP))
    found.close = await meter.during(page, () => pan(page, MIDDLE))
    found.memory = await meter.memory(page)
  }
  await visitor.context.close()
  // It has no call that changes many seats at once, so nothing is compared there.
  return found
}

async function serve(page) {
  const answer = (path, contentType, body) =>
    page.route(`**/bench/${path}`, (route) => route.fulfill({ contentType, body }))
  await answer('other', 'text/html', PAGE)
  await answer('map.css', 'text/css', read('seatmap.canvas.css'))
  await answer('map.js', 'text/javascript', read('seatmap.canvas.js'))
}

/** Runs in the page: makes the blocks as it wants them and hands them over. */
async function build({ blocks, GAP }) {
  const { SeatMapCanvas } = await import('/bench/map.js')
  const map = new SeatMapCanvas('#map', { resizable: true, style: {} })
  const given = blocks.map(({ label, first, count, column, line, perRow }, at) => ({
    id: at + 1,
    title: label,
    labels: [],
    seats: Array.from({ length: count }, (_, seat) => ({
      id: first + seat + 1,
      title: String((seat % perRow) + 1),
      x: (column + (seat % perRow)) * GAP,
      y: (line + Math.floor(seat / perRow)) * GAP,
      salable: true,
    })),
  }))
  map.data.replaceData(given)
}

/** Runs in the page: how far apart neighbours are on the screen. */
function pitch(gap) {
  return document.querySelector('#map svg circle').getCTM().a * gap
}
