// REST: sessions made once, changes repeated with the same key, refusals typed, time told.

import { describe, expect, test } from 'vitest'
import {
  addMoney,
  compareMoney,
  formatMoney,
  formatMoneyRange,
  Problem,
  RestClient,
  timesMoney,
  Unreachable,
} from '../sdk/index'
import { ServerClock } from '../sdk/server-clock'
import { SessionKeeper } from '../sdk/session'

interface Asked {
  method: string
  url: string
  headers: Record<string, string>
  body: string | null
}

type Answer =
  | { status: number; body?: unknown; headers?: Record<string, string> }
  | 'no answer'
  | 'silence'

const SESSION = {
  status: 201,
  body: { token: 't1', user_id: 9, expires_at: '2999-01-01T00:00:00.000000Z' },
}
const LOCK = { status: 200, body: { hold_id: 'h', version: 3 } }

/** A token of somebody else's that ends at this second. */
const tokenUntil = (exp: number) => `head.${btoa(JSON.stringify({ exp }))}.signature`

/** So long a client waits for an answer here. */
const SILENCE_MS = 20

const LATER_S = Date.parse('2999-01-01') / 1000

/** A client whose server gives these answers in turn. */
function client(...answers: Answer[]) {
  return clientWith(null, answers)
}

/** The same for visitors who have a name: these are their tokens, one after another. */
function clientWith(tokens: string[] | null, answers: Answer[]) {
  const named = tokens && (() => Promise.resolve(tokens.shift() ?? 'none left'))
  const asked: Asked[] = []
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
  const rest = new RestClient({
    ...(named ? { token: named } : { sessions: new SessionKeeper(storage) }),
    wait: () => Promise.resolve(),
    answerMs: SILENCE_MS,
    fetch: (url, init) => {
      const headers = init?.headers as Record<string, string>
      const body = init?.body as string | null
      asked.push({ method: init?.method ?? '', url: url as string, headers, body })
      const answer = answers.shift()
      if (answer === 'silence') {
        return new Promise((_, failed) => {
          init?.signal?.addEventListener('abort', () => failed(new DOMException('', 'AbortError')))
        })
      }
      if (!answer || answer === 'no answer') return Promise.reject(new TypeError('network'))
      const type = answer.status < 400 ? 'application/json' : 'application/problem+json'
      return Promise.resolve(
        new Response(JSON.stringify(answer.body ?? {}), {
          status: answer.status,
          headers: { 'content-type': type, ...answer.headers },
        }),
      )
    },
  })
  return { rest, asked, kept }
}

