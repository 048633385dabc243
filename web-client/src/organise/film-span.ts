// The stretch of the film that its slider goes over: all of it, or closer in time around a place.

/** How much happened, from a time on, in parts of one width; times in milliseconds. */
export interface Stir {
  start: number
  width: number
  counts: readonly number[]
}

export interface Span {
  from: number
  to: number
  stir: Stir
}

/** That of a span while it isn't known. */
export const NO_STIR: Stir = { start: 0, width: 0, counts: [] }

/** A thousandth of it, which is as fine as a slider is, is the finest time there is. */
const SPAN_MIN_MS = 1_000

/** Around the same place, so many times as long, within the whole. */
export function zoomed(span: Span, at: number, times: number, whole: Span): Span {
  const length = Math.max(SPAN_MIN_MS, (span.to - span.from) * times)
  return placed(at - length * share(span, at), length, whole)
}

/** The span itself while a place is in it, or else one as long that begins there. */
export function following(span: Span, at: number, whole: Span): Span {
  return at >= span.from && at <= span.to ? span : placed(at, span.to - span.from, whole)
}

/** Where in it a time is, from 0 to 1. */
export function share({ from, to }: Span, at: number): number {
  return to > from ? Math.min(1, Math.max(0, (at - from) / (to - from))) : 0
}

function placed(wanted: number, length: number, whole: Span): Span {
  if (length >= whole.to - whole.from) return whole
  const from = Math.min(whole.to - length, Math.max(whole.from, wanted))
  return { from, to: from + length, stir: NO_STIR }
}
