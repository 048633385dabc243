// The orphan rule: a hold shouldn't leave a single free seat where none was. What could be taken
// instead costs the same, and has just those spaces for wheelchairs and companions that were asked
// for. Seats that aren't side by side are as many parties. The server has the same rule and the
// last word; `tests/vectors` holds both to it.

import { Flag, NONE, type Chart } from './chart.js'
import { Status } from './protocol/index.js'
import { Own, type SeatStore } from './seat-store.js'

/** The seats that a hold would leave alone, and what to take instead. */
export interface Orphaned {
  /** Ascending. */
  seats: number[]
  /** All seats of the hold, those in rows where it was at fault replaced; ascending. */
  alternative: number[]
}

type Free = (seat: number) => boolean
type Run = [first: number, end: number]

/** Judges a hold of free seats by the strict rule. Null: nothing against it. */
export function judgeOrphans(chart: Chart, free: Free, hold: readonly number[]): Orphaned | null {
  const seats: number[] = []
  const alternative: number[] = []
  const byRow = new Map<number, number[]>()
  for (const seat of [...hold].sort((a, b) => a - b)) {
    const row = chart.row[seat]
    // Tables and areas have no neighbours.
    if (row === NONE || chart.table[seat] !== NONE || chart.area[seat] !== NONE) {
      alternative.push(seat)
    } else byRow.set(row, [...(byRow.get(row) ?? []), seat])
  }
  for (const [row, party] of byRow) {
    const segments = segmentsOf(chart, row)
    const found = judgeRow(chart, segments, free, party)
    if (found === null) alternative.push(...party)
    else {
      seats.push(...found.seats)
      alternative.push(...found.alternative)
    }
  }
  if (seats.length === 0) return null
  const ascending = (a: number, b: number) => a - b
  return { seats: seats.sort(ascending), alternative: alternative.sort(ascending) }
}

/**
 * Judges the seats of a hold in one row: as a whole where it could sit side by side and leave
 * nobody alone; else each of its pieces as a party of its own, in the row without the others.
 */
function judgeRow(
  chart: Chart,
  segments: readonly Run[],
  free: Free,
  party: readonly number[],
): Orphaned | null {
  const left = leftAlone(segments, free, party)
  if (left.length === 0) return null
  const whole = nearestLegal(chart, segments, free, party)
  if (whole !== null) {
    return { seats: left, alternative: party.map((_, at) => whole + at) }
  }
  const other = new Set(party)
  const faultOf = (piece: readonly number[]) => {
    const own = new Set(piece)
    const still: Free = (seat) => free(seat) && (!other.has(seat) || own.has(seat))
    const alone = leftAlone(segments, still, piece)
    const start = alone.length > 0 ? nearestLegal(chart, segments, still, piece) : null
    return start === null ? null : { alone, start }
  }
  const seats = new Set(piecesOf(segments, other).flatMap((piece) => faultOf(piece)?.alone ?? []))
  if (seats.size === 0) return null
  // Each step leaves fewer seats alone, so it comes to an end.
  for (let improved = true; improved; ) {
    improved = false
    for (const piece of piecesOf(segments, other)) {
      const fault = faultOf(piece)
      if (fault === null) continue
      piece.forEach((seat) => other.delete(seat))
      piece.forEach((_, at) => other.add(fault.start + at))
      improved = true
    }
  }
  return { seats: [...seats], alternative: [...other] }
}

/** The pieces of a party in a row: its seats side by side. */
function piecesOf(segments: readonly Run[], party: ReadonlySet<number>): number[][] {
  const pieces: number[][] = []
  for (const [first, end] of segments) {
    let piece: number[] = []
    for (let seat = first; seat <= end; seat += 1) {
      if (seat < end && party.has(seat)) piece.push(seat)
      else if (piece.length > 0) {
        pieces.push(piece)
        piece = []
      }
    }
  }
  return pieces
}

/** What choosing the free ones of some seats would leave alone; null for nothing. */
export function orphanedBy(store: SeatStore, seats: readonly number[]): Orphaned | null {
  const { statuses, own, chart } = store
  const free = (at: number) => statuses[at] === Status.available && own[at] === Own.none
  return judgeOrphans(chart, free, store.takeable(seats))
}

function segmentsOf(chart: Chart, row: number): Run[] {
  const { first, count } = chart.rows[row]
  const segments: Run[] = []
  for (let seat = first; seat < first + count; ) {
    const segment = chart.segmentOf(seat)
    segments.push(segment)
    seat = segment[1]
  }
  return segments
}

/** The seats of a row that would be alone without the party, and aren't yet. */
function leftAlone(segments: readonly Run[], free: Free, party: readonly number[]): number[] {
  const taken = new Set(party)
  const stays: Free = (seat) => free(seat) && !taken.has(seat)
  const left: number[] = []
  for (const segment of segments) {
    for (let seat = segment[0]; seat < segment[1]; seat += 1) {
      if (isAlone(seat, segment, stays) && !isAlone(seat, segment, free)) left.push(seat)
    }
  }
  return left
}

function isAlone(seat: number, [first, end]: Run, free: Free): boolean {
  if (!free(seat)) return false
  return !(seat > first && free(seat - 1)) && !(seat + 1 < end && free(seat + 1))
}

/** The first seat of the legal run nearest to where the party begins; of two, the lower. */
function nearestLegal(
  chart: Chart,
  segments: readonly Run[],
  free: Free,
  party: readonly number[],
): number | null {
  const size = party.length
  const wanted = likeness(chart, party)
  let found: number | null = null
  for (const segment of segments) {
    for (let start = segment[0]; start + size <= segment[1]; start += 1) {
      const nearer =
        found === null || Math.abs(start - party[0]) < Math.abs(found - party[0])
      if (!nearer || !isLegal(segment, free, [start, start + size])) continue
      const run = party.map((_, at) => start + at)
      if (likeness(chart, run) === wanted) found = start
    }
  }
  return found
}

/**
 * What seats have to have in common to stand for one another: how many there are of each category,
 * and which of them are kept for wheelchairs and companions.
 */
function likeness(chart: Chart, seats: readonly number[]): string {
  const categories = seats.map((seat) => chart.category[seat]).sort((a, b) => a - b)
  const spaces = seats.filter((seat) => chart.flags[seat] & (Flag.wheelchair | Flag.companion))
  return `${categories.join()} ${spaces.join()}`
}

/** Whether a run is free and taking it leaves no single seat at either end of it. */
function isLegal([first, end]: Run, free: Free, [start, stop]: Run): boolean {
  for (let seat = start; seat < stop; seat += 1) if (!free(seat)) return false
  const before = start > first && free(start - 1) && !(start > first + 1 && free(start - 2))
  const after = stop < end && free(stop) && !(stop + 1 < end && free(stop + 1))
  return !before && !after
}
