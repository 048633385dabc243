// Runs the end-to-end stories in a real browser against a real server. Settings: SEATMAP_URL, the
// server; SEATMAP_EVENT, the event to use (default: makes one); SCREENSHOT_DIR, where pictures go;
// CHROMIUM_PATH, the browser (default: the first found on PATH).

import { mkdirSync } from 'node:fs'
import { launch, Visitor } from './browser.mjs'
import { freeSeats, stories } from './stories.mjs'

const site = process.env.SEATMAP_URL ?? 'http://127.0.0.1:8080'
const pictures = process.env.SCREENSHOT_DIR

/** Seats the stories take between them, with some to spare. */
const SEATS = 20
const DAY_MS = 86_400_000

async function makeEvent() {
  const start = new Date(Date.now() + 30 * DAY_MS)
  const answer = await fetch(`${site}/api/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-session-id': 'end-to-end' },
    body: JSON.stringify({
      name: 'An evening with two visitors',
      venue: 'The test house',
      start_time: start.toISOString(),
      end_time: new Date(start.getTime() + DAY_MS / 8).toISOString(),
      total_tickets: 240,
      price: '45.50',
    }),
  })
  if (!answer.ok) throw new Error(`no event: ${answer.status} ${await answer.text()}`)
  return (await answer.json()).id
}

async function main() {
  if (pictures) mkdirSync(pictures, { recursive: true })
  const event = Number(process.env.SEATMAP_EVENT ?? (await makeEvent()))
  const browser = await launch()
  const anna = await Visitor.open(browser, site)
  const bert = await Visitor.open(browser, site)
  await bert.visit(event)
  const seats = await freeSeats(bert, SEATS)
  const take = () => seats.shift()
  let failed = 0
  for (const [name, story] of Object.entries(stories)) {
    try {
      await story({ browser, site, event, anna, bert, take, pictures })
      console.log(`ok      ${name}`)
    } catch (error) {
      failed += 1
      console.log(`FAILED  ${name}\n        ${String(error.stack).replaceAll('\n', '\n        ')}`)
    }
  }
  await browser.close()
  console.log(`${Object.keys(stories).length - failed} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}

await main()
