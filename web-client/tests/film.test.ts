// The film: the map at any time, played forwards frame by frame, and never a change too many.

import { describe, expect, test, vi } from 'vitest'
import { SeatStore } from '../sdk/index'
import { Film, type FilmCalls } from '../src/organise/film'
import type { Stretch } from '../src/organise/sales-client'
import { smallChart } from './fakes'

const START_MS = Date.parse('2026-01-01T18:00:00Z')
const at = (seconds: number) => new Date(START_MS + seconds * 1000).toISOString()

/** Seat 0 is held and sold, seat 1 held and given back, then seat 2 is held. */
const FRAMES = [
  { version: 1, at: at(1), changes: [[0, 'L'], [1, 'L']] as [number, string][] },
  { version: 2, at: at(3), changes: [[0, 'S']] as [number, string][] },
  { version: 3, at: at(5), changes: [[1, 'A']] as [number, string][] },
  { version: 4, at: at(9), changes: [[2, 'L']] as [number, string][] },
]

function mapAt(version: number): string {
  const letters = [...'AAAAAA']
  for (const frame of FRAMES.filter((one) => one.version <= version)) {
    for (const [seat, letter] of frame.changes) letters[seat] = letter
  }
  return letters.join('')
}

const bucket = (second: number, version: number, locked: number) => ({
  start: at(second),
  version,
  locked,
  released: 0,
  reserved: 0,
  sold: 0,
  cancelled: 0,
  sold_amount: '0.00',
  cancelled_amount: '0.00',
})

const BUCKETS = [[0, 1, 2], [2, 2, 1], [4, 3, 1], [6, 3, 0], [8, 4, 1]].map(
  ([second, version, locked]) => bucket(second, version, locked),
)

const timelineOf = (
  version: number,
  width: number,
  buckets: ReturnType<typeof bucket>[],
) => ({
  epoch: 'a',
  version,
  chart_version: 0,
  currency: 'EUR',
  from: at(0),
  to: at(20),
  bucket_seconds: width,
  buckets,
})

function film(pageSize = 2, buckets = BUCKETS) {
  const store = new SeatStore(smallChart())
  const calls = {
    timeline: vi.fn<FilmCalls['timeline']>(() =>
      Promise.resolve(timelineOf(4, 2, [...buckets, bucket(10, 4, 0)])),
    ),
    history: vi.fn((since: number) => {
      const frames = FRAMES.filter(({ version }) => version > since).slice(0, pageSize)
      const version = frames.at(-1)?.version ?? since
      const head = { epoch: 'a', seats: 6, from: since, version, current: 4 }
      return Promise.resolve({ ...head, frames })
    }),
    past: vi.fn((version: number) =>
      Promise.resolve({
        epoch: 'a',
        seats: 6,
        version,
        at: FRAMES.find((one) => one.version === version)?.at ?? null,
        statuses: mapAt(version),
      }),
    ),
  }
  const made = new Film(store, calls)
  const shows = () => [...store.statuses].map((status) => 'ALRSB'[status]).join('')
  const settled = () => vi.waitFor(() => expect(made.view.get().waiting).toBe(false))
  return { film: made, calls, shows, settled }
}

