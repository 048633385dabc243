// The same house in @alisaitteke/seatmap-canvas, an SVG seat map from npm: all seats in blocks of a
// few hundred, as its makers do, on a page of nothing else.

import { readFileSync } from 'node:fs'
import { Visitor } from '../e2e/browser.mjs'
import { Meter, pan, zoom } from './measure.mjs'

const FOLDER = new URL('../node_modules/@alisaitteke/seatmap-canvas/dist/esm/', import.meta.url)
const read = (name) => readFileSync(new URL(name, FOLDER), 'utf8')

export const OTHER = 'seatmap-canvas'

const PAGE = `<!doctype html><html><head><link rel="stylesheet" href="/bench/map.css">
<style>body{margin:0}#map{width:1056px;height:836px}</style></head>
<body><div id="map"></div></body></html>`

const PER_BLOCK = 500
const PER_ROW = 25
const GAP = 30
const BLOCKS_PER_LINE = 15
const MIDDLE = { x: 500, y: 420 }

export async function measureOther(browser, site, seats) {
  const visitor = await Visitor.open(browser, site)
  const { page } = visitor
  await serve(page)
  const meter = await Meter.on(page)
  const began = performance.now()
  await page.goto('/bench/other')
  await page.evaluate(build, { seats, PER_BLOCK, PER_ROW, GAP, BLOCKS_PER_LINE })
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
  const passed = performance.now() - began
  const first = await meter.spent()
  const panning = await meter.during(page, () => pan(page, MIDDLE))
  const zooming = await meter.during(page, () => zoom(page, MIDDLE))
  const memory = await meter.memory()
  await visitor.context.close()
  // It has no call that changes many seats at once, so nothing is compared there.
  return { name: OTHER, seats, passed, first, panning, zooming, changes: null, memory }
}

async function serve(page) {
  const answer = (path, contentType, body) =>
    page.route(`**/bench/${path}`, (route) => route.fulfill({ contentType, body }))
  await answer('other', 'text/html', PAGE)
  await answer('map.css', 'text/css', read('seatmap.canvas.css'))
  await answer('map.js', 'text/javascript', read('seatmap.canvas.js'))
}

/** Runs in the page: makes the blocks and hands them over. */
async function build({ seats, PER_BLOCK, PER_ROW, GAP, BLOCKS_PER_LINE }) {
  const { SeatMapCanvas } = await import('/bench/map.js')
  const map = new SeatMapCanvas('#map', { resizable: true, style: {} })
  const blocks = []
  for (let first = 0; first < seats; first += PER_BLOCK) {
    const at = blocks.length
    const left = (at % BLOCKS_PER_LINE) * (PER_ROW + 3) * GAP
    const top = Math.floor(at / BLOCKS_PER_LINE) * (PER_BLOCK / PER_ROW + 3) * GAP
    const count = Math.min(PER_BLOCK, seats - first)
    blocks.push({
      id: at + 1,
      title: `Block ${at + 1}`,
      labels: [],
      seats: Array.from({ length: count }, (_, seat) => ({
        id: first + seat + 1,
        title: String(seat + 1),
        x: left + (seat % PER_ROW) * GAP,
        y: top + Math.floor(seat / PER_ROW) * GAP,
        salable: true,
      })),
    })
  }
  map.data.replaceData(blocks)
}
