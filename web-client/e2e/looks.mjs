// Takes pictures of every page in every look, for people to look at: nothing is asserted. Settings
// are those of `run.mjs`, and LOOK, a regular expression for the pictures to take, such as
// `^door-|390-dark$` (default: all), and SPOKEN, another language that the pages speak at last.
// What can't be reached is told, and the others are taken.

import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { button, launch, LOOKS, Visitor } from './browser.mjs'
import { pagesOf } from './look-pages.mjs'
import { furnish } from './look-data.mjs'
import { Server } from './server.mjs'

const folder = process.env.SCREENSHOT_DIR ?? join(tmpdir(), 'seatmap-looks')
const wanted = new RegExp(process.env.LOOK ?? '')
const spoken = process.env.SPOKEN

/** Long enough for what fades and moves to have come to rest. */
const REST_MS = 500

async function take(visitor, name) {
  await visitor.page.waitForTimeout(REST_MS)
  await visitor.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/** Pages are come to by their English words. */
async function translate({ page }) {
  await button(page, 'Display and language').click()
  await page.getByRole('combobox').filter({ hasText: 'English' }).first().selectOption(spoken)
  await page.keyboard.press('Escape')
}

/** Each page is come to by a visitor who was nowhere before. */
async function walk(stage, look) {
  const { name: suffix, ...options } = look
  for (const [name, reach] of Object.entries(pagesOf(stage))) {
    const picture = `${name}-${suffix}`
    if (!wanted.test(picture)) continue
    const visitor = await Visitor.open(stage.browser, stage.site, { ...options, still: true })
    try {
      await reach(visitor)
      if (spoken) await translate(visitor)
      await take(visitor, picture)
      const wider = await visitor.page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      )
      console.log(`${wider > 0 ? `too wide by ${wider} px` : 'taken'}  ${picture}`)
    } catch (error) {
      console.log(`not reached  ${picture}: ${String(error.message).split('\n')[0]}`)
      await take(visitor, `${picture}-not-reached`).catch(() => {})
    } finally {
      await visitor.context.close()
    }
  }
}

async function main() {
  mkdirSync(folder, { recursive: true })
  const server = process.env.SEATMAP_BINARY ? new Server(process.env.SEATMAP_BINARY) : null
  await server?.start()
  const site = server?.url ?? process.env.SEATMAP_URL ?? 'http://127.0.0.1:8080'
  const browser = await launch()
  try {
    const data = await furnish(site)
    for (const look of LOOKS) await walk({ browser, site, ...data }, look)
  } finally {
    await browser.close()
    await server?.destroy()
  }
  console.log(`pictures are in ${folder}`)
}

await main()