describe('the film', () => {
  test('begins with nothing taken, and ends with the last thing that happened', async () => {
    const { film: made, shows } = film()
    await made.load()
    expect(made.view.get()).toMatchObject({ phase: 'ready', from: START_MS, at: START_MS })
    expect(made.view.get().to).toBe(START_MS + 10_000)
    expect(shows()).toBe('AAAAAA')
  })

  test('shows any time as it was, to the frame', async () => {
    const { film: made, shows, settled } = film()
    await made.load()
    for (const [second, version] of [[1, 1], [2.9, 1], [3, 2], [5.5, 3], [10, 4], [0.5, 0]]) {
      made.seek(START_MS + second * 1000)
      await settled()
      expect(shows(), `${second} s`).toBe(mapAt(version))
      expect(made.view.get().version).toBe(version)
    }
  })

  test('of many times asked for at once only the last is waited for', async () => {
    const { film: made, calls, shows, settled } = film()
    await made.load()
    calls.past.mockClear()
    for (const second of [9.9, 8, 7, 6, 5, 4, 3]) made.seek(START_MS + second * 1000)
    await settled()
    expect(calls.past.mock.calls.length).toBe(2)
    expect(shows()).toBe(mapAt(2))
  })

  test('plays to the end through pages of frames, and stops there', async () => {
    const { film: made, shows } = film(1)
    await made.load()
    made.setSpeed(1)
    made.play()
    const seen = new Set<string>()
    await vi.waitFor(() => {
      made.tick(400)
      seen.add(shows())
      expect(made.view.get().playing).toBe(false)
    }, { interval: 1 })
    expect([...seen]).toEqual([0, 1, 2, 3, 4].map(mapAt))
    expect(made.view.get().at).toBe(made.view.get().to)
    made.play()
    await vi.waitFor(() => expect(shows()).toBe(mapAt(0)))
  })

  test('skips what is quiet', async () => {
    const { film: made } = film(9)
    await made.load()
    made.setSpeed(1)
    made.seek(START_MS + 5_500)
    await vi.waitFor(() => expect(made.view.get().version).toBe(3))
    made.play()
    made.tick(16)
    // The next change is at 9 s; no more than 1.2 s of waiting for it is left.
    expect(made.view.get().at).toBe(START_MS + 7_800)
  })

  test('without any change there is no film', async () => {
    const { film: made } = film(2, [])
    await made.load()
    expect(made.view.get().phase).toBe('empty')
  })

  test('of an event that came to another chart begins with that chart', async () => {
    const { film: made, calls, shows, settled } = film()
    const gone = calls.past.getMockImplementation()
    calls.past.mockImplementation((version) =>
      version < 2 || !gone ? Promise.reject(new Error('another chart')) : gone(version))
    const whole = { ...timelineOf(4, 2, [...BUCKETS, bucket(10, 4, 0)]), chart_version: 2 }
    const since = { ...whole, buckets: [bucket(2, 2, 1), ...whole.buckets.slice(2)] }
    calls.timeline.mockImplementation(({ from }) =>
      Promise.resolve(from ? since : whole))
    await made.load()
    expect(calls.timeline).toHaveBeenLastCalledWith({ from: new Date(at(3)), buckets: 400 })
    expect(made.view.get()).toMatchObject({ phase: 'ready', from: START_MS + 2_000, version: 2 })
    expect(shows()).toBe(mapAt(2))
    made.seek(START_MS)
    await settled()
    expect(made.view.get()).toMatchObject({ phase: 'ready', version: 2 })
    made.step(-1)
    await settled()
    expect(made.view.get().version).toBe(2)
    made.step(1)
    await settled()
    expect([made.view.get().version, shows()]).toEqual([3, mapAt(3)])
  })

  test('a server that does not answer is said, and asked again', async () => {
    const { film: made, calls } = film()
    calls.past.mockRejectedValueOnce(new Error('gone'))
    await made.load()
    expect(made.view.get().phase).toBe('failed')
    await made.load()
    expect(made.view.get().phase).toBe('ready')
  })

  test('steps through every version, forwards and back, and no further', async () => {
    const { film: made, shows, settled } = film()
    await made.load()
    made.play()
    const maps: string[] = []
    while (maps.length < FRAMES.length) {
      made.step(1)
      await settled()
      const { version, at: time } = made.view.get()
      maps.push(`${version} ${(time - START_MS) / 1000} ${shows()}`)
    }
    expect(maps).toEqual(['1 1 LLAAAA', '2 3 SLAAAA', '3 5 SAAAAA', '4 9 SALAAA'])
    expect(made.view.get().playing).toBe(false)
    made.step(1)
    await settled()
    expect(made.view.get().version).toBe(4)
    made.step(-1)
    await settled()
    expect(shows()).toBe('SAAAAA')
  })

  test('steps asked for at once add up, and it plays on from there', async () => {
    const { film: made, shows, settled, calls } = film()
    await made.load()
    made.step(1)
    made.step(1)
    made.step(1)
    await settled()
    expect(made.view.get()).toMatchObject({ version: 3, at: START_MS + 5_000 })
    expect(calls.past.mock.calls.map(([version]) => version)).toEqual([0, 1, 3])
    made.play()
    made.tick(1_000_000)
    expect(shows()).toBe('SALAAA')
    expect(made.view.get().version).toBe(4)
  })
})

/** Two weeks of sale: so many changes every second of its first minute, and one at its end. */
const RUSH_SECONDS = 60
const LAST_SECOND = 14 * 86_400

/** Widths as the server has them, in seconds. */
const WIDTHS = [1, 5, 15, 30, 60, 300, 900, 1_800, 3_600]

