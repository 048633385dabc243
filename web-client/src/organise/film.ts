// The on-sale as a film: the map at any time of its past, played from the change log. Frames are
// kept only a little ahead; whoever jumps is given the map at that version. Knows no React.

import { decodeLetters, type SeatStore } from '../../sdk/index'
import { Observable } from '../state/observable'
import { following, NO_STIR, zoomed, type Span } from './film-span'
import { FilmTimes, type TimesCalls } from './film-times'
import type { HistoryFrame, HistoryPage, PastMap } from './sales-client'

export interface FilmView {
  phase: 'loading' | 'ready' | 'empty' | 'failed'
  /** When the film begins and ends, and where it is, in milliseconds. */
  from: number
  to: number
  at: number
  /** What the slider goes over. */
  span: Span
  version: number
  playing: boolean
  /** How many times faster than it was. */
  speed: number
  /** Frames are on their way. */
  waiting: boolean
}

/** What the film asks of the server. */
export interface FilmCalls extends TimesCalls {
  history(since: number, limit: number): Promise<HistoryPage>
}

export const SPEEDS = [1, 5, 20, 60, 300, 1_200, 3_600, 14_400, 86_400] as const

/** How long a film takes at the speed it begins with, about. */
const LASTS_MS = 30_000

/** Nothing happens on the screen for at most so long: what is longer is skipped. */
const QUIET_MS = 1_200

const PAGE_VERSIONS = 2_000

/** With fewer frames than this ahead, more are asked for. */
const FRAMES_AHEAD_MIN = 600

const EMPTY: FilmView = {
  phase: 'loading',
  from: 0,
  to: 0,
  at: 0,
  span: { from: 0, to: 0, stir: NO_STIR },
  version: 0,
  playing: false,
  speed: 1,
  waiting: false,
}

type Wanted = { at: number } | { version: number }

export class Film {
  readonly view = new Observable<FilmView>(EMPTY)
  readonly store: SeatStore
  private readonly calls: FilmCalls
  private readonly times: FilmTimes
  /** All of the film as a span. */
  private whole: Span = EMPTY.span
  /** Whether a span's stir is on its way. */
  private looking = false
  /** What could not be read of late isn't asked for again until another span was. */
  private unread: Span | null = null
  private frames: HistoryFrame[] = []
  /** The first frame that is still to come. */
  private next = 0
  private loadedTo = 0
  /** The versions the film begins and ends at. */
  private first = 0
  private end = 0
  private filling: Promise<void> | null = null
  /** The time or version last asked for, while the map of an earlier one is on its way. */
  private wanted: Wanted | null = null
  /** The version that steps have come to, while its map is on its way. */
  private target: number | null = null
  private seeking = false

  constructor(store: SeatStore, calls: FilmCalls) {
    this.store = store
    this.calls = calls
    this.times = new FilmTimes(calls)
  }

  async load(): Promise<void> {
    this.view.set(EMPTY)
    try {
      const all = await this.times.load()
      if (!all) {
        this.view.patch({ phase: 'empty' })
        return
      }
      this.whole = all.whole
      this.first = all.first
      this.end = all.last
      const { from, to } = all.whole
      const speed = SPEEDS.find((one) => (to - from) / one <= LASTS_MS) ?? SPEEDS[SPEEDS.length - 1]
      this.view.patch({ from, to, at: from, span: this.whole, speed })
      await this.jump(from)
      this.view.patch({ phase: 'ready' })
    } catch {
      this.view.patch({ phase: 'failed' })
    }
  }

  play(): void {
    const { at, to } = this.view.get()
    this.view.patch({ playing: true })
    // From its end it begins again.
    if (at >= to) this.seek(this.view.get().from)
  }

  pause(): void {
    this.view.patch({ playing: false })
  }

  setSpeed(speed: number): void {
    this.view.patch({ speed })
  }

  /** Shows the map as it was at a time; of several asked for at once, the last. */
  seek(at: number): void {
    this.wanted = { at }
    this.target = null
    this.goTo(at)
    if (!this.seeking) void this.catchUp()
  }

  /** Shows the map one change later or, by -1, earlier; steps asked for at once add up. */
  step(by: 1 | -1): void {
    const version = (this.target ?? this.view.get().version) + by
    this.pause()
    if (version < this.first || version > this.end) return
    this.target = version
    this.wanted = { version }
    if (!this.seeking) void this.catchUp()
  }

  /** Has the slider go over so many times as much of the film, around where it is. */
  zoom(times: number): void {
    const { span, at } = this.view.get()
    this.look(zoomed(span, at, times, this.whole))
  }

  /** Whether the slider goes over all of the film. */
  get showsAll(): boolean {
    return this.view.get().span === this.whole
  }

