// What stories ask of the server without a browser: events to play in, and bookings others made.

/** Somebody who leaves a name when booking. */
export const ANNA = { name: 'Anna Lindqvist', email: 'anna@example.com', phone: '+49 30 1234567' }

const DAY_MS = 86_400_000

async function call(site, method, path, body, { session = 'end-to-end', token } = {}) {
  const caller = token ? { authorization: `Bearer ${token}` } : { 'x-session-id': session }
  const answer = await fetch(`${site}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...caller },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

/** All charts, without what is in them. */
export async function charts(site) {
  const { items } = await call(site, 'GET', '/charts?limit=100')
  return items
}

/** A chart with its layout. */
export const chartOf = (site, id) => call(site, 'GET', `/charts/${id}`)

/** Brings a chart in, and answers its number. */
export async function makeChart(site, document, caller = {}) {
  const { id } = await call(site, 'POST', '/charts', document, caller)
  return id
}

/** Makes an event of plain seats on sale; `change` overrides what it is made of. */
export async function makeEvent(site, change = {}, caller = {}) {
  const start = new Date(Date.now() + 30 * DAY_MS)
  const event = {
    name: 'An evening with two visitors',
    venue: 'The test house',
    start_time: start.toISOString(),
    end_time: new Date(start.getTime() + DAY_MS / 8).toISOString(),
    total_tickets: 240,
    price: '45.50',
    ...change,
  }
  const { id } = await call(site, 'POST', '/events', event, caller)
  return id
}

/** Changes an event, such as its prices. */
export const amend = (site, event, change) => call(site, 'PATCH', `/events/${event}`, change)

/** Books seats as a visitor named by `session`, and pays unless told not to. */
export async function buy(site, event, seats, { session, customer, paid = true } = {}) {
  const who = session ?? `visitor-${seats[0]}`
  const ask = (method, path, body) => call(site, method, path, body, { session: who })
  await ask('POST', `/events/${event}/holds`, { seats })
  const booking = await ask('POST', '/bookings', { event_id: event, seats, customer })
  if (!paid) return booking
  return ask('POST', `/bookings/${booking.id}/confirm`, { payment_reference: 'pay-77' })
}

/** Calls a booking off as the visitor who made it. */
export const callOff = (site, booking, session) =>
  call(site, 'POST', `/bookings/${booking}/cancel`, {}, { session })

/** Holds seats as a visitor named by `session`. */
export const hold = (site, event, seats, session = `holder-${seats[0]}`) =>
  call(site, 'POST', `/events/${event}/holds`, { seats }, { session })

/** Takes seats off sale. */
export const block = (site, event, seats, reason) =>
  call(site, 'POST', `/events/${event}/block`, { seats, reason })

/** Lets everybody of a booking in. */
export const checkIn = (site, booking) => call(site, 'POST', `/bookings/${booking}/check-in`, {})

const ARENA_SEATS_MIN = 10_000
const ARENA_WAIT_MS = 60_000

/** The demo's arena, where sections are what one sees from afar; the demo puts it on by and by. */
export async function arenaOf(site) {
  for (const until = Date.now() + ARENA_WAIT_MS; Date.now() < until; ) {
    const { items } = await (await fetch(`${site}/api/v1/events`)).json()
    const arena = items.find(({ total_tickets: seats }) => seats > ARENA_SEATS_MIN)
    if (arena) return arena.id
    await new Promise((done) => setTimeout(done, 250))
  }
  throw new Error('the demo has no arena')
}
