// The languages: every key in each, with the same values in it, and no word said that isn't there.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../src')
const read = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(join(root, 'i18n', `${language}.json`), 'utf8'))

const LANGUAGES = ['en', 'de', 'es', 'fr', 'ja']
const english = read('en')

type Element = ReturnType<IntlMessageFormat['getAst']>[number]

/** The names a message takes values by, those inside its branches too. */
function namesOf(elements: Element[]): Set<string> {
  const names = new Set<string>()
  for (const element of elements) {
    // Only texts (0) and the number sign (7) take no value of their own.
    if (element.type !== 0 && element.type !== 7) names.add(element.value)
    if (!('options' in element)) continue
    for (const { value } of Object.values<{ value: Element[] }>(element.options)) {
      for (const name of namesOf(value)) names.add(name)
    }
  }
  return names
}

const parse = (message: string, language: string) =>
  new IntlMessageFormat(message, language, undefined, { ignoreTag: true })

describe.each(LANGUAGES)('%s', (language) => {
  const messages = read(language)

  test('has every key, and none besides', () => {
    expect(Object.keys(messages).sort()).toEqual(Object.keys(english).sort())
  })

  test('has words for every key, with the same values as English', () => {
    for (const [key, message] of Object.entries(messages)) {
      expect(message.trim(), key).not.toBe('')
      const names = namesOf(parse(message, language).getAst())
      const wanted = namesOf(parse(english[key], 'en').getAst())
      expect([...names].sort(), key).toEqual([...wanted].sort())
    }
  })

  test('says counts of none, one and many', () => {
    for (const [key, message] of Object.entries(messages)) {
      if (!message.includes('plural')) continue
      for (const count of [0, 1, 2, 5000]) {
        const numbers = { count, minutes: count, free: count, together: count }
        const values = { ...numbers, list: '1, 2', row: 'A' }
        expect(String(parse(message, language).format(values)), key).not.toMatch(/[{}#]/)
      }
    }
  })
})

test('every message is used somewhere', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  const code = files
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(root, name), 'utf8'))
    .join('\n')
  const said = (key: string) => {
    const family = key.slice(0, key.lastIndexOf('.') + 1)
    return code.includes(`'${key}'`) || code.includes(`\`${family}\${`)
  }
  expect(Object.keys(english).filter((key) => !said(key))).toEqual([])
})

/** Words of the server's own sources: the first group of each match. */
function wordsIn(file: string, from: string, pattern: RegExp): string[] {
  const source = readFileSync(join(root, '../../src', file), 'utf8')
  const found = source.slice(source.indexOf(from)).matchAll(pattern)
  return [...found].map(([, word]) => word.replace(/(?<=.)[A-Z]/g, '_$&').toLowerCase())
}

test('why a seat has changed is said in words, whatever the change log calls it', () => {
  const causes = wordsIn('domain/decide/mod.rs', 'pub enum Cause', /Self::\w+ => "(\w+)"/g)
  expect(causes).toContain('hold_expiry')
  const missing = [...causes, 'chart'].filter((cause) => !english[`cause.${cause}`])
  expect(missing).toEqual([])
})

/** What only a program does wrong, or is told better by the server's own detail. */
const FOR_PROGRAMS = [
  'bad_request',
  'invalid',
  'method_not_allowed',
  'unsupported_media_type',
  'upgrade_required',
]

test('every refusal of the server is said in words', () => {
  const codes = wordsIn('protocol/problem.rs', 'codes! {', /^ {4}(\w+) 4\d\d "/gm)
  expect(codes).toContain('not_locked')
  // Said by name, with the seats, or by their status.
  const other = [...FOR_PROGRAMS, 'seats_unavailable', 'rate_limited']
  const missing = codes.filter((code) => !other.includes(code) && !english[`reason.${code}`])
  expect(missing).toEqual([])
})