  /** The version the film begins at: the first of the event's chart. */
  get firstVersion(): number {
    return this.first
  }

  /** The version the film ends at. */
  get lastVersion(): number {
    return this.end
  }

  /** Goes on by so many milliseconds of the viewer's time. */
  tick(elapsedMs: number): void {
    const { playing, phase, at, to, speed } = this.view.get()
    if (!playing || phase !== 'ready' || this.seeking) return
    const upcoming = this.frames.at(this.next)
    if (!upcoming && this.loadedTo < this.end) {
      this.view.patch({ waiting: true })
      void this.fill()
      return
    }
    const quiet = upcoming ? Date.parse(upcoming.at) - QUIET_MS * speed : to
    // No further than the frames that are there, or an old map would stand at a later time.
    const last = this.loadedTo < this.end ? this.frames.at(-1) : undefined
    const reach = last ? Math.max(at, Date.parse(last.at)) : to
    const then = Math.min(to, reach, Math.max(at + elapsedMs * speed, quiet))
    this.goTo(then)
    this.view.patch({ playing: then < to, waiting: false })
    this.advance(then)
    void this.fill()
  }

  private async catchUp(): Promise<void> {
    this.seeking = true
    this.view.patch({ waiting: true })
    try {
      while (this.wanted !== null) {
        const wanted = this.wanted
        this.wanted = null
        if ('at' in wanted) await this.jump(wanted.at)
        else await this.jumpTo(wanted.version)
      }
    } catch {
      this.view.patch({ phase: 'failed' })
    } finally {
      this.target = null
      this.seeking = false
      this.view.patch({ waiting: false })
    }
  }

  private async jump(at: number): Promise<void> {
    await this.begin(await this.calls.past(await this.times.lastBy(at, PAGE_VERSIONS)))
    this.advance(at)
    // Within the finest bucket there may still be more than a page.
    while (this.wanted === null && this.next === this.frames.length) {
      const loaded = this.loadedTo
      await this.fill()
      if (this.loadedTo === loaded) return
      this.advance(at)
    }
  }

  private async jumpTo(version: number): Promise<void> {
    const map = await this.calls.past(version)
    await this.begin(map)
    const { from, to } = this.view.get()
    const made = map.at === null ? from : Date.parse(map.at)
    this.goTo(Math.min(to, Math.max(from, made)))
  }

  /** Is at a time, in sight of the slider. */
  private goTo(at: number): void {
    this.view.patch({ at })
    this.look(following(this.view.get().span, at, this.whole))
  }

  /** Shows a span; what happened in it is asked for one span at a time, the last one shown. */
  private look(span: Span): void {
    if (span !== this.view.get().span) this.view.patch({ span })
    if (this.looking || span.stir !== NO_STIR || span === this.unread) return
    this.looking = true
    this.times
      .read(span.from, span.to)
      .then((stir) => {
        this.looking = false
        const { span: shown } = this.view.get()
        if (shown === span) this.view.patch({ span: { ...span, stir } })
        else this.look(shown)
      })
      .catch(() => {
        // The slider works without its bars; the next span asks again.
        this.looking = false
        this.unread = span
      })
  }

  /** Goes on from a map of the past. */
  private async begin(map: PastMap): Promise<void> {
    await this.filling
    this.store.applySnapshot(map.version, decodeLetters(map.statuses))
    this.frames = []
    this.next = 0
    this.loadedTo = map.version
    await this.fill()
    this.view.patch({ version: map.version })
  }

  /** Applies every frame up to a time, as one change. */
  private advance(at: number): void {
    const changes = new Map<number, string>()
    let version = -1
    while (this.next < this.frames.length) {
      const frame = this.frames[this.next]
      if (Date.parse(frame.at) > at) break
      for (const [seat, letter] of frame.changes) changes.set(seat, letter)
      version = frame.version
      this.next += 1
    }
    if (version < 0) return
    const letters = decodeLetters([...changes.values()].join(''))
    this.store.applyDelta(version, Uint32Array.from(changes.keys()), letters)
    this.view.patch({ version })
  }

  /** Asks for more frames when few are ahead; one request at a time. */
  private fill(): Promise<void> {
    const ahead = this.frames.length - this.next
    if (ahead >= FRAMES_AHEAD_MIN || this.loadedTo >= this.end) return Promise.resolve()
    this.filling ??= this.calls
      .history(this.loadedTo, PAGE_VERSIONS)
      .then(({ frames, version }) => {
        this.frames = [...this.frames.slice(this.next), ...frames]
        this.next = 0
        this.loadedTo = version
      })
      .catch(() => this.view.patch({ phase: 'failed', playing: false }))
      .finally(() => {
        this.filling = null
      })
    return this.filling
  }
}
