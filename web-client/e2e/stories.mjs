// The stories: what two visitors of one event must see of each other. Each takes seats of its own,
// so that a failed story leaves the next one alone.

import assert from 'node:assert/strict'
import { PHONE, Visitor, withhold } from './browser.mjs'
import { makeEvent } from './rest.mjs'
import { AVAILABLE, BOOKED, HELD, LOCKED, NONE, RESERVED, SOLD } from './states.mjs'

/** Free seats that no story has taken yet. */
export async function freeSeats(visitor, count) {
  const seats = await visitor.map((view, wanted) => {
    const { statuses, chart } = view.store
    const free = []
    for (let seat = 0; seat < statuses.length && free.length < wanted; seat += 1) {
      if (statuses[seat] === 0 && chart.area[seat] === 0xffffffff) free.push(seat)
    }
    return free
  }, count)
  assert.equal(seats.length, count, 'the event has too few free seats left')
  return seats
}

/**
 * In the page: drags the map about, with a seat sold on the way, and counts the pixels that a
 * drawing from the beginning would show otherwise. No seat lies just between two pixels.
 */
function draggedOtherwise({ camera, painter, store }) {
  const { chart } = store
  const middle = chart.seatOf('S5050')
  const { seats: layer } = painter
  return [0.1234567, 0.4567891].map((scale) => {
    camera.moveTo(chart.x[middle], chart.y[middle], scale)
    layer.forget()
    layer.draw(true, [])
    const begun = layer.buffer.pixels.slice()
    for (const [dx, dy] of [[3, 0], [-7, 0], [0, 5], [0, -9], [12, -4], [-20, 31], [5, 5]]) {
      camera.panBy(dx, dy)
      store.statuses[middle] = 3 - store.statuses[middle]
      layer.draw(true, [middle])
    }
    const dragged = layer.buffer.pixels.slice()
    layer.forget()
    layer.draw(true, [])
    const drawn = layer.buffer.pixels
    const differing = (other) => drawn.filter((pixel, at) => pixel !== other[at]).length
    return { moved: differing(begun) > 0, otherwise: differing(dragged) }
  })
}

/**
 * In the page: zooms in and out about a point aside, with a seat blocked on the way, and compares
 * each step with a drawing from the beginning: `otherwise`, seats whose middles look different;
 * `bare`, corners of the view that nothing drawn reaches; `spared`, steps that drew nothing anew.
 */
function zoomedOtherwise({ camera, painter, store }) {
  const { chart } = store
  const middle = chart.seatOf('S5050')
  const { seats: layer } = painter
  const [width, height] = [camera.width, camera.height]
  /** Where the drawing lies now, and the seat's colour in it. */
  const lie = () => new DOMMatrix(layer.canvas.style.transform || 'none')
  const colourOf = (seat) => {
    const { a, e, f } = lie()
    const { pixels, image, ratio } = layer.buffer
    const column = Math.floor(((camera.screenX(chart.x[seat]) - e) / a) * ratio)
    const line = Math.floor(((camera.screenY(chart.y[seat]) - f) / a) * ratio)
    const inside = column >= 0 && line >= 0 && column < image.width && line < image.height
    return inside ? pixels[line * image.width + column] : 0
  }
  const seen = (seat) => {
    const [x, y] = [camera.screenX(chart.x[seat]), camera.screenY(chart.y[seat])]
    return x > 1 && y > 1 && x < width - 1 && y < height - 1
  }
  const found = { otherwise: 0, bare: 0, spared: 0, seats: 0 }
  // Large enough for marks throughout, and too small for numbers.
  camera.moveTo(chart.x[middle], chart.y[middle], 14.3 / chart.seatWidth)
  layer.forget()
  layer.draw(true, [])
  for (const factor of [1.05, 1.05, 1.1, 1.2, 1.05, 0.9, 0.95, 0.9, 0.9, 0.9, 1.05, 1.1, 1.1]) {
    camera.zoomAt(width * 0.7, height * 0.4, factor)
    store.statuses[middle] = 4 - store.statuses[middle]
    const before = layer.shown
    layer.draw(true, [middle])
    if (layer.shown === before) found.spared += 1
    const { a, e, f } = lie()
    if (e > 0.5 || f > 0.5 || e + width * a < width - 0.5 || f + height * a < height - 0.5) {
      found.bare += 1
    }
    const seats = [...store.statuses.keys()].filter(seen)
    const zoomed = seats.map(colourOf)
    const { shown, buffer, lastScale } = layer
    const kept = [buffer.pixels.slice(), layer.canvas.style.transform]
    layer.forget()
    layer.lastScale = 0
    layer.draw(true, [])
    const anew = seats.map(colourOf)
    found.seats += seats.length
    found.otherwise += anew.filter((colour, at) => colour !== zoomed[at]).length
    buffer.pixels.set(kept[0])
    layer.canvas.style.transform = kept[1]
    layer.shown = shown
    layer.lastScale = lastScale
  }
  return found
}

