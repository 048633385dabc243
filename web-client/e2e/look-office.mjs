// How each page of organisers that is looked at is come to; beside `look-pages.mjs`.

import { Buffer } from 'node:buffer'
import { button } from './browser.mjs'

const file = (document) => ({
  name: 'chart.json',
  mimeType: 'application/json',
  buffer: Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)),
})

const UPLOAD = {
  format: 'seatmap.chart.v1',
  name: 'A chart from a file',
  categories: [
    { key: 'near', label: 'Parkett und erster Rang', color: '#0d62cc' },
    { key: 'far', label: 'Far', color: '#c2571a' },
  ],
  sections: [
    {
      label: 'Hall',
      category: 'near',
      rows: [
        { label: 'A', at: [0, 0], count: 12, spacing: 52 },
        { label: 'B', at: [0, 90], count: 12, spacing: 52, category: 'far' },
      ],
    },
  ],
}

const open = (path) => async ({ page }) => {
  await page.goto(path)
  await page.locator('main h1').waitFor()
}

const upload = (document) => async ({ page }) => {
  await page.goto('/organise/new')
  await page.getByLabel(/^Or bring in a file/).setInputFiles(file(document))
  await page.locator('[role=status] p').first().waitFor()
}

/** An organiser's bookings, and the door. */
function office({ event, bookings }) {
  const base = `/organise/events/${event}`
  const door = (code) => async ({ page }) => {
    await page.goto(`${base}/door`)
    if (!code) return
    await page.getByLabel('Ticket code').fill(code)
    await page.keyboard.press('Enter')
    await page.locator('[data-door]').waitFor()
  }
  const search = (words) => async ({ page }) => {
    await page.goto(`${base}/bookings`)
    await page.getByRole('searchbox').fill(words)
    await page.keyboard.press('Enter')
    await page.waitForTimeout(500)
  }
  const [unpaid] = bookings.filter(({ status }) => status === 'pending')
  const [long] = bookings.filter(({ customer }) => customer?.name?.length > 30)
  return {
    bookings: open(`${base}/bookings`),
    'bookings-found': search('bartholomaeus.von.hohenstein@example.com'),
    'bookings-none': search('nobody@example.com'),
    booking: open(`${base}/bookings/${long?.booking_ref}`),
    'booking-unpaid': open(`${base}/bookings/${unpaid?.booking_ref}`),
    'booking-none': open(`${base}/bookings/SM-00000000`),
    door: door(null),
    'door-in': door(bookings[4].booking_ref),
    'door-already': door(bookings[0].booking_ref),
    'door-cancelled': door(bookings[2].booking_ref),
    'door-unpaid': door(unpaid?.booking_ref),
    'door-wrong': door('https://example.com/not-a-ticket'),
  }
}

/** An organiser's events, and how they sell. */
function organising({ event, empty }) {
  const base = `/organise/events/${event}`
  return {
    organise: open('/organise'),
    new: open('/organise/new'),
    'new-upload': upload(UPLOAD),
    'new-unreadable': upload('{"format": nothing'),
    'new-wrong': upload({ ...UPLOAD, sections: [{ label: 'Hall', rows: [{ label: 'A' }] }] }),
    'new-faults': async ({ page }) => {
      await page.goto('/organise/new')
      await button(page, 'Create event').click()
      await page.getByText('More settings').click()
    },
    desk: async (visitor) => {
      await visitor.page.goto(base)
      await visitor.live()
    },
    'desk-chosen': async (visitor) => {
      const { page } = visitor
      await page.goto(base)
      await visitor.live()
      for (const seat of [100, 101]) await visitor.choose(seat)
      await button(page, 'Lasso').click()
    },
    'desk-empty': async (visitor) => {
      await visitor.page.goto(`/organise/events/${empty}`)
      await visitor.live()
    },
    edit: open(`${base}/edit`),
    sales: async ({ page }) => {
      await page.goto(`${base}/sales`)
      await page.locator('[data-plot=drawn] canvas').waitFor()
    },
    'sales-table': async ({ page }) => {
      await page.goto(`${base}/sales`)
      await page.getByText('As a table').click()
    },
    'sales-empty': open(`/organise/events/${empty}/sales`),
    replay: async ({ page }) => {
      await page.goto(`${base}/replay`)
      await page.getByRole('slider', { name: 'Time' }).press('End')
    },
    'replay-empty': open(`/organise/events/${empty}/replay`),
    'sign-in': open('/organise/sign-in'),
  }
}

export const organisers = (stage) => ({ ...organising(stage), ...office(stage) })
