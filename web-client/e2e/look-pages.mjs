// How each page that is looked at is come to, by a visitor who was nowhere before. The names are
// those of the pictures.

import { button } from './browser.mjs'
import { organisers } from './look-office.mjs'
import { hold } from './rest.mjs'
import { HELD } from './states.mjs'

/** The demo's arena and club. */
const [ARENA, CLUB] = [2, 3]

const byName = (page, name) => page.getByRole('button', { name })

async function openSheet(visitor, name) {
  if (visitor.phone) await byName(visitor.page, name).click()
}

async function chooseFirst(visitor, event, count = 2) {
  await visitor.visit(event)
  const free = await visitor.map(({ store }) =>
    [...store.statuses.keys()].filter((seat) => seat >= 60 && store.statuses[seat] === 0),
  )
  for (const seat of free.slice(0, count)) {
    await visitor.choose(seat)
    await visitor.owns(seat, HELD)
  }
}

async function toPayment(visitor, event) {
  await chooseFirst(visitor, event)
  await openSheet(visitor, /^2 seats/)
  await byName(visitor.page, /^Book 2/).click()
  await byName(visitor.page, /^Pay/).waitFor()
}

async function toTicket(visitor, event) {
  await toPayment(visitor, event)
  await byName(visitor.page, /^Pay/).click()
  await visitor.page.locator('[data-qr]').waitFor()
}

async function best(visitor, event, count) {
  const { page } = visitor
  await visitor.visit(event)
  await openSheet(visitor, /^Choose your seats/)
  await byName(page, 'Find the best seats').click()
  const more = button(page, 'More')
  for (let at = 2; at < count; at += 1) await more.click()
}

const visit = (one) => (visitor) => visitor.visit(one)

async function list(visitor, one) {
  await visitor.visit(one)
  await button(visitor.page, 'List').click()
}

/** What is seen before anything is chosen. */
function houses({ event, later, over, gone }) {
  return {
    events: async ({ page }) => {
      await page.goto('/')
      await page.locator(`a[href="/events/${event}"]`).waitFor()
    },
    'events-own': async (visitor) => {
      await toTicket(visitor, event)
      await toPayment(visitor, CLUB)
      await visitor.page.goto('/')
      await visitor.page.getByText('The Winter’s Tale').first().waitFor()
    },
    map: visit(event),
    'map-arena': visit(ARENA),
    'map-club': visit(CLUB),
    'map-later': visit(later),
    'map-over': visit(over),
    'map-gone': visit(gone),
    'map-zoomed': async (visitor) => {
      await visitor.visit(ARENA)
      await visitor.find(4_000)
    },
    'map-tip': async (visitor) => {
      await visitor.visit(event)
      const { x, y } = await visitor.find(100)
      await visitor.page.mouse.move(x, y)
    },
    settings: async (visitor) => {
      await visitor.visit(event)
      await button(visitor.page, 'Display and language').click()
    },
    filter: async (visitor) => {
      await visitor.visit(event)
      const legend = visitor.page.locator('ul[aria-label="Price categories"] button')
      await legend.first().click()
    },
    list: (visitor) => list(visitor, event),
    'list-arena': (visitor) => list(visitor, ARENA),
    'list-club': (visitor) => list(visitor, CLUB),
  }
}

/** Seats on their way into the basket. */
function choosing({ event }) {
  return {
    sheet: async (visitor) => {
      await visitor.visit(event)
      await openSheet(visitor, /^Choose your seats/)
    },
    basket: async (visitor) => {
      await chooseFirst(visitor, event, 4)
      await openSheet(visitor, /^4 seats/)
    },
    'basket-closed': (visitor) => chooseFirst(visitor, event),
    'best-form': (visitor) => best(visitor, ARENA, 3),
    'best-found': async (visitor) => {
      await best(visitor, ARENA, 3)
      await byName(visitor.page, /^Find 3/).click()
      await visitor.page.getByText(/^In your basket/).first().waitFor()
    },
    'best-short': async (visitor) => {
      await best(visitor, event, 10)
      await visitor.page.getByRole('combobox', { name: 'Where' }).selectOption('Stalls Centre')
      await byName(visitor.page, /^Find 10/).click()
      await visitor.page.getByText(/of them together/).waitFor()
    },
    area: async (visitor) => {
      await list(visitor, CLUB)
      await byName(visitor.page, 'Choose places').first().click()
    },
  }
}

/** What doesn't go as it should. */
function trouble({ site, event, empty }) {
  return {
    taken: async (visitor) => {
      await visitor.visit(empty)
      const seat = await visitor.map(({ store }) => store.statuses.indexOf(0))
      await visitor.find(seat)
      visitor.deaf = true
      const name = await visitor.map(({ store }, at) => store.chart.seatNo(at), seat)
      await hold(site, empty, [name])
      await visitor.choose(seat)
      await visitor.page.getByText(/has just been taken/).first().waitFor()
    },
    'time-up': async (visitor) => {
      const { page } = visitor
      const soon = (route) => route.fetch().then(async (answer) => {
        const hold = { ...(await answer.json()), expires_at: new Date(Date.now() + 3000) }
        await route.fulfill({ response: answer, json: hold })
      })
      await page.route(/\/lock$/, soon)
      await visitor.visit(empty)
      await visitor.choose(200)
      await byName(page, 'More time').waitFor()
    },
    offline: async (visitor) => {
      await visitor.visit(event)
      await visitor.context.setOffline(true)
      await visitor.page.locator('[data-live=reconnecting]').waitFor()
    },
    closed: async (visitor) => {
      await visitor.visit(event)
      visitor.cut(4503)
      await visitor.page.locator('[data-live=closed]').waitFor()
    },
    'no-event': ({ page }) => page.goto('/events/999999999'),
    'no-booking': ({ page }) => page.goto('/bookings/999999999'),
    'no-page': ({ page }) => page.goto('/nowhere'),
    failed: async ({ page }) => {
      await page.route(/\/api\//, (route) => route.abort())
      await page.goto('/')
      await button(page, 'Try again').waitFor()
    },
  }
}

/** What was chosen, and the element on other pages. */
function bookingsOf({ event }) {
  return {
    payment: (visitor) => toPayment(visitor, event),
    ticket: (visitor) => toTicket(visitor, event),
    'ticket-cancel': async (visitor) => {
      await toTicket(visitor, event)
      await button(visitor.page, 'Cancel booking').click()
    },
    cancelled: async (visitor) => {
      await toPayment(visitor, event)
      await button(visitor.page, 'Cancel').click()
      await visitor.page.getByText('Cancelled', { exact: true }).waitFor()
    },
    plain: ({ page }) => page.goto(`/examples/plain.html?event=${event}`),
    react: ({ page }) => page.goto(`/examples/react.html?event=${event}`),
  }
}

export const pagesOf = (stage) => ({
  ...houses(stage),
  ...choosing(stage),
  ...trouble(stage),
  ...bookingsOf(stage),
  ...organisers(stage),
})