describe('rest', () => {
  test('the first change makes a guest session, the next one uses it', async () => {
    const { rest, asked } = client(SESSION, LOCK, LOCK)
    await rest.lock(1, 'Left 1/2')
    await rest.lock(1, 'A')
    expect(asked.map(({ url }) => url)).toEqual([
      '/api/v1/sessions',
      '/api/v1/events/1/seats/Left%201%2F2/lock',
      '/api/v1/events/1/seats/A/lock',
    ])
    expect(asked[1].headers.authorization).toBe('Bearer t1')
    expect(asked[2].headers.authorization).toBe('Bearer t1')
  })

  test('two changes at once share one session', async () => {
    const { rest, asked } = client(SESSION, LOCK, LOCK)
    await Promise.all([rest.lock(1, 'A'), rest.lock(1, 'B')])
    expect(asked.filter(({ url }) => url.endsWith('/sessions'))).toHaveLength(1)
  })

  test('who has no session has no holds, and asks for none', async () => {
    const { rest, asked } = client()
    expect(await rest.holds(1)).toEqual([])
    expect(asked).toEqual([])
  })

  test('repeats with the same key when the answer is lost or the server busy', async () => {
    const busy: Answer = { status: 503, headers: { 'retry-after': '1' } }
    const { rest, asked } = client(SESSION, 'no answer', busy, LOCK)
    await rest.lock(1, 'A')
    const keys = asked.slice(1).map(({ headers }) => headers['idempotency-key'])
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  })

  test('does not wait for ever, and asks again with the same key', async () => {
    const { rest, asked } = client(SESSION, 'silence', LOCK)
    expect(await rest.lock(1, 'A')).toMatchObject({ hold_id: 'h' })
    const keys = asked.slice(1).map(({ headers }) => headers['idempotency-key'])
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
  })

  test('gives up a server that stays silent after one more try', async () => {
    const { rest, asked } = client(SESSION, 'silence', 'silence', LOCK)
    await expect(rest.lock(1, 'A')).rejects.toBeInstanceOf(Unreachable)
    expect(asked).toHaveLength(3)
  })

  test('books in the name of a customer, and without one', async () => {
    const { rest, asked } = client(SESSION, LOCK, LOCK)
    const customer = { name: 'Anna', email: 'anna@example.com' }
    await rest.book(1, ['A'], customer)
    await rest.book(1, ['B'])
    const sent = asked.slice(1).map(({ body }) => JSON.parse(body ?? '') as unknown)
    expect(sent).toEqual([
      { event_id: 1, seats: ['A'], customer },
      { event_id: 1, seats: ['B'] },
    ])
  })

  test('two changes have two keys', async () => {
    const { rest, asked } = client(SESSION, LOCK, LOCK)
    await rest.lock(1, 'A')
    await rest.lock(1, 'A')
    expect(asked[1].headers['idempotency-key']).not.toBe(asked[2].headers['idempotency-key'])
  })

  test('a refusal is a Problem and is not repeated', async () => {
    const taken = {
      status: 409,
      body: { code: 'seats_unavailable', conflicts: [{ seat_no: 'A', status: 'sold' }] },
    }
    const { rest, asked } = client(SESSION, taken)
    const problem = await rest.lock(1, 'A').catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(Problem)
    expect(problem).toMatchObject({ status: 409, code: 'seats_unavailable' })
    expect((problem as Problem).conflicts).toEqual([{ seat_no: 'A', status: 'sold' }])
    expect(asked).toHaveLength(2)
  })

  test('gives up in the end', async () => {
    const { rest, asked } = client()
    await expect(rest.events()).rejects.toBeInstanceOf(Unreachable)
    expect(asked).toHaveLength(4)
  })

  test('a forgotten guest becomes a new one, once', async () => {
    const unknown = { status: 401, body: { code: 'caller_unknown' } }
    const { rest, asked } = client(SESSION, LOCK, unknown, SESSION, unknown)
    await rest.lock(1, 'A')
    await expect(rest.lock(1, 'B')).rejects.toMatchObject({ status: 401 })
    expect(asked.filter(({ url }) => url.endsWith('/sessions'))).toHaveLength(2)
  })

  test('a name is asked for once, for what needs one, and kept while it is good', async () => {
    const token = tokenUntil(LATER_S)
    const list = { status: 200, body: { items: [], total: 0 } }
    const { rest, asked } = clientWith([token], [list, list, LOCK, LOCK])
    await rest.events()
    await rest.holds(1)
    await Promise.all([rest.lock(1, 'A'), rest.lock(1, 'B')])
    const named = asked.map(({ headers }) => headers.authorization)
    expect(named).toEqual([undefined, ...Array.from({ length: 3 }, () => `Bearer ${token}`)])
  })

  test('an organiser who buys asks for their own, not for everybody’s', async () => {
    const list = { status: 200, body: { items: [], total: 0 } }
    const { rest, asked } = clientWith([tokenUntil(LATER_S)], [list, list])
    await rest.holds(1)
    await rest.bookings(1)
    const urls = asked.map(({ url }) => new URL(url, 'http://tickets.example').searchParams)
    expect(urls.map((query) => query.get('all'))).toEqual(['false', 'false'])
  })

  test('a name is asked for again when it has run out or is turned down', async () => {
    const [old, refused, good] = [tokenUntil(1), tokenUntil(LATER_S), 'not one that says its end']
    const unknown = { status: 401, body: { code: 'caller_unknown' } }
    const { rest, asked } = clientWith([old, refused, good], [LOCK, unknown, LOCK, LOCK])
    for (const seat of ['A', 'B', 'C']) await rest.lock(1, seat)
    const named = asked.map(({ headers }) => headers.authorization)
    expect(named).toEqual([old, refused, good, good].map((token) => `Bearer ${token}`))
  })

  test('reads one price and many', async () => {
    const items = [
      { id: 1, price: '45.50' },
      { id: 2, prices: { a: '100.00', b: '9.00' } },
      { id: 3, prices: [{ category: 'a', price: '30.00' }] },
    ]
    const { rest } = client({ status: 200, body: { items, total: 3 } })
    const { items: events } = await rest.events()
    expect(events.map(({ prices }) => prices)).toEqual([['45.50'], ['9.00', '100.00'], ['30.00']])
  })

  test('reads all events, page by page; of too many the first and the last', async () => {
    const page = (total: number) => ({ status: 200, body: { items: [{ id: 1 }], total } })
    const offsets = async (total: number) => {
      const { rest, asked } = client(...Array.from({ length: 9 }, () => page(total)))
      const list = await rest.events()
      expect([list.items.length, list.total]).toEqual([asked.length, total])
      return asked.map(({ url }) => Number(/offset=(\d+)/.exec(url)?.[1]))
    }
    expect(await offsets(1_000)).toEqual([0])
    expect(await offsets(2_001)).toEqual([0, 1_000, 2_000])
    expect(await offsets(9_500)).toEqual([0, 5_500, 6_500, 7_500, 8_500])
  })
})

