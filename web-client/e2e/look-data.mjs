// What the pictures of all pages show: an event that sells, with bookings of every kind, visitors
// who are in, and seats that are off sale.

import { block, buy, callOff, checkIn, chartOf, charts, hold, makeEvent } from './rest.mjs'

const PEOPLE = [
  ['Anna Lindqvist', 'anna@example.com'],
  ['Bartholomäus Freiherr von Hohenstein-Waldburg', 'bartholomaeus.von.hohenstein@example.com'],
  ['Chiara Bellini', 'chiara.bellini@example.com'],
  ['Dai Nakamura', 'dai@example.com'],
  ['Ewa Wiśniewska', 'ewa@example.com'],
  ['Femi Adeyemi', 'femi.adeyemi@example.com'],
]

/** Buyers take so many seats each, and leave out as many after each other one. */
const SEATS_EACH = 4
const BUYERS = 14

const DAY_MS = 86_400_000
const inDays = (days) => new Date(Date.now() + days * DAY_MS).toISOString()

/** An event in one of the built-in venues, with prices for all of its categories. */
async function eventIn(site, key, change) {
  const listed = (await charts(site)).find((chart) => chart.key === key)
  const { layout } = await chartOf(site, listed.id)
  const prices = Object.fromEntries(
    layout.categories.map(({ key: category }, at) => [category, `${120 - at * 17}.50`]),
  )
  const plain = { total_tickets: undefined, price: undefined }
  const event = { venue: listed.name, chart_id: listed.id, prices, ...plain, ...change }
  return makeEvent(site, event)
}

/** Bookings of every kind, in order: unpaid, called off, and else paid. */
async function sell(site, event) {
  const answer = await fetch(`${site}/api/v1/events/${event}/tickets`)
  const { items } = await answer.json()
  const seats = items.map(({ seat_no: seatNo }) => seatNo)
  const bookings = []
  for (let at = 0; at < BUYERS; at += 1) {
    const first = at * SEATS_EACH * (at % 3 === 0 ? 1 : 2)
    const some = seats.slice(first, first + SEATS_EACH - (at % 3))
    const [name, email] = PEOPLE[at % PEOPLE.length]
    const session = `look-${event}-${at}`
    const customer = at % 5 === 4 ? undefined : { name, email }
    if (bookings.some(({ seat_nos: taken }) => taken.some((seat) => some.includes(seat)))) continue
    const booking = await buy(site, event, some, { session, customer, paid: at % 6 !== 5 })
    bookings.push({ ...booking, session })
  }
  await callOff(site, bookings[2].id, bookings[2].session)
  await hold(site, event, seats.slice(-9, -6))
  await block(site, event, seats.slice(-5), 'camera')
  for (const { id } of [bookings[0], bookings[1]]) await checkIn(site, id)
  return bookings
}

export async function furnish(site) {
  const event = await eventIn(site, 'theatre-251', {
    name: 'The Winter’s Tale',
    description: 'A thrust stage, nobody further than four rows from it.',
  })
  const bookings = await sell(site, event)
  const later = await eventIn(site, 'concert-hall-2440', {
    name: 'Freundschaftskonzert der Rundfunkchorgemeinschaft Niederösterreich',
    sales_start: inDays(3),
  })
  const over = await makeEvent(site, { name: 'Last season’s farewell', sales_end: inDays(-1) })
  const gone = await makeEvent(site, { name: 'Two on a bench', total_tickets: 2 })
  await buy(site, gone, ['S001', 'S002'], { session: 'look-gone' })
  return { event, bookings, later, over, gone, empty: await makeEvent(site) }
}
