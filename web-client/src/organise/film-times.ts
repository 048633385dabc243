// When the film came to which version, as far as timelines have told. A rush lies in one bucket of
// a long sale, so that stretch is asked for again, more finely, before anybody jumps into it.

import type { Span, Stir } from './film-span'
import type { PastMap, Stretch, Timeline } from './sales-client'

/** What is asked of the server. */
export interface TimesCalls {
  timeline(stretch: Stretch): Promise<Timeline>
  past(version: number): Promise<PastMap>
}

/** All versions up to this one had come by then, and no other. */
interface Mark {
  /** In milliseconds. */
  at: number
  version: number
}

const BUCKETS = 400

/** Each time 400 times as finely: from years to a second, and that is as fine as timelines are. */
const LOOKS_CLOSER_MAX = 5
const FINEST_MS = 1_000

export class FilmTimes {
  private readonly calls: TimesCalls
  private marks: Mark[] = []
  /** The versions the film begins and ends at. */
  private first = 0
  private end = 0

  constructor(calls: TimesCalls) {
    this.calls = calls
  }

  /**
   * All that has happened since the event has its chart, and the versions it began with and came
   * to; null when there was nothing.
   */
  async load(): Promise<{ whole: Span; first: number; last: number } | null> {
    const timeline = await this.sinceChart()
    const stir = stirOf(timeline)
    const last = stir.counts.findLastIndex((count) => count > 0)
    if (last < 0) return null
    const to = stir.start + (last + 1) * stir.width
    this.first = timeline.chart_version
    this.end = timeline.version
    // Nothing has happened before the film begins.
    this.marks = [{ at: stir.start, version: this.first }]
    this.keep(timeline, to)
    const counts = stir.counts.slice(0, last + 1)
    const whole = { from: stir.start, to, stir: { ...stir, counts } }
    return { whole, first: this.first, last: this.end }
  }

  /** What was before was told by another chart. */
  private async sinceChart(): Promise<Timeline> {
    const all = await this.calls.timeline({ buckets: BUCKETS })
    if (all.chart_version === 0) return all
    const { at } = await this.calls.past(all.chart_version)
    return at === null ? all : this.calls.timeline({ from: new Date(at), buckets: BUCKETS })
  }

  /** How much happened when between two times. */
  async read(from: number, to: number): Promise<Stir> {
    const stretch = { from: new Date(from), to: new Date(to), buckets: BUCKETS }
    const timeline = await this.calls.timeline(stretch)
    this.keep(timeline, to)
    return stirOf(timeline)
  }

  /** A version that had come by a time, at most so many before it as far as a second can tell. */
  async lastBy(at: number, versions: number): Promise<number> {
    for (let left = LOOKS_CLOSER_MAX; ; left -= 1) {
      const before = Math.max(0, this.marks.findLastIndex((mark) => mark.at <= at))
      const [mark, next] = [this.marks[before], this.marks.at(before + 1)]
      const near = !next || next.version - mark.version <= versions
      if (near || left === 0 || next.at - mark.at <= FINEST_MS) return mark.version
      await this.read(mark.at, next.at)
    }
  }

  /** Of a timeline until a time: what ends later was not counted whole. */
  private keep({ buckets, bucket_seconds: seconds }: Timeline, until: number): void {
    const known = new Set(this.marks.map(({ at }) => at))
    for (const { start, version } of buckets) {
      const at = Date.parse(start) + seconds * 1000
      if (at > until || known.has(at)) continue
      this.marks.push({ at, version: Math.max(this.first, Math.min(version, this.end)) })
    }
    this.marks.sort((a, b) => a.at - b.at)
  }
}

function stirOf({ buckets, bucket_seconds: seconds }: Timeline): Stir {
  const counts = buckets.map(
    ({ locked, released, reserved, sold, cancelled }) =>
      locked + released + reserved + sold + cancelled,
  )
  return { start: Date.parse(buckets[0]?.start), width: seconds * 1000, counts }
}
