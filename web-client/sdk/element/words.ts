// The element's words, in the languages of the pages. A page may give others, for all of them.

import type { Flag } from '../chart.js'
import type { StatusName } from '../protocol/index.js'
import type { SignName } from '../signs.js'
import { DE } from './words/de.js'
import { EN } from './words/en.js'
import { ES } from './words/es.js'
import { FR } from './words/fr.js'
import { JA } from './words/ja.js'

export type FlagName = keyof typeof Flag

/** Refusals that have words of their own: by the server's code, and those that come without one. */
export type ReasonName =
  | 'seat_limit'
  | 'sales_closed'
  | 'sold_whole'
  | 'orphan'
  | 'hold_expired'
  | 'nothing_locked'
  | 'cannot_extend'
  | 'not_enough_together'
  | 'sold_out'
  | 'not_locked'
  | 'forbidden'
  | 'caller_unknown'
  | 'not_found'
  | 'seats_unavailable'
  | 'unreachable'
  | 'fast'
  | 'busy'
  | 'unknown'

export interface ElementWords {
  map: string
  /** Of a count the number decides about the words; `written` is how it stands in them. */
  marked(count: number, written: string): string
  noneFree: string
  /** Another tap takes the seat that a finger was told of first. */
  tapAgain: string
  /** The seats that choosing this one would leave alone, and that it can't be had because of it. */
  leaves(seats: string): string
  wouldLeave(seats: string): string
  /** What stands between seats that are listed. */
  join: string
  yours: string
  soldOut: string
  left(count: number, written: string): string
  places(count: number, written: string): string
  from(price: string): string
  each(price: string): string
  status: Record<StatusName, string>
  row(row: string): string
  seat(seat: string): string
  table(table: string): string
  /** What a seat is beside its place and price, such as one with a restricted view. */
  flags: Record<FlagName, string>
  loading: string
  failed: string
  missing: string
  retry: string
  /** Nothing was ever heard of the server. */
  unreachable: string
  reconnecting: string
  stale: string
  closed: string
  controls: string
  zoomIn: string
  zoomOut: string
  whole: string
  overview: string
  floors: string
  legend: string
  legendHint: string
  signs: string
  /** What seats look like that can't be had, and other shapes. */
  marks: Record<SignName, string>
  viewAs: string
  asMap: string
  asList: string
  list: string
  listHint: string
  /** So many of a section are free, both as they are written. */
  free(left: string, total: string): string
  moreRows(count: number, written: string): string
  choosePlaces: string
  /** How the map is moved where it leaves this to the page. */
  withheld: { touch: string; wheel: string }
  /** Why something was refused. */
  reasons: Record<ReasonName, string>
  /** A seat that somebody else was faster to take. */
  taken(seat: string): string
}

/** What a page may replace: of those with parts, the parts it names. Reasons may be of any code. */
export type GivenWords = { reasons?: Record<string, string> } & {
  [Name in Exclude<keyof ElementWords, 'reasons'>]?: Replaced<ElementWords[Name]>
}

type Replaced<Words> = Words extends Record<string, string> ? Partial<Words> : Words

const LANGUAGES: Record<string, ElementWords> = { en: EN, de: DE, es: ES, fr: FR, ja: JA }

const PARTS = ['status', 'flags', 'marks', 'withheld', 'reasons'] as const

let given: GivenWords = {}

/** The words of a language by its tag, English where there are none. */
export function wordsOf(lang: string): ElementWords {
  const language = lang.split('-')[0].toLowerCase()
  const words = Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : EN
  const parts = PARTS.map((part) => [part, { ...words[part], ...given[part] }])
  return { ...words, ...given, ...Object.fromEntries(parts) } as ElementWords
}

/** Replaces words in every language; those not named stay. Before the first map is shown. */
export function setWords(words: GivenWords): void {
  const parts = PARTS.map((part) => [part, { ...given[part], ...words[part] }])
  given = { ...given, ...words, ...Object.fromEntries(parts) } as GivenWords
}