describe('money', () => {
  test('adds without binary fractions', () => {
    expect(addMoney(['0.10', '0.10', '0.10'])).toBe('0.30')
    expect(addMoney(['119.00', '7.5'])).toBe('126.50')
    expect(timesMoney('0.10', 3)).toBe('0.30')
    expect(timesMoney('45.50', 0)).toBe('0.00')
    expect(timesMoney('700', 75_000)).toBe('52500000')
    expect(addMoney([])).toBe('0')
    expect(addMoney(['9007199254740993', '1'])).toBe('9007199254740994')
  })

  test('compares by value', () => {
    expect(['10.00', '9.5', '9.50'].sort(compareMoney)).toEqual(['9.5', '9.50', '10.00'])
  })

  test('shows whole amounts without zeros', () => {
    expect(formatMoney('45.00', 'EUR', 'en')).toBe('€45')
    expect(formatMoney('45.50', 'EUR', 'en')).toBe('€45.50')
    expect(formatMoney('45.50', 'nonsense', 'en')).toBe('45.50 nonsense')
    const range = (locale: string, low = '89.00', high = '115.00', currency = 'EUR') =>
      formatMoneyRange(low, high, currency, locale)
    expect(['en', 'de', 'es', 'fr', 'ja'].map((locale) => range(locale))).toEqual([
      '€89–115',
      '89–115\u00a0€',
      '89-115\u00a0€',
      '89–115\u00a0€',
      '€89～115',
    ])
    expect(range('en', '1045.50', '2045.00')).toBe('€1,045.50–2,045.00')
    expect(range('en', '89.00', '89.0')).toBe('€89')
    expect(range('en', '89.00', '115.00', 'nonsense')).toBe('89.00–115.00 nonsense')
  })
})

describe('server clock', () => {
  test('narrows the offset with every answer', () => {
    // The local clock is 10 s behind; Date names the second 1000 (in ms: 1,000,000).
    const clock = new ServerClock(() => 0)
    clock.observe(new Date(1_000_000).toUTCString(), 990_000, 990_040)
    clock.observe(new Date(1_000_000).toUTCString(), 990_900, 990_940)
    expect(clock.now()).toBeGreaterThanOrEqual(9_960)
    expect(clock.now()).toBeLessThanOrEqual(10_100)
  })

  test('begins again when a clock was set', () => {
    const clock = new ServerClock(() => 0)
    clock.observe(new Date(1_000_000).toUTCString(), 0, 10)
    clock.observe(new Date(5_000_000).toUTCString(), 0, 10)
    expect(Math.round(clock.now() / 1000)).toBe(5_000)
  })

  test('without an answer it is the local time', () => {
    const clock = new ServerClock(() => 77)
    clock.observe(null, 0, 0)
    clock.observe('yesterday', 0, 0)
    expect(clock.now()).toBe(77)
  })
})
