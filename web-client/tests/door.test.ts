// The door: one code after another, each with its own answer, whatever happens on the way.

import { describe, expect, test, vi } from 'vitest'
import { Problem, type Booking } from '../sdk/index'
import { CODES_WAITING_MAX, Door, type DoorCalls } from '../src/organise/door'
import { fakeBooking } from './fakes'

const IN = { seat_no: 'S001', at: '2026-01-01T18:00:00.000000Z' }

/** A door whose server knows these bookings. */
function door(found: Record<string, Booking>, change: Partial<DoorCalls> = {}) {
  const calls = {
    find: vi.fn((ref: string) => Promise.resolve(found[ref] ?? null)),
    checkIn: vi.fn((id: number) => {
      const booking = Object.values(found).find((one) => one.id === id) ?? fakeBooking()
      const checked_in = booking.seat_nos.map((seat_no) => ({ ...IN, seat_no }))
      return Promise.resolve({ ...booking, checked_in })
    }),
    checkOut: vi.fn(() => Promise.resolve(fakeBooking())),
    ...change,
  }
  const made = new Door(calls)
  const done = () => vi.waitFor(() => expect(made.view.get().waiting).toBe(0))
  const says = async (code: string) => {
    made.enter(code)
    await done()
    return made.view.get().result
  }
  return { door: made, calls, says, done }
}

describe('the door', () => {
  test('lets all seats of a paid booking in at once', async () => {
    const { says, calls } = door({ A: fakeBooking() })
    expect(await says('  A ')).toMatchObject({ kind: 'in', seats: ['S001', 'S002'] })
    expect(calls.checkIn).toHaveBeenCalledWith(7)
  })

  test('says since when somebody is in, and who is not yet', async () => {
    const { says, calls } = door({ A: fakeBooking({ checked_in: [IN] }) })
    expect(await says('A')).toMatchObject({ kind: 'already', inside: [IN], outside: ['S002'] })
    expect(calls.checkIn).not.toHaveBeenCalled()
  })

  test.each(['pending', 'cancelled', 'expired'] as const)('turns %s away', async (status) => {
    const { says, calls } = door({ A: fakeBooking({ status }) })
    expect(await says('A')).toMatchObject({ kind: status })
    expect(calls.checkIn).not.toHaveBeenCalled()
  })

  test('knows no code of another performance, and no text that is none', async () => {
    expect(await door({}).says('B')).toEqual({ kind: 'wrong', code: 'B' })
    const bad = () => Promise.reject(new Problem(400, { detail: 'ref' }))
    expect(await door({}, { find: bad }).says('http://x')).toMatchObject({ kind: 'wrong' })
  })

  test('of two doors at once the second says already', async () => {
    const outside = fakeBooking()
    const inside = fakeBooking({ checked_in: [IN, { ...IN, seat_no: 'S002' }] })
    const answers = [outside, inside]
    const { says } = door({}, {
      find: () => Promise.resolve(answers.shift() ?? null),
      checkIn: () => Promise.reject(new Problem(409, { code: 'already_checked_in' })),
    })
    expect(await says('A')).toMatchObject({ kind: 'already', outside: [] })
  })

  test('a lost server is no verdict on the ticket', async () => {
    const { says } = door({}, { find: () => Promise.reject(new Problem(503, {})) })
    expect(await says('A')).toMatchObject({ kind: 'failed', code: 'A' })
  })

  test('takes codes in order, and not without end', async () => {
    const asked: string[] = []
    const find = (code: string) => {
      asked.push(code)
      return Promise.resolve(null)
    }
    const { door: made, done } = door({}, { find })
    for (let code = 0; code < CODES_WAITING_MAX + 5; code += 1) made.enter(`${code}`)
    made.enter('   ')
    await done()
    expect(asked.map(Number)).toEqual(
      Array.from({ length: CODES_WAITING_MAX }, (_, code) => code),
    )
  })

  test('takes a check-in back, and lets the rest in', async () => {
    const { door: made, calls, done } = door({})
    made.undo(fakeBooking(), ['S001'])
    await done()
    expect(made.view.get().result).toMatchObject({ kind: 'undone', seats: ['S001'] })
    expect(calls.checkOut).toHaveBeenCalledWith(7, ['S001'])
    made.rest(fakeBooking(), ['S002'])
    await done()
    expect(made.view.get().result).toMatchObject({ kind: 'in', seats: ['S002'] })
  })
})
