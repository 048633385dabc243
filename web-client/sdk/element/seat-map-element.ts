// <seat-map event="1" server="https://…">: the live map as one element for any page. It locks and
// unlocks seats for the page's visitor and tells of it by events; paying is the page's own.

import type { BestAvailable, Booking, Customer, SeatmapEvent } from '../api-types.js'
import { Chart } from '../chart.js'
import type { LiveConnection } from '../live.js'
import type { LiveStatus } from '../live-types.js'
import { Reloads } from '../reloads.js'
import { SeatMapView } from '../renderer/seat-map-view.js'
import { RestClient } from '../rest.js'
import { SeatStore, type SeatChange } from '../seat-store.js'
import type { AskToken } from '../tokens.js'
import { Beside, BESIDE } from './beside.js'
import { areaDetail, changesDetail, connectionWords, refusalOf } from './describe.js'
import type { RefusalDetail, SeatMapEvents } from './events.js'
import { follow } from './follow.js'
import { Frame } from './frame.js'
import { Guide } from './guide.js'
import { ElementHolds } from './holds.js'
import { DARK_DEVICE, elementLook, isCooperative, langOf, liveUrl } from './look.js'
import { toldBy } from './news.js'
import { takeDown, type Shown } from './shown.js'
import { Base } from './typed-element.js'
import { wordsOf, type ElementWords } from './words.js'

export class SeatMapElement extends Base {
  static readonly observedAttributes =
    ['event', 'server', 'theme', 'palette', 'lang', 'gestures', ...BESIDE]

  private readonly frame = new Frame(this)
  private shown: Shown | null = null
  private viewers: number | null = null
  private readonly device = window.matchMedia(DARK_DEVICE)
  /** Which loading the present one is; answers of an earlier one are dropped. */
  private run = 0
  private readonly reloads = new Reloads(() => void this.begin())

  /**
   * Asks the page for its visitor's token, where the server takes tokens of somebody else's; to be
   * set before the event. Without it visitors are guests. One set before this module came is kept.
   */
  token: AskToken | null = (this as { token?: AskToken | null }).token ?? null

  /** The changing side of the map; null until it has been loaded. */
  get store(): SeatStore | null {
    return this.shown?.store ?? null
  }

  /** The renderer, for pages that move the map themselves. */
  get map(): SeatMapView | null {
    return this.shown?.view ?? null
  }

  /** The names of the seats held for this visitor. */
  get selected(): string[] {
    return this.shown?.holds.seatNos ?? []
  }

  /** The storeys by name, lowest first; none where there is only one. */
  get floors(): readonly string[] {
    return this.store?.chart.floors ?? []
  }

  /** How the connection is, as `connectionchange` tells it; null while there is none. */
  get connection(): LiveStatus | null {
    return this.shown?.live.status ?? null
  }

  /** How many look at the map; null while that isn't known. */
  get viewerCount(): number | null {
    return this.viewers
  }

  connectedCallback(): void {
    this.device.addEventListener('change', this.relook)
    void this.load()
  }

