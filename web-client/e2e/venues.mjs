// The stories of the built-in venues: each is put on sale and drawn whole. Their pictures are those
// in `docs/venues`.

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Visitor } from './browser.mjs'
import { chartOf, charts, makeEvent } from './rest.mjs'

const VENUES = [
  'comedy-club-120',
  'theatre-251',
  'concert-hall-2440',
  'arena-17500',
  'arena-18000',
  'stadium-75000',
  'bowl-100000',
]

/** What the dearest seats cost; each category behind them costs less. */
const DEAREST = 120

const priceOf = (category) => `${Math.ceil(DEAREST / (category + 1))}.00`

/** So many of a category's seats have their colour on the map at least, or it isn't drawn. */
const DRAWN_PIXELS_MIN = 20

/** In the page: what is on the map, and in how many pixels of it each category can be seen. */
function drawn({ store }) {
  const { chart } = store
  const shades = new Map()
  for (const canvas of document.querySelectorAll('[data-seat-map] canvas')) {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] === 0) continue
      const shade = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2]
      shades.set(shade, (shades.get(shade) ?? 0) + 1)
    }
  }
  return {
    seats: chart.seats,
    sections: chart.sections.length,
    tables: chart.tables.length,
    areas: chart.areas.length,
    shades: [...shades.values()].sort((a, b) => b - a).slice(0, 40),
  }
}

async function isDrawnWhole({ browser, site, pictures }, key) {
  const listed = (await charts(site)).find((chart) => chart.key === key)
  assert.ok(listed, `${key} is a built-in chart`)
  const { layout } = await chartOf(site, listed.id)
  const prices = Object.fromEntries(
    layout.categories.map(({ key: category }, at) => [category, priceOf(at)]),
  )
  const change = { name: listed.name, venue: listed.name, chart_id: listed.id, prices }
  const event = await makeEvent(site, { ...change, total_tickets: undefined, price: undefined })
  const visitor = await Visitor.open(browser, site, { still: true })
  await visitor.visit(event)
  await visitor.settled()
  const { shades, ...there } = await visitor.map(drawn)
  const parts = ({ sections, tables = [], areas }) => ({
    sections: sections.length,
    tables: tables.length,
    areas: areas.length,
  })
  assert.deepEqual(there, { seats: listed.seats, ...parts(layout) })
  const seen = shades.filter((pixels) => pixels >= DRAWN_PIXELS_MIN).length
  assert.ok(seen > layout.categories.length, `${key} is drawn in ${seen} colours`)
  if (pictures) mkdirSync(join(pictures, 'venues'), { recursive: true })
  await visitor.picture(pictures, join('venues', key))
  await visitor.leave()
}

const stories = VENUES.map((key) => {
  const story = (stage) => isDrawnWhole(stage, key)
  return [`the built-in venue ${key} is drawn whole`, story]
})

export const venues = Object.fromEntries(stories)
