// <seat-map event="1" server="https://…">: the live map as one element for any page. It locks and
// unlocks seats for the page's visitor and tells of it by events; paying is the page's own.

import type { BestAvailable, Booking, Customer } from '../api-types.js'
import { Chart } from '../chart.js'
import { LiveConnection } from '../live.js'
import { STATUS_NAMES } from '../protocol/index.js'
import { Problem } from '../problem.js'
import { SeatMapView } from '../renderer/seat-map-view.js'
import { RestClient } from '../rest.js'
import { SeatStore } from '../seat-store.js'
import type { AskToken } from '../tokens.js'
import { areaDetail, seatDetail, seatWords, sectionWords } from './describe.js'
import type { SeatDetail, SeatMapEvents } from './events.js'
import { ElementHolds } from './holds.js'
import { DARK_DEVICE, elementLook, langOf, STYLE } from './look.js'
import { wordsOf } from './words.js'

/** A burst tells of the first so many seats; who needs all reads the store. */
const CHANGES_TOLD_MAX = 1000

export class SeatMapElement extends HTMLElement {
  static readonly observedAttributes = ['event', 'server', 'theme', 'palette', 'lang']

  private view: SeatMapView | null = null
  private live: LiveConnection | null = null
  private holds: ElementHolds | null = null
  private stage: HTMLDivElement | null = null
  private unsubscribe: (() => void) | null = null
  private viewers: number | null = null
  private readonly device = window.matchMedia(DARK_DEVICE)
  /** Which loading the present one is; answers of an earlier one are dropped. */
  private run = 0

  /**
   * Asks the page for its visitor's token, where the server takes tokens of somebody else's; to be
   * set before the event. Without it visitors are guests. One set before this module came is kept.
   */
  token: AskToken | null = (this as { token?: AskToken | null }).token ?? null

  /** The changing side of the map; null until it has been loaded. */
  get store(): SeatStore | null {
    return this.view?.store ?? null
  }

  /** The renderer, for pages that move the map themselves. */
  get map(): SeatMapView | null {
    return this.view
  }

  /** The names of the seats held for this visitor. */
  get selected(): string[] {
    return this.holds?.seatNos ?? []
  }

  connectedCallback(): void {
    this.device.addEventListener('change', this.relook)
    void this.load()
  }

