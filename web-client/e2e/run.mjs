// Runs the end-to-end stories in a real browser against a real server. Settings: SEATMAP_BINARY,
// the program to start a server of, or SEATMAP_URL, one that runs; SCREENSHOT_DIR, where pictures
// go; CHROMIUM_PATH, the browser (default: the first found on PATH); STORY, a regular expression
// for the names of the stories to run (default: all).

import { mkdirSync } from 'node:fs'
import { access } from './access.mjs'
import { basket } from './basket.mjs'
import { launch, Visitor } from './browser.mjs'
import { checkout } from './checkout.mjs'
import { choosing } from './choosing.mjs'
import { element } from './element.mjs'
import { elsewhere } from './elsewhere.mjs'
import { embedded } from './embedded.mjs'
import { finding } from './finding.mjs'
import { forms } from './forms.mjs'
import { office } from './office.mjs'
import { organiser } from './organiser.mjs'
import { makeEvent } from './rest.mjs'
import { pointing } from './pointing.mjs'
import { prices } from './prices.mjs'
import { proxied } from './proxied.mjs'
import { restart } from './restart.mjs'
import { Server } from './server.mjs'
import { freeSeats, stories } from './stories.mjs'
import { tokens } from './tokens.mjs'
import { touch } from './touch.mjs'
import { venues } from './venues.mjs'
import { waiting } from './waiting.mjs'

const pictures = process.env.SCREENSHOT_DIR

/** Seats the stories take between them, with some to spare. */
const SEATS = 60

async function run(stage, all) {
  let failed = 0
  for (const [name, story] of all) {
    try {
      await story(stage)
      console.log(`ok      ${name}`)
    } catch (error) {
      failed += 1
      console.log(`FAILED  ${name}\n        ${String(error.stack).replaceAll('\n', '\n        ')}`)
      await stage.anna.picture(pictures, `failed-${failed}`)
    }
  }
  console.log(`${all.length - failed} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}

async function main() {
  if (pictures) mkdirSync(pictures, { recursive: true })
  const server = process.env.SEATMAP_BINARY ? new Server(process.env.SEATMAP_BINARY) : null
  await server?.start()
  const site = server?.url ?? process.env.SEATMAP_URL ?? 'http://127.0.0.1:8080'
  const browser = await launch()
  try {
    const event = await makeEvent(site)
    const anna = await Visitor.open(browser, site)
    const bert = await Visitor.open(browser, site)
    await bert.visit(event)
    const seats = await freeSeats(bert, SEATS)
    const take = () => seats.shift()
    const stage = { browser, site, event, anna, bert, take, pictures, server }
    // Only a server of one's own can be stopped, and its secret is known.
    const own = server ? { ...office, ...tokens, ...elsewhere, ...restart } : {}
    const parts = { ...stories, ...checkout, ...basket, ...choosing, ...organiser }
    Object.assign(parts, access, waiting, finding, forms, embedded, element, proxied, touch)
    Object.assign(parts, pointing, prices, venues, own)
    const wanted = new RegExp(process.env.STORY ?? '')
    await run(stage, Object.entries(parts).filter(([name]) => wanted.test(name)))
  } finally {
    await browser.close()
    await server?.destroy()
  }
}

await main()