  disconnectedCallback(): void {
    this.device.removeEventListener('change', this.relook)
    this.leave()
    this.frame.destroy()
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected) return
    if (name === 'event' || name === 'server') void this.load()
    else if (name === 'gestures') this.map?.setCooperative(isCooperative(this))
    else if (BESIDE.some((one) => one === name)) this.shown?.beside.fit(name)
    else this.relook()
  }

  /** The device's theme, or what the page wants, has changed. */
  private readonly relook = (): void => {
    const { shown, words } = this
    const look = elementLook(this, shown?.store.chart.currency ?? 'EUR')
    this.frame.setTheme(look.theme)
    if (!shown) return
    shown.view.setLook(look)
    shown.beside.setLook()
    this.frame.show(words.map)
    this.frame.setState(connectionWords(shown.live.status, words))
  }

  private get words(): ElementWords {
    return wordsOf(langOf(this))
  }

  /** Gives back a seat held for this visitor. */
  async deselect(seatNo: string): Promise<void> {
    const seat = this.store?.chart.seatOf(seatNo) ?? -1
    if (seat >= 0) await this.shown?.holds.unlock(seat)
  }

  /** Takes places of an area for this visitor, as many as asked for or none. */
  async takePlaces(area: string, quantity: number): Promise<void> {
    await this.shown?.holds.take({ areas: [{ area, quantity }] })
  }

  /** Takes these seats for this visitor, by name: all or none. */
  async takeSeats(seatNos: readonly string[]): Promise<void> {
    await this.shown?.holds.take({ seats: [...seatNos] })
  }

  /** Takes the best seats there are; `seatselect` tells which. */
  async takeBest(wanted: BestAvailable): Promise<void> {
    await this.shown?.holds.take({ best_available: wanted })
  }

  /** Asks for more time for all that is held; `holdextended` tells how much there is. */
  async extend(seconds: number): Promise<void> {
    await this.shown?.holds.extend(seconds)
  }

  /** Books all that is held, for who is named; a refusal is thrown. */
  async book(customer?: Customer): Promise<Booking> {
    if (!this.shown) throw new Error('no map is shown')
    return this.shown.holds.book(customer)
  }

  /** Reads what is this visitor's again, after the page itself has changed it. */
  async refresh(): Promise<void> {
    await this.shown?.holds.refresh()
  }

  /** Shows another storey, by name, of a chart that has several. */
  showFloor(name: string): void {
    const floor = this.floors.indexOf(name)
    if (floor >= 0) this.map?.setFloor(floor)
  }

  /** Loads the map, anew if there is one; by itself when event or server change. */
  load(): Promise<void> {
    this.reloads.reset()
    return this.begin()
  }

  private async begin(): Promise<void> {
    this.leave()
    const run = this.run
    this.relook()
    const id = Number(this.getAttribute('event'))
    if (!Number.isSafeInteger(id) || id <= 0) return
    this.frame.tell(this.words.loading)
    const server = (this.getAttribute('server') ?? '').replace(/\/$/, '')
    const rest = new RestClient({ base: `${server}/api/v1`, token: this.token })
    try {
      const event = await rest.event(id)
      const store = new SeatStore(new Chart(await rest.seatmap(id, event.layout)))
      if (run === this.run && this.isConnected) this.show(rest, event, server, store)
    } catch (problem) {
      if (run === this.run) this.fail(problem)
    }
  }

  private fail(problem: unknown): void {
    const { words } = this
    const refusal = refusalOf(problem, langOf(this))
    const missing = refusal.code === 'not_found'
    const reason = missing ? words.missing : refusal.reason
    const again = { label: words.retry, act: () => void this.load() }
    this.frame.tell(missing ? reason : `${words.failed} ${reason}`, missing ? undefined : again)
    this.tell('failure', { ...refusal, reason })
  }

  private show(rest: RestClient, event: SeatmapEvent, server: string, store: SeatStore): void {
    const { id, orphan_rule: rule } = event
    this.frame.show(this.words.map)
    const teller = {
      tell: <Name extends keyof SeatMapEvents>(name: Name, detail: SeatMapEvents[Name]) =>
        this.tell(name, detail),
      refuse: (problem: unknown, seatNo?: string) => this.refuse(problem, seatNo),
    }
    const holds = new ElementHolds(rest, id, store, toldBy(teller, store.chart))
    const guide = new Guide(this.frame, store, () => langOf(this), rule)
    const acts = {
      seat: (seat: number) => void holds.toggle(seat),
      seats: (seats: readonly number[]) => this.takeDrawn(store, seats),
      area: (area: number) => this.chooseArea(store, area),
      against: (seats: readonly number[]) => guide.against(seats),
    }
    const view = new SeatMapView(this.frame.stage, store, {
      ...elementLook(this, store.chart.currency),
      cooperative: isCooperative(this),
      careful: true,
      handlers: {
        seat: acts.seat,
        area: acts.area,
        select: acts.seats,
        hover: (hover) => guide.hover(hover),
        section: (hover) => guide.section(hover),
        enter: (section) => guide.entered(section),
        withheld: (by) => guide.withheld(by),
      },
    })
    view.warnOfOrphans(rule !== 'off')
    const unsubscribe = store.subscribe((changed, what) => this.noticeChange(store, changed, what))
    const live = this.follow(liveUrl(server, id), store, rest)
    const beside = new Beside(this, this.frame, view, store, acts)
    this.shown = { store, view, live, holds, guide, beside, unsubscribe }
    live.start()
    void holds.refresh()
  }

  private follow(url: string, store: SeatStore, rest: RestClient): LiveConnection {
    return follow(url, store, this.token && (() => rest.token()), {
      state: (status) => {
        this.frame.setState(connectionWords(status, this.words))
        this.tell('connectionchange', { ...status, viewers: this.viewers })
      },
      viewers: (viewers) => {
        if (viewers === this.viewers) return
        this.viewers = viewers
        this.tell('viewerschange', { viewers })
      },
      ready: (seats) => this.tell('ready', { seats }),
      again: () => this.shown?.holds.refreshSoon(),
      fits: () => this.reloads.reset(),
      moved: () => this.reload(),
    })
  }

  /** Of several nodes one may know of another chart, or other prices, before the others do. */
  private reload(): void {
    this.leave()
    this.frame.tell(this.words.loading)
    if (!this.reloads.plan()) this.fail(new Error('the map is not the one that is followed'))
  }

  private leave(): void {
    this.run += 1
    this.reloads.stop()
    const { shown } = this
    this.shown = this.viewers = null
    this.frame.tell('')
    if (shown) takeDown(shown)
  }

  private chooseArea(store: SeatStore, at: number): void {
    const detail = areaDetail(store, at)
    const wanted = this.tell('areaselect', detail)
    if (wanted && detail.left > 0) void this.takePlaces(detail.area, 1)
  }

  /** Takes the free ones of seats that were drawn around or come along by keys. */
  private takeDrawn(store: SeatStore, drawn: readonly number[]): void {
    const free = store.takeable(drawn)
    if (free.length === 0) this.frame.say(this.words.noneFree)
    else void this.takeSeats(free.map((seat) => store.chart.seatNo(seat)))
  }

  /** Says why something was refused; of a seat, by its name. */
  private refuse(problem: unknown, seatNo?: string): RefusalDetail {
    const refusal = refusalOf(problem, langOf(this), seatNo)
    this.frame.say(refusal.reason)
    return refusal
  }

  private noticeChange(store: SeatStore, changed: readonly number[], what: SeatChange): void {
    this.shown?.holds.noticeChange(changed)
    this.shown?.guide.noticeChange(changed)
    this.shown?.beside.noticeChange(changed)
    if (what === 'own' || changed.length === 0) return
    this.tell('statuschange', changesDetail(store, changed))
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
