// One visit to one event: loads it, follows it live, and keeps the basket beside it. Knows no
// React; the page looks at its view.

import {
  Chart,
  LiveConnection,
  Problem,
  SeatStore,
  type Hello,
  type LiveStatus,
  type RestClient,
  type SeatmapEvent,
} from '../../sdk/index'
import { onLiveAgain } from '../../sdk/live-again'
import { Reloads } from '../../sdk/reloads'
import { Basket } from './basket'
import { Observable } from './observable'

export interface EventView {
  phase: 'loading' | 'ready' | 'missing' | 'failed'
  event: SeatmapEvent | null
  store: SeatStore | null
  basket: Basket | null
  live: LiveStatus
  viewers: number | null
}

const EMPTY: EventView = {
  phase: 'loading',
  event: null,
  store: null,
  basket: null,
  live: { state: 'connecting', way: 'socket', reason: null },
  viewers: null,
}

export class EventSession {
  readonly view = new Observable<EventView>(EMPTY)
  private readonly rest: RestClient
  private readonly id: number
  private readonly url: string
  private readonly buys: boolean
  private live: LiveConnection | null = null
  /** Which loading the present one is; answers of an earlier one are dropped. */
  private run = 0
  private readonly reloads = new Reloads(() => void this.load())

  /** Who only looks on has no basket. */
  constructor(rest: RestClient, id: number, url: string, buys = true) {
    this.buys = buys
    this.rest = rest
    this.id = id
    this.url = url
  }

  start(): void {
    void this.load()
  }

  stop(): void {
    this.run += 1
    this.leave()
  }

  retry(): void {
    this.reloads.reset()
    this.leave()
    this.view.set(EMPTY)
    void this.load()
  }

  /** Follows again at once what was lost or closed; where nothing was loaded, loads it. */
  again(): void {
    if (this.live) this.live.retry()
    else this.retry()
  }

  private leave(): void {
    this.reloads.stop()
    this.live?.stop()
    this.live = null
    this.view.get().basket?.close()
  }

  private async load(): Promise<void> {
    this.run += 1
    const run = this.run
    try {
      const event = await this.rest.event(this.id).catch((problem: unknown) => {
        if (problem instanceof Problem && problem.status === 404) return null
        throw problem
      })
      if (run !== this.run) return
      if (!event) {
        this.view.patch({ phase: 'missing' })
        return
      }
      const seatmap = await this.rest.seatmap(this.id, event.layout)
      if (run !== this.run) return
      const store = new SeatStore(new Chart(seatmap))
      const basket = this.buys ? new Basket(this.rest, this.id, store) : null
      this.view.patch({ phase: 'ready', event, store, basket })
      this.follow(store)
      basket?.refreshSoon()
    } catch {
      if (run === this.run) this.view.patch({ phase: 'failed' })
    }
  }

  private follow(store: SeatStore): void {
    const watch = onLiveAgain(() => this.view.get().basket?.refreshSoon())
    this.live = new LiveConnection({
      url: this.url,
      handlers: {
        state: (state, live) => {
          this.view.patch({ live })
          watch(state)
        },
        viewers: (viewers) => this.view.patch({ viewers }),
        hello: (hello) => this.check(hello, store),
        snapshot: ({ version, statuses }) => store.applySnapshot(version, statuses),
        delta: ({ version, seats, statuses }) => store.applyDelta(version, seats, statuses),
      },
    })
    this.live.start()
  }

  /** Statuses mean nothing on another layout: then everything is loaded anew. */
  private check(hello: Hello, store: SeatStore): void {
    if (hello.layout === store.chart.layout && hello.seats === store.chart.seats) {
      this.reloads.reset()
      return
    }
    this.leave()
    this.view.set(EMPTY)
    if (!this.reloads.plan()) this.view.patch({ phase: 'failed' })
  }
}
