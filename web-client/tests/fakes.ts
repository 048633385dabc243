// A socket that does what the test says, and charts small enough to think about.

import { Chart, type Booking, type SeatmapJson } from '../sdk/index'

export class FakeSocket {
  static readonly made: FakeSocket[] = []
  static get last(): FakeSocket {
    const socket = FakeSocket.made.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }

  readyState = 1
  binaryType = ''
  onmessage: ((event: { data: string | ArrayBuffer }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  closed = false
  readonly sent: string[] = []
  /** The tokens it was given. */
  readonly named: string[] = []
  pings = 0
  readonly url: string
  readonly protocols: string[]

  constructor(url: string, protocols: string[]) {
    this.url = url
    this.protocols = protocols
    FakeSocket.made.push(this)
  }

  /** What the client said, but for what follows every hello: a ping, and who it is. */
  send(message: string): void {
    const { type, token } = JSON.parse(message) as { type: string; token?: string }
    if (type === 'ping') this.pings += 1
    else if (type === 'auth') this.named.push(token ?? '')
    else this.sent.push(message)
  }

  close(): void {
    this.closed = true
  }

  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }

  saysBytes(...bytes: number[]): void {
    this.onmessage?.({ data: Uint8Array.from(bytes).buffer })
  }

  ends(code: number): void {
    this.onclose?.({ code })
  }
}

export const hello = (change: object = {}) => ({
  type: 'hello',
  protocol: 1,
  event_id: 1,
  epoch: 'k3f9',
  version: 10,
  seats: 4,
  layout: 'abc',
  mode: 'snapshot',
  heartbeat_secs: 15,
  ...change,
})

export const snapshot = (version: number, statuses = 'AAAA') => ({
  type: 'snapshot',
  version,
  statuses,
})

export const delta = (from: number, version: number, changes: [number, string][] = []) => ({
  type: 'delta',
  from,
  version,
  changes,
})

/** Two sections of one row each, two seats a row, 50 cm apart; then an area of two places. */
export function smallChart(change: Partial<SeatmapJson> = {}): Chart {
  return new Chart({
    layout: 'abc',
    currency: 'EUR',
    categories: [
      { key: 'a', label: 'A', color: '#ff0000', price: '10.00' },
      { key: 'b', label: 'B', color: 'red; }', price: '7.50' },
    ],
    sections: [
      { label: 'Left', outline: [] },
      { label: 'Right', outline: [[900, -100], [1150, -100], [1150, 100], [900, 100]] },
      { label: 'Floor', outline: [] },
    ],
    rows: [
      { section: 0, label: '1', prefix: 'Left-1-', first: 0, count: 2 },
      { section: 1, label: '1', prefix: 'Right-1-', first: 2, count: 2 },
      { section: 2, label: '', prefix: 'Floor-', first: 4, count: 2 },
    ],
    areas: [{ label: 'Floor', first: 4, count: 2 }],
    x: [0, 50, 1000, 1050, 500, 520],
    y: [0, 0, 0, 0, 400, 400],
    category: [0, 0, 1, 1, 1, 1],
    number: ['1', '2', '1', '2', '0001', '0002'],
    flags: [0, 8, 1, 0, 0, 0],
    ...change,
  })
}

/** A paid booking of two seats, by user 9. */
export const fakeBooking = (change: Partial<Booking> = {}): Booking => ({
  id: 7,
  booking_ref: 'SM-7K3Q9ZXB',
  user_id: 9,
  event_id: 1,
  seat_nos: ['S001', 'S002'],
  quantity: 2,
  total_amount: '91.00',
  currency: 'EUR',
  status: 'confirmed',
  payment_reference: null,
  customer: { name: null, email: null, phone: null },
  checked_in: [],
  created_at: '2026-01-01T18:00:00.000000Z',
  expires_at: null,
  version: 3,
  ...change,
})
