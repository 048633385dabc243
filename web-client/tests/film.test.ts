// The film: the map at any time, played forwards frame by frame, and never a change too many.

import { describe, expect, test, vi } from 'vitest'
import { SeatStore } from '../sdk/index'
import { Film } from '../src/organise/film'
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

function film(pageSize = 2, buckets = BUCKETS) {
  const store = new SeatStore(smallChart())
  const calls = {
    timeline: vi.fn(() =>
      Promise.resolve({
        epoch: 'a',
        version: 4,
        currency: 'EUR',
        from: at(0),
        to: at(20),
        bucket_seconds: 2,
        buckets: [...buckets, bucket(10, 4, 0)],
      }),
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
