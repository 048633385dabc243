// A visit to a booking that can't be read: missing only when the server says so.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RestClient } from '../sdk/index'
import { BookingVisit } from '../src/state/booking-visit'

const json = (status: number, body: object = {}) => {
  const headers = { 'content-type': 'application/json' }
  return new Response(JSON.stringify(body), { status, headers })
}

/** What the page shows when the server answers so to the question for the booking. */
async function phaseOf(status: number): Promise<string> {
  const session = { token: 't', user_id: 1, expires_at: '2999-01-01T00:00:00.000000Z' }
  const rest = new RestClient({
    wait: () => Promise.resolve(),
    fetch: (url) => {
      const answer = (url as string).endsWith('/sessions') ? json(201, session) : json(status)
      return Promise.resolve(answer)
    },
  })
  const visit = new BookingVisit(rest, 7)
  await visit.load()
  return visit.view.get().phase
}

describe('a booking', () => {
  beforeEach(() => void vi.stubGlobal('document', { visibilityState: 'visible' }))
  afterEach(() => void vi.unstubAllGlobals())

  test.each([401, 403, 404])('is missing at %i', async (status) => {
    expect(await phaseOf(status)).toBe('missing')
  })

  test.each([408, 429, 500, 503])('can be asked for again at %i', async (status) => {
    expect(await phaseOf(status)).toBe('failed')
  })
})
