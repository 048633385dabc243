// The map through a proxy as offices and hotels have them: it passes no WebSocket, and some hold
// streams back too. The same page, the same server behind it.

import assert from 'node:assert/strict'
import { createServer, request } from 'node:http'
import { buy, makeEvent } from './rest.mjs'
import { SOLD } from './states.mjs'

/** A proxy before a site; `streams` says whether it lets Server-Sent Events through. */
async function openProxy(site, { streams }) {
  const { hostname, port } = new URL(site)
  const server = createServer((asked, answer) => {
    if (!streams && asked.url.includes('/stream')) {
      answer.writeHead(502).end()
      return
    }
    const { method, url: path, headers } = asked
    const passed = request({ hostname, port, method, path, headers }, (given) => {
      answer.writeHead(given.statusCode, given.headers)
      given.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    answer.on('close', () => passed.destroy())
    asked.pipe(passed)
  })
  let refused = 0
  server.on('upgrade', (_, socket) => {
    refused += 1
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    refused: () => refused,
    close: () => new Promise((done) => {
      server.closeAllConnections()
      server.close(done)
    }),
  }
}

async function watch({ browser, site }, streams, way) {
  const event = await makeEvent(site)
  const proxy = await openProxy(site, { streams })
  const context = await browser.newContext({ baseURL: proxy.url, locale: 'en-GB' })
  try {
    const page = await context.newPage()
    await page.goto(`/events/${event}`)
    await page.waitForSelector('[data-live=live]')
    await page.waitForFunction(
      () => document.querySelector('[data-seat-map]')?.seatMapView?.store.ready,
    )
    assert.ok(proxy.refused() > 1, 'sockets were asked for first')
    const shop = await context.newPage()
    await shop.addInitScript(() => {
      globalThis.told = []
      document.addEventListener('connectionchange', ({ detail }) => globalThis.told.push(detail))
    })
    await shop.goto(`/examples/plain.html?event=${event}`)
    await shop.waitForFunction(() => document.querySelector('seat-map').store?.ready)
    const [{ state, reason, way: gone }] = await shop.evaluate(() => globalThis.told)
    assert.deepEqual([state, reason, gone], ['live', 'no-socket', way])
    await buy(site, event, ['S006'])
    await page.waitForFunction(
      (sold) =>
        document.querySelector('[data-seat-map]').seatMapView.store.statuses[5] === sold,
      SOLD,
    )
    await shop.waitForFunction(
      (sold) => document.querySelector('seat-map').store.statuses[5] === sold,
      SOLD,
    )
  } finally {
    await context.close()
    await proxy.close()
  }
}

/** More tabs than a browser has connections to a host, over HTTP/1.1. */
const TABS = 7

/** Opens the same map in many tabs of one browser, and answers the way each is followed. */
async function crowd({ browser, site }) {
  const event = await makeEvent(site)
  const proxy = await openProxy(site, { streams: true })
  const context = await browser.newContext({ baseURL: proxy.url })
  try {
    const ways = []
    for (let tab = 0; tab < TABS; tab += 1) {
      const page = await context.newPage()
      await page.goto(`/examples/plain.html?event=${event}`)
      await page.waitForFunction(() => document.querySelector('seat-map').store?.ready)
      ways.push(await page.evaluate(() => document.querySelector('seat-map').connection.way))
    }
    return ways
  } finally {
    await context.close()
    await proxy.close()
  }
}

export const proxied = {
  'the map is followed where a proxy passes no WebSocket': (stage) => watch(stage, true, 'stream'),

  'the map is followed where a proxy holds streams back too': (stage) =>
    watch(stage, false, 'poll'),

  'many tabs behind such a proxy leave each other room': async (stage) => {
    const ways = await crowd(stage)
    assert.deepEqual(ways, ['stream', 'stream', 'stream', 'poll', 'poll', 'poll', 'poll'])
  },
}
