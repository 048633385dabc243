// The element speaks the languages of the pages, and says what the page wants said instead.

import { describe, expect, test } from 'vitest'
import { Own, SeatStore } from '../sdk/index'
import { seatWords, sectionWords } from '../sdk/element/describe'
import { setWords, wordsOf } from '../sdk/element/words'
import { smallChart } from './fakes'

const store = () => {
  const made = new SeatStore(smallChart())
  made.applySnapshot(1, new Uint8Array(6))
  return made
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
    expect(seatWords(map, 0, 0, 'de')).toBe('Left-1-1 · 10\u00a0€ · frei')
    map.setOwn(0, Own.held)
    expect(seatWords(map, 0, 3, 'fr')).toBe(
      'Left-1-1 · 10\u00a0€ · à vous · 3 places marquées, Entrée choisit',
    )
    expect(sectionWords(map, 1, 'en')).toBe('Right · 2 left · from €7.50')
  })

  test('a language that no one knows costs the words, not the map', () => {
    expect(seatWords(store(), 0, 0, 'en_US')).toContain('available')
  })

  // The last, because what is given stays.
  test('the page may replace some of them', () => {
    setWords({ soldOut: 'gone' })
    expect(wordsOf('de').soldOut).toBe('gone')
    expect(wordsOf('de').yours).toBe('Ihrer')
  })
})