function rush(aSecond: number) {
  const many = RUSH_SECONDS * aSecond
  const last = many + 1
  /** Change `version` is of seat 0, to and fro; the last one of seat 5. */
  const secondOf = (version: number) => (version > many ? LAST_SECOND : (version - 1) / aSecond)
  /** Times are told to the millisecond. */
  const versionBy = (second: number) =>
    second >= LAST_SECOND
      ? last
      : Math.min(many, Math.ceil(((Math.floor(second * 1000 + 1e-6) + 1) * aSecond) / 1000))
  /** Of what came before a time, as a bucket's end counts it. */
  const versionBefore = (second: number) => versionBy(second - 1e-4)
  const statusesAt = (version: number) =>
    `${version % 2 === 1 ? 'L' : 'A'}AAAA${version > many ? 'L' : 'A'}`
  const changeOf = (version: number): [number, string] =>
    version > many ? [5, 'L'] : [0, version % 2 === 1 ? 'L' : 'A']
  const frameOf = (version: number) => ({
    version,
    at: at(secondOf(version)),
    changes: [changeOf(version)],
  })
  const calls = {
    timeline: vi.fn(({ from, to, buckets: most }: Stretch) => {
      const [begin, end] = [from, to].map((time) => time && (time.getTime() - START_MS) / 1000)
      const [first, until] = [begin ?? 0, Math.min(end ?? Infinity, LAST_SECOND + 3_600)]
      const width = WIDTHS.find((one) => (until - first) / one + 1 <= most) ?? 3_600
      const start = Math.floor(first / width) * width
      const count = Math.floor((until - start) / width) + 1
      const buckets = Array.from({ length: count }, (_, which) => {
        const [opens, closes] = [start + which * width, start + (which + 1) * width]
        const version = versionBefore(Math.min(closes, until + 1e-3))
        return bucket(opens, version, version - (opens > 0 ? versionBefore(opens) : 0))
      })
      return Promise.resolve(timelineOf(last, width, buckets))
    }),
    history: vi.fn((since: number, limit: number) => {
      const length = Math.min(limit, last - since)
      const frames = Array.from({ length }, (_, which) => frameOf(since + which + 1))
      const head = { epoch: 'a', seats: 6, from: since, version: since + length, current: last }
      return Promise.resolve({ ...head, frames })
    }),
    past: vi.fn((version: number) => {
      const made = { version, at: version > 0 ? at(secondOf(version)) : null }
      return Promise.resolve({ epoch: 'a', seats: 6, ...made, statuses: statusesAt(version) })
    }),
  }
  const store = new SeatStore(smallChart())
  const made = new Film(store, calls)
  const shows = () => [...store.statuses].map((status) => 'ALRSB'[status]).join('')
  const settled = () => vi.waitFor(() => expect(made.view.get().waiting).toBe(false))
  return { film: made, calls, shows, settled, versionBy, statusesAt, last }
}

describe('a rush within one bucket of the film', () => {
  test.each([200, 7_000])('is shown as it was at any time of it, at %i a second', async (many) => {
    const { film: made, calls, shows, settled, versionBy, statusesAt } = rush(many)
    await made.load()
    for (const second of [0.01, 20.5, 41.9, 59.999, 61, 5_000]) {
      calls.history.mockClear()
      made.seek(START_MS + second * 1000)
      await settled()
      const version = versionBy(second)
      expect(made.view.get().version, `${second} s`).toBe(version)
      expect(shows(), `${second} s`).toBe(statusesAt(version))
      // Asked for from close by, not from the bucket's begin.
      expect(calls.history.mock.calls.length).toBeLessThanOrEqual(1 + Math.ceil(many / 2_000))
    }
  })

  test('a page that can’t be had ends the jump, and is said', async () => {
    const { film: made, calls } = rush(7_000)
    await made.load()
    calls.history.mockRejectedValueOnce(new Error('gone'))
    made.seek(START_MS + 20_500)
    await vi.waitFor(() => expect(made.view.get().phase).toBe('failed'))
  })

  test('is played without an old map at a later time, however fast', async () => {
    const { film: made, settled, versionBy, last } = rush(200)
    await made.load()
    made.setSpeed(86_400)
    made.play()
    await vi.waitFor(
      () => {
        made.tick(16)
        const { at: time, version, playing } = made.view.get()
        if (time < made.view.get().to) {
          expect(version).toBe(versionBy((time - START_MS) / 1000))
        }
        expect(playing).toBe(false)
      },
      { interval: 1 },
    )
    await settled()
    expect(made.view.get().version).toBe(last)
  })

  test('fills the slider from close by, which goes along when the film leaves it', async () => {
    const { film: made, settled } = rush(200)
    await made.load()
    expect(made.showsAll).toBe(true)
    made.seek(START_MS + 30_000)
    await settled()
    for (let press = 0; press < 14; press += 1) made.zoom(0.5)
    const { span } = made.view.get()
    expect(span.from).toBeLessThanOrEqual(START_MS + 30_000)
    expect(span.to - span.from).toBeLessThan(120_000)
    // As much in each second of it as there was, and nothing but seconds.
    await vi.waitFor(() => {
      const { stir } = made.view.get().span
      expect(stir.width).toBe(1_000)
      expect(stir.counts.at(1)).toBe(200)
    })
    made.seek(START_MS + 500_000)
    await settled()
    const moved = made.view.get().span
    expect(moved.from).toBe(START_MS + 500_000)
    expect(moved.to - moved.from).toBe(span.to - span.from)
    made.zoom(1e9)
    expect(made.showsAll).toBe(true)
    made.zoom(1e-9)
    expect(made.view.get().span.to - made.view.get().span.from).toBe(1_000)
  })

  test('asks once for a span that can’t be read, however long it is played', async () => {
    const { film: made, calls } = rush(200)
    await made.load()
    calls.timeline.mockClear()
    calls.timeline.mockRejectedValue(new Error('too many'))
    made.zoom(0.5)
    await vi.waitFor(() => expect(calls.timeline).toHaveBeenCalled())
    made.setSpeed(1)
    made.play()
    for (let frame = 0; frame < 30; frame += 1) {
      made.tick(16)
      await Promise.resolve()
      await Promise.resolve()
    }
    expect(calls.timeline).toHaveBeenCalledTimes(1)
    made.zoom(0.5)
    await vi.waitFor(() => expect(calls.timeline).toHaveBeenCalledTimes(2))
  })
})
