// One visit to one booking: loads it with its event and chart, pays it, cancels it.

import { Chart, Problem, type Booking, type RestClient, type SeatmapEvent } from '../../sdk/index'
import { TIMER_MAX_MS } from '../../sdk/timer'
import { OtherWindows } from '../../sdk/windows'
import { t } from '../i18n'
import { Observable } from './observable'
import { rememberBooked } from './own-bookings'
import { reasonOf, toast } from './toasts'

export interface BookingPageView {
  phase: 'loading' | 'ready' | 'missing' | 'failed'
  booking: Booking | null
  event: SeatmapEvent | null
  chart: Chart | null
  busy: boolean
}

const EMPTY: BookingPageView = {
  phase: 'loading',
  booking: null,
  event: null,
  chart: null,
  busy: false,
}

/** There is no such booking, or none of this visitor's; anything else may be better in a moment. */
const MISSING = new Set([400, 401, 403, 404])

/** The server ends an unpaid booking within a second of its time. */
const EXPIRY_SLACK_MS = 1_500

export class BookingVisit {
  readonly view = new Observable<BookingPageView>(EMPTY)
  private readonly rest: RestClient
  private readonly id: number
  private timer: ReturnType<typeof setTimeout> | undefined
  private stopped = false
  private windows: OtherWindows | null = null

  constructor(rest: RestClient, id: number) {
    this.rest = rest
    this.id = id
  }

  start(): void {
    this.stopped = false
    void this.load()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
    this.windows?.close()
    this.windows = null
  }

  async load(): Promise<void> {
    try {
      const booking = await this.rest.booking(this.id)
      const event = await this.rest.event(booking.event_id)
      const chart = new Chart(await this.rest.seatmap(event.id, event.layout))
      if (this.stopped) return
      this.windows ??= new OtherWindows(this.rest.base, event.id, () => void this.refresh())
      this.view.patch({ phase: 'ready', event, chart })
      this.put(booking)
    } catch (problem) {
      const missing = problem instanceof Problem && MISSING.has(problem.status)
      if (!this.stopped) this.view.patch({ phase: missing ? 'missing' : 'failed' })
    }
  }

  async pay(booking: Booking): Promise<void> {
    // The reference is the booking's own, so that paying twice is the same payment.
    await this.busily(async () => {
      this.put(await this.rest.confirm(booking.id, `demo-${booking.booking_ref}`))
      toast('good', t('toast.booked', { ref: booking.booking_ref }))
    })
  }

  async cancel(booking: Booking): Promise<void> {
    await this.busily(async () => {
      this.put(await this.rest.cancel(booking.id))
      toast('plain', t('toast.cancelled', { ref: booking.booking_ref }))
    })
  }

  private async refresh(): Promise<void> {
    try {
      const booking = await this.rest.booking(this.id)
      if (!this.stopped) this.put(booking)
    } catch {
      // What is shown stays; the next look asks again.
    }
  }

  private put(booking: Booking): void {
    const before = this.view.get().booking?.status
    rememberBooked(booking.event_id)
    this.view.patch({ booking })
    if (before === 'pending' && booking.status === 'expired') toast('bad', t('pay.over'))
    clearTimeout(this.timer)
    if (booking.status !== 'pending' || !booking.expires_at) return
    const left = Math.max(0, Date.parse(booking.expires_at) - this.rest.now())
    const wait = Math.min(left + EXPIRY_SLACK_MS, TIMER_MAX_MS)
    this.timer = setTimeout(() => void this.refresh(), wait)
  }

  private async busily(act: () => Promise<void>): Promise<void> {
    if (this.view.get().busy) return
    this.view.patch({ busy: true })
    try {
      await act()
      this.windows?.tell()
    } catch (problem) {
      toast('bad', reasonOf(problem))
      await this.refresh()
    } finally {
      this.view.patch({ busy: false })
    }
  }
}
