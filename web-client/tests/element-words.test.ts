// The element speaks the languages of the pages, and says what the page wants said instead.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Own, Problem, SeatStore, Unreachable } from '../sdk/index'
import {
  againWords,
  connectionWords,
  orphanWords,
  refusalOf,
  seatDetail,
  seatWords,
  sectionWords,
} from '../sdk/element/describe'
import { setWords, wordsOf } from '../sdk/element/words'
import { smallChart } from './fakes'

const store = () => {
  const made = new SeatStore(smallChart())
  made.applySnapshot(1, new Uint8Array(6))
  return made
}

/** Refusals that the element's calls don't come upon, or that are said by their status. */
const NOT_SAID_BY_CODE = [
  'bad_request', 'method_not_allowed', 'body_too_large', 'unsupported_media_type',
  'upgrade_required', 'invalid', 'unknown_user', 'idempotency_key_reused', 'rate_limited',
  'quantity_exceeds_locked', 'booking_expired', 'booking_cancelled', 'already_confirmed',
  'already_checked_in', 'not_checked_in', 'not_confirmed', 'seats_missing',
]

/** The codes of refusals in the server's own sources. */
function codes(): string[] {
  const file = join(import.meta.dirname, '../../src/protocol/problem.rs')
  const source = readFileSync(file, 'utf8')
  const found = source.slice(source.indexOf('codes! {')).matchAll(/^ {4}(\w+) 4\d\d "/gm)
  return [...found].map(([, word]) => word.replace(/(?<=.)[A-Z]/g, '_$&').toLowerCase())
}

const HOVER = { x: 0, y: 0, radius: 1, room: 100, orphans: [], alternative: [], range: 0 }

const LANGUAGES = ['en', 'de', 'es', 'fr', 'ja']

/** What the pages say, by key. */
function pages(language: string): Record<string, string> {
  const file = join(import.meta.dirname, `../src/i18n/${language}.json`)
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
}

describe('words of the element', () => {
  test('are those of the language, whatever its region, and English where there are none', () => {
    expect(wordsOf('de-AT').soldOut).toBe('ausverkauft')
    expect(wordsOf('ja').status.sold).toBe('販売済み')
    expect(wordsOf('nl').soldOut).toBe('sold out')
    expect(wordsOf('constructor').soldOut).toBe('sold out')
  })

  test('every language has a name of its own for every status', () => {
    for (const language of ['en', 'de', 'es', 'fr', 'ja']) {
      const { status, yours } = wordsOf(language)
      expect(new Set([...Object.values(status), yours]).size).toBe(6)
    }
    const said = ['en', 'de', 'es', 'fr', 'ja'].map((language) => wordsOf(language).map)
    expect(new Set(said).size).toBe(5)
  })

  test('name seats and sections with amounts of the language', () => {
    const map = store()
    expect(seatWords(map, 0, 0, 'de')).toBe('Left · Reihe 1 · Platz 1 · A · 10\u00a0€ · frei')
    map.setOwn(0, Own.held)
    expect(seatWords(map, 0, 3, 'fr')).toBe(
      'Left · Rang 1 · Place 1 · A · 10\u00a0€ · à vous · 3 places marquées, Entrée choisit',
    )
    expect(sectionWords(map, 1, 'en')).toBe('Right · 2 left · €7.50')
  })

  test('say what else a seat is, and a page hears it by name', () => {
    const map = store()
    expect(seatWords(map, 2, 0, 'en')).toBe(
      'Right · Row 1 · Seat 1 · B · €7.50 · available · Wheelchair space',
    )
    expect(seatDetail(map.chart, 2)).toMatchObject({ flags: ['wheelchair'], table: '', floor: '' })
    expect(seatDetail(map.chart, 1).flags).toEqual(['aisle'])
  })

  test('name a table, and where it is sold whole neither row nor seat', () => {
    const tables = (sale: 'seat' | 'whole') => {
      const table = { label: 'T1', first: 0, count: 2, sale }
      const made = new SeatStore(smallChart({ tables: [table] }))
      made.applySnapshot(1, new Uint8Array(6))
      return seatWords(made, 0, 0, 'en')
    }
    expect(tables('seat')).toBe('Left · Table T1 · Seat 1 · A · €10 · available')
    expect(tables('whole')).toBe('Left · Table T1 · A · €20 · available')
  })

  test('numbers are written as the language has it, whatever words the page gives', () => {
    expect(seatWords(store(), 0, 4_293, 'en')).toContain('4,293 seats marked')
    expect(seatWords(store(), 0, 4_293, 'de')).toContain('4.293 Plätze markiert')
    for (const language of LANGUAGES) {
      const { left, places, marked, moreRows } = wordsOf(language)
      for (const say of [left, places, marked, moreRows]) expect(say(2_000, '2 k')).toContain('2 k')
    }
  })

  test('nothing is said of prices and states before anything was heard', () => {
    const silent = new SeatStore(smallChart())
    expect(sectionWords(silent, 1, 'en')).toBe('Right')
    expect(seatWords(silent, 0, 0, 'en')).toContain('Loading')
  })

  test.each(LANGUAGES)('are those of the pages, where both say the same: %s', (language) => {
    const said = pages(language)
    const words = wordsOf(language)
    const { reasons, flags, loading, zoomIn, taken } = words
    const { seats_unavailable: some, ...coded } = reasons
    for (const [code, reason] of Object.entries(coded)) {
      expect(reason, code).toBe(said[`reason.${code}`])
    }
    for (const [flag, name] of Object.entries(flags)) {
      expect(name, flag).toBe(said[`flag.${flag}`])
    }
    expect(some).toBe(said['reason.seatsTaken'])
    expect(taken('S1')).toBe(said['reason.seatTaken'].replace('{seat}', 'S1'))
    expect([loading, zoomIn]).toEqual([said['event.loading'], said['map.zoomIn']])
    const { marks, legend, signs, asMap, asList, list, listHint, choosePlaces } = words
    const { blocked, wheelchair, ...others } = marks
    for (const [mark, name] of Object.entries(others)) {
      expect(name, mark).toBe(said[`marks.${mark}`])
    }
    expect([blocked, wheelchair]).toEqual([said['status.blocked'], flags.wheelchair])
    expect([legend, signs]).toEqual([said['legend.label'], said['marks.label']])
    expect([asMap, asList]).toEqual([said['view.map'], said['view.list']])
    expect([list, choosePlaces]).toEqual([said['list.label'], said['list.choosePlaces']])
    expect(listHint).toContain(said['list.hint'])
    expect(listHint).toContain(said['list.range'])
    const counted = words.free('3', '9')
    expect(counted).toBe(said['list.free'].replace(/\{(\w+), number\}/g, (_, name) => {
      return name === 'left' ? '3' : '9'
    }))
  })

  test.each(LANGUAGES)('warn of seats left alone as the pages do: %s', (language) => {
    const said = pages(language)
    const { chart } = store()
    expect(orphanWords(chart, [], true, language)).toBe('')
    const one = { seats: chart.number[1] }
    const leaves = said['orphan.prefer'].replace('{seats}', one.seats)
    expect(orphanWords(chart, [1], false, language)).toBe(leaves)
    const wouldLeave = said['orphan.strict'].replace('{seats}', one.seats)
    expect(orphanWords(chart, [1], true, language)).toBe(wouldLeave)
    const two = [chart.number[0], chart.number[1]].join(said['seat.join'])
    const both = said['orphan.prefer'].replace('{seats}', two)
    expect(orphanWords(chart, [0, 1], false, language)).toBe(both)
  })

  test('another tap is offered for a seat that is still free, and not refused', () => {
    const map = store()
    const hover = { ...HOVER, seat: 0, again: true }
    expect(againWords(map, hover, true, 'en')).toBe('Tap again to take it')
    expect(againWords(map, { ...hover, again: false }, true, 'en')).toBe('')
    expect(againWords(map, { ...hover, orphans: [1] }, false, 'en')).toBe('Tap again to take it')
    expect(againWords(map, { ...hover, orphans: [1] }, true, 'en')).toBe('')
    map.setOwn(0, Own.held)
    expect(againWords(map, hover, true, 'en')).toBe('')
  })

  test('a refusal is said in the language, and handed on as the server said it', () => {
    const lost = new Problem(409, { code: 'seats_unavailable', detail: 'S1 is locked' })
    expect(refusalOf(lost, 'de', 'S1')).toEqual({
      code: 'seats_unavailable',
      reason: 'S1 wurde gerade genommen.',
      detail: 'S1 is locked',
    })
    const reason = (problem: unknown) => refusalOf(problem, 'en').reason
    expect(reason(lost)).toBe('Some of these seats have just been taken.')
    expect(reason(new Problem(429, { code: 'rate_limited' }))).toContain('a little fast')
    expect(reason(new Problem(503, { code: 'overloaded' }))).toContain('busy')
    expect(reason(new Problem(418, { code: 'teapot' }))).toContain('went wrong')
    expect(reason(new Unreachable('x'))).toContain('does not answer')
  })

  test('every refusal that a visitor can come upon has words of its own', () => {
    const known = codes()
    expect(known).toContain('orphan')
    const { reasons } = wordsOf('en')
    const missing = known.filter((code) => !Object.hasOwn(reasons, code))
    expect(missing.sort()).toEqual([...NOT_SAID_BY_CODE].sort())
  })

  test('of the connection are said only where something is wrong with it', () => {
    const words = wordsOf('en')
    const say = (state: 'live' | 'reconnecting', reason: 'no-socket' | 'no-answer' | 'lost') =>
      connectionWords({ state, way: 'poll', reason }, words)
    expect(say('live', 'no-socket')).toBe('')
    expect(say('reconnecting', 'lost')).toBe('Reconnecting')
    expect(say('reconnecting', 'no-answer')).toContain('can’t be reached')
  })

  test('a language that no one knows costs the words, not the map', () => {
    expect(seatWords(store(), 0, 0, 'en_US')).toContain('available')
    expect(orphanWords(store().chart, [0, 1], false, 'en_US')).toContain('1, 2')
  })

  // The last, because what is given stays.
  test('the page may replace some of them', () => {
    setWords({ soldOut: 'gone' })
    expect(wordsOf('de').soldOut).toBe('gone')
    expect(wordsOf('de').yours).toBe('Ihrer')
    setWords({ flags: { aisle: 'at the end' } })
    setWords({ reasons: { orphan: 'no gaps' } })
    const { flags, reasons } = wordsOf('de')
    expect([flags.aisle, flags.companion]).toEqual(['at the end', 'Begleitplatz'])
    expect([reasons.orphan, wordsOf('de').soldOut]).toEqual(['no gaps', 'gone'])
    expect(reasons.sold_out).toBe('Es sind keine Plätze mehr da.')
  })
})