export const stories = {
  'the list leads to the event': async ({ anna, event }) => {
    await anna.page.goto('/')
    const card = anna.page.locator(`a[href="/events/${event}"]`)
    await card.waitFor()
    await card.click()
    await anna.live()
    assert.match(anna.page.url(), new RegExp(`/events/${event}$`))
  },

  'a lock is seen by the other at once, and so is its end': async ({ anna, bert, take }) => {
    const seat = take()
    await anna.choose(seat)
    await anna.owns(seat, HELD)
    await bert.sees(seat, LOCKED)
    await anna.choose(seat)
    await anna.owns(seat, NONE)
    await bert.sees(seat, AVAILABLE)
  },

  'the basket names seat, sum and time, and survives a reload': async (stage) => {
    const { anna, take, pictures } = stage
    const seats = [take(), take()]
    for (const seat of seats) {
      await anna.choose(seat)
      await anna.owns(seat, HELD)
    }
    await anna.picture(pictures, 'basket-1440')
    const total = await anna.page.locator('[data-total]').textContent()
    await anna.page.getByRole('timer').first().waitFor()
    await anna.page.reload()
    await anna.live()
    for (const seat of seats) await anna.owns(seat, HELD)
    assert.equal(await anna.page.locator('[data-total]').textContent(), total)
    const back = anna.page.getByRole('button', { name: /^Give back/ })
    await back.first().click()
    await back.nth(1).waitFor({ state: 'detached' })
    await back.first().click()
    for (const seat of seats) await anna.owns(seat, NONE)
  },

  'a seat someone else has is not taken': async ({ anna, bert, take }) => {
    const seat = take()
    await anna.choose(seat)
    await bert.sees(seat, LOCKED)
    await bert.choose(seat)
    await bert.page.getByText(/: Held by someone else/).first().waitFor()
    await bert.owns(seat, NONE)
    await anna.choose(seat)
    await bert.sees(seat, AVAILABLE)
  },

  'of two who want one seat, one gets it and one is told': async ({ anna, bert, take }) => {
    const seat = take()
    const [a, b] = [await anna.find(seat), await bert.find(seat)]
    await Promise.all([anna.page.mouse.click(a.x, a.y), bert.page.mouse.click(b.x, b.y)])
    const winners = []
    for (const visitor of [anna, bert]) {
      // Pending is neither: wait for the server's word.
      await visitor.page.waitForFunction(
        (index) =>
          document.querySelector('[data-seat-map]').seatMapView.store.own[index] !== 1,
        seat,
      )
      await visitor.sees(seat, LOCKED)
      if (await visitor.map((view, index) => view.store.own[index] === 2, seat)) {
        winners.push(visitor)
      }
    }
    assert.equal(winners.length, 1)
    await winners[0].choose(seat)
    await winners[0].owns(seat, NONE)
  },

  'a booking goes from due to paid to cancelled, before everybody': async (stage) => {
    const { anna, bert, event, take, pictures } = stage
    const seat = take()
    await anna.choose(seat)
    await anna.owns(seat, HELD)
    await anna.page.getByRole('button', { name: /^Book 1/ }).click()
    await anna.page.getByRole('button', { name: /^Pay/ }).waitFor()
    await bert.sees(seat, RESERVED)
    const wayBack = anna.page.getByRole('link', { name: 'Back to the seats' })
    const letGo = await withhold(anna.page, '**/api/v1/bookings/*')
    await anna.page.reload()
    await anna.page.getByRole('link', { name: 'All events' }).waitFor()
    assert.equal(await wayBack.count(), 0, 'what is not known yet is not led to')
    letGo()
    await wayBack.click()
    await anna.live()
    await anna.owns(seat, BOOKED)
    await anna.picture(pictures, 'pending-1440')
    await anna.page.getByRole('link', { name: 'Go to payment' }).click()
    await anna.page.getByRole('button', { name: /^Pay/ }).click()
    await bert.sees(seat, SOLD)
    await anna.page.locator('[data-qr]').waitFor()
    await anna.page.reload()
    await anna.page.getByText(/^SM-[0-9A-Z]{8}$/).waitFor()
    await anna.page.getByRole('button', { name: 'Cancel booking' }).click()
    await anna.page.getByRole('button', { name: 'Cancel it' }).click()
    await bert.sees(seat, AVAILABLE)
    await anna.visit(event)
    await anna.owns(seat, NONE)
  },

  'a cut connection comes back where it was': async ({ anna, bert, take }) => {
    const seat = take()
    const before = bert.sockets.length
    bert.cut(4001)
    await anna.choose(seat)
    await anna.owns(seat, HELD)
    await bert.sees(seat, LOCKED)
    assert.ok(bert.sockets.length > before)
    assert.match(bert.sockets.at(-1), /\?since=[a-z0-9]+\.\d+$/)
    await bert.live()
    await anna.choose(seat)
    await bert.sees(seat, AVAILABLE)
  },

  'the keyboard alone takes a seat and gives it back': async ({ anna, take }) => {
    const seat = take()
    await anna.find(seat)
    await anna.page.locator('[data-seat-map]').focus()
    await anna.page.keyboard.press('ArrowRight')
    await anna.page.keyboard.press('Enter')
    await anna.owns(seat, HELD)
    await anna.page.keyboard.press('Enter')
    await anna.owns(seat, NONE)
  },

  'a map that is dragged shows what one drawn anew would': async ({ browser, site }) => {
    const event = await makeEvent(site, { total_tickets: 10_000 })
    const otto = await Visitor.open(browser, site)
    await otto.visit(event)
    const same = { moved: true, otherwise: 0 }
    assert.deepEqual(await otto.map(draggedOtherwise), [same, same])
    await otto.context.close()
  },

  'a map that is zoomed shows what one drawn anew would': async ({ browser, site }) => {
    const event = await makeEvent(site, { total_tickets: 10_000 })
    const otto = await Visitor.open(browser, site)
    await otto.visit(event)
    const { seats, spared, ...wrong } = await otto.map(zoomedOtherwise)
    assert.deepEqual(wrong, { otherwise: 0, bare: 0 })
    assert.ok(seats > 10_000 && spared > 3, `${seats} seats compared, ${spared} steps spared`)
    await otto.context.close()
  },

  'a phone finds, takes and books': async ({ browser, site, event, bert, take }) => {
    const carl = await Visitor.open(browser, site, { viewport: PHONE })
    await carl.page.goto('/')
    await carl.page.locator(`a[href="/events/${event}"]`).waitFor()
    await carl.visit(event)
    const seat = take()
    await carl.choose(seat)
    await carl.owns(seat, HELD)
    await carl.page.getByRole('button', { name: /^1 seat/ }).click()
    await carl.page.getByRole('button', { name: /^Book 1/ }).click()
    await bert.sees(seat, RESERVED)
    await carl.page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await bert.sees(seat, AVAILABLE)
    await carl.leave()
  },

  'no page has complained': async ({ anna, bert }) => {
    assert.deepEqual([...anna.complaints, ...bert.complaints], [])
  },
}
