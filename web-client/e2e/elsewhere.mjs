// The element on somebody else's site: a page of another origin, against a server that allows it.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { Visitor } from './browser.mjs'
import { makeEvent } from './rest.mjs'
import { AVAILABLE, LOCKED } from './states.mjs'

const page = (server, event) => `<!doctype html>
<html lang="en">
  <title>A shop</title>
  <script type="module" src="${server}/sdk/seat-map.js"></script>
  <seat-map server="${server}" event="${event}" style="height: 60vh"></seat-map>
</html>`

/** A shop: the same page at whatever is asked for, on a port of its own. */
async function openShop() {
  const shop = { shows: '' }
  const server = createServer((_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(shop.shows)
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  shop.url = `http://127.0.0.1:${server.address().port}`
  shop.close = () => new Promise((done) => {
    server.closeAllConnections()
    server.close(done)
  })
  return shop
}

async function buyFrom(shop, { browser, server, event }) {
  const mona = await Visitor.open(browser, shop.url)
  const bert = await Visitor.open(browser, server.url)
  await bert.visit(event)
  await mona.page.goto('/')
  await mona.page.waitForFunction(() => document.querySelector('seat-map').store?.ready)
  const ask = (act, argument) => mona.page.evaluate(act, argument)
  await ask(() => document.querySelector('seat-map').takeSeats(['S004', 'S005']))
  await mona.page.waitForFunction(() => document.querySelector('seat-map').selected.length === 2)
  for (const seat of [3, 4]) await bert.sees(seat, LOCKED)
  await ask(() => document.querySelector('seat-map').extend(5))
  await ask(() => document.querySelector('seat-map').deselect('S005'))
  await bert.sees(4, AVAILABLE)
  // Across a reload the visitor is still the same.
  await mona.page.reload()
  await mona.page.waitForFunction(() => document.querySelector('seat-map').selected?.length === 1)
  const booking = await ask(() => document.querySelector('seat-map').book({ name: 'Mona' }))
  assert.deepEqual(booking.seat_nos, ['S004'])
  assert.deepEqual([...mona.complaints, ...bert.complaints], [])
  await mona.context.close()
  await bert.context.close()
}

export const elsewhere = {
  'the element works on a page of another origin, where that is allowed': async (stage) => {
    const [shop, stranger] = [await openShop(), await openShop()]
    const server = stage.server.another({ command: 'serve', ALLOWED_ORIGINS: shop.url })
    try {
      await server.start()
      const event = await makeEvent(server.url)
      shop.shows = stranger.shows = page(server.url, event)
      await buyFrom(shop, { browser: stage.browser, server, event })
      const kurt = await Visitor.open(stage.browser, stranger.url)
      const refused = kurt.page.waitForEvent('requestfailed')
      await kurt.page.goto('/')
      assert.match((await refused).url(), /seat-map\.js$/)
      const defined = () => customElements.get('seat-map') !== undefined
      assert.equal(await kurt.page.evaluate(defined), false)
      await kurt.context.close()
    } finally {
      await server.destroy()
      await Promise.all([shop.close(), stranger.close()])
    }
  },
}