  disconnectedCallback(): void {
    this.device.removeEventListener('change', this.relook)
    this.leave()
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected) return
    if (name === 'event' || name === 'server') void this.load()
    else this.relook()
  }

  /** The device's theme, or what the page wants, has changed. */
  private readonly relook = (): void => {
    if (this.store) this.view?.setLook(elementLook(this, this.store.chart.currency))
    this.stage?.setAttribute('aria-label', wordsOf(langOf(this)).map)
  }

  /** Gives back a seat held for this visitor. */
  async deselect(seatNo: string): Promise<void> {
    const seat = this.store?.chart.seatOf(seatNo) ?? -1
    if (seat >= 0) await this.holds?.unlock(seat)
  }

  /** Takes places of an area for this visitor, as many as asked for or none. */
  async takePlaces(area: string, quantity: number): Promise<void> {
    await this.holds?.take({ areas: [{ area, quantity }] })
  }

  /** Takes these seats for this visitor, by name: all or none. */
  async takeSeats(seatNos: readonly string[]): Promise<void> {
    await this.holds?.take({ seats: [...seatNos] })
  }

  /** Takes the best seats there are; `seatselect` tells which. */
  async takeBest(wanted: BestAvailable): Promise<void> {
    await this.holds?.take({ best_available: wanted })
  }

  /** Asks for more time for all that is held; `holdextended` tells how much there is. */
  async extend(seconds: number): Promise<void> {
    await this.holds?.extend(seconds)
  }

  /** Books all that is held, for who is named; a refusal is thrown. */
  async book(customer?: Customer): Promise<Booking> {
    if (!this.holds) throw new Error('no map is shown')
    return this.holds.book(customer)
  }

  /** Reads what is this visitor's again, after the page itself has changed it. */
  async refresh(): Promise<void> {
    await this.holds?.refresh()
  }

  /** Shows another storey, by name, of a chart that has several. */
  showFloor(name: string): void {
    const floor = this.store?.chart.floors.indexOf(name) ?? -1
    if (floor >= 0) this.view?.setFloor(floor)
  }

  private async load(): Promise<void> {
    this.leave()
    const run = this.run
    const id = Number(this.getAttribute('event'))
    if (!Number.isSafeInteger(id) || id <= 0) return
    const server = (this.getAttribute('server') ?? '').replace(/\/$/, '')
    const rest = new RestClient({ base: `${server}/api/v1`, token: this.token })
    try {
      const event = await rest.event(id)
      const store = new SeatStore(new Chart(await rest.seatmap(id, event.layout)))
      if (run === this.run && this.isConnected) this.show(rest, id, server, store)
    } catch (problem) {
      const reason = problem instanceof Error ? problem.message : 'the map could not be loaded'
      if (run === this.run) this.tell('failure', { reason })
    }
  }

  private show(rest: RestClient, id: number, server: string, store: SeatStore): void {
    this.holds = new ElementHolds(rest, id, store, {
      held: (seat, hold) => this.tell('seatselect', { ...this.detail(seat), ...hold }),
      released: (seat) => this.tell('seatdeselect', this.detail(seat)),
      extended: (seat, hold) => this.tell('holdextended', { ...this.detail(seat), ...hold }),
      booked: (seat, booking) => this.tell('seatbooked', { ...this.detail(seat), ...booking }),
      expired: (seat) => this.tell('holdexpired', this.detail(seat)),
      refused: (seat, problem) => this.refuse(seat, problem),
      failed: (problem) => {
        const reason = problem instanceof Error ? problem.message : ''
        this.say(reason)
        this.tell('failure', { reason })
      },
    })
    this.stage = this.makeStage()
    this.view = new SeatMapView(this.stage, store, {
      ...elementLook(this, store.chart.currency),
      handlers: {
        seat: (seat) => void this.holds?.toggle(seat),
        area: (area) => this.chooseArea(area),
        select: (seats) => this.takeDrawn(store, seats),
        hover: (hover) => this.nameSeat(hover?.seat ?? -1, hover?.range ?? 0),
        section: (hover) => this.nameSection(store, hover?.section ?? -1),
      },
    })
    this.unsubscribe = store.subscribe((changed) => this.tellChanges(changed))
    this.follow(liveUrl(server, id), store, rest)
    void this.holds.refresh()
  }

  private makeStage(): HTMLDivElement {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    const style = document.createElement('style')
    style.textContent = STYLE
    const stage = document.createElement('div')
    stage.className = 'stage'
    stage.tabIndex = 0
    stage.setAttribute('role', 'application')
    stage.setAttribute('aria-label', wordsOf(langOf(this)).map)
    const spoken = document.createElement('p')
    spoken.className = 'spoken'
    spoken.setAttribute('aria-live', 'polite')
    root.replaceChildren(style, stage, spoken)
    return stage
  }

  private follow(url: string, store: SeatStore, rest: RestClient): void {
    this.live = new LiveConnection({
      url,
      token: this.token && (() => rest.token()),
      handlers: {
        state: (state) => this.tell('connectionchange', { state, viewers: this.viewers }),
        viewers: (viewers) => {
          this.viewers = viewers
        },
        hello: ({ layout, seats }) => {
          // Statuses mean nothing on another layout.
          if (layout !== store.chart.layout || seats !== store.chart.seats) void this.load()
        },
        snapshot: ({ version, statuses }) => {
          const first = !store.ready
          store.applySnapshot(version, statuses)
          if (first) this.tell('ready', { seats: statuses.length })
        },
        delta: ({ version, seats, statuses }) => store.applyDelta(version, seats, statuses),
      },
    })
    this.live.start()
  }

  private leave(): void {
    this.run += 1
    this.live?.stop()
    this.unsubscribe?.()
    this.holds?.close()
    this.view?.destroy()
    this.live = this.view = this.holds = this.stage = this.unsubscribe = null
    this.shadowRoot?.replaceChildren()
  }

  private detail(seat: number): SeatDetail {
    if (!this.store) throw new Error('no map is shown')
    return seatDetail(this.store.chart, seat)
  }

  private chooseArea(at: number): void {
    if (!this.store) return
    const detail = areaDetail(this.store, at)
    const wanted = this.tell('areaselect', detail)
    if (wanted && detail.left > 0) void this.takePlaces(detail.area, 1)
  }

  /** Takes the free ones of seats that were drawn around or come along by keys. */
  private takeDrawn(store: SeatStore, drawn: readonly number[]): void {
    const free = store.takeable(drawn)
    if (free.length === 0) this.say(wordsOf(langOf(this)).noneFree)
    else void this.takeSeats(free.map((seat) => store.chart.seatNo(seat)))
  }

  private refuse(seat: number, problem: unknown): void {
    const code = problem instanceof Problem ? problem.code : ''
    const reason = problem instanceof Error ? problem.message : ''
    this.say(`${this.detail(seat).seatNo}: ${reason}`)
    this.tell('seatrefused', { ...this.detail(seat), code, reason })
  }

  /** Names the seat pointed at, for eyes and for screen readers, and how many are marked. */
  private nameSeat(seat: number, marked: number): void {
    if (!this.stage) return
    if (seat < 0 || !this.store) {
      this.stage.removeAttribute('title')
      return
    }
    this.stage.title = seatWords(this.store, seat, marked, langOf(this))
    this.say(this.stage.title)
  }

  /** Names the section that the mouse is on, from afar. */
  private nameSection(store: SeatStore, section: number): void {
    if (section < 0) this.stage?.removeAttribute('title')
    else if (this.stage) this.stage.title = sectionWords(store, section, langOf(this))
  }

  private say(words: string): void {
    const spoken = this.shadowRoot?.querySelector('.spoken')
    if (spoken) spoken.textContent = words
  }

  private tellChanges(changed: readonly number[]): void {
    const { store } = this
    if (!store) return
    this.holds?.noticeChange(changed)
    const changes = changed.slice(0, CHANGES_TOLD_MAX).map((seat) => ({
      seatNo: store.chart.seatNo(seat),
      status: STATUS_NAMES[store.statuses[seat]],
    }))
    this.tell('statuschange', { changes, version: store.version })
  }

  /** Answers whether nobody has cancelled it. */
  private tell<Name extends keyof SeatMapEvents>(
    name: Name,
    detail: SeatMapEvents[Name],
  ): boolean {
    const about = { detail, bubbles: true, composed: true, cancelable: name === 'areaselect' }
    return this.dispatchEvent(new CustomEvent(name, about))
  }
}

function liveUrl(server: string, id: number): string {
  const url = new URL(`${server}/api/v1/events/${id}/live`, window.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}
