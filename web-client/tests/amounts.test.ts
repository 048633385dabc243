// Amounts as people of several languages write them.

import { describe, expect, test } from 'vitest'
import { digitsOf, readAmount } from '../src/organise/amounts'

describe('an amount', () => {
  test.each([
    ['45.50', '45.50'],
    ['45,50', '45.50'],
    ['45,5', '45.5'],
    ['45', '45'],
    ['  45,50 ', '45.50'],
    ['1.234,50', '1234.50'],
    ['1,234.50', '1234.50'],
    ['1 234,50', '1234.50'],
    ['1\u202f234,50', '1234.50'],
    ['1’234.50', '1234.50'],
    ['1.234.567', '1234567'],
    ['045,50', '45.50'],
    ['0,50', '0.50'],
    ['0', '0'],
    ['４５．５０', '45.50'],
  ])('%s in euros is %s, wherever one is', (text, amount) => {
    for (const region of ['en', 'de', 'es', 'fr', 'ja']) {
      expect(readAmount(text, 'EUR', region), region).toBe(amount)
    }
  })

  const strange = ['', ' ', 'x', '-1', ',5', '1e3', '45.50 €']

  test.each([...strange, '45,505.5.5', '45,5050', '1,23,456', '4,5,6'])('%j is none', (text) => {
    for (const region of ['en', 'de']) expect(readAmount(text, 'EUR', region)).toBeNull()
  })

  test('one sign before three digits is what the language means by it', () => {
    expect(readAmount('1,234', 'EUR', 'en')).toBe('1234')
    expect(readAmount('1.234', 'EUR', 'de')).toBe('1234')
    // Three digits behind a decimal sign are one too many.
    expect(readAmount('1.234', 'EUR', 'en')).toBeNull()
    expect(readAmount('1,234', 'EUR', 'de')).toBeNull()
  })

  test('has as many digits as its currency', () => {
    expect([digitsOf('EUR'), digitsOf('JPY'), digitsOf('KWD'), digitsOf('')]).toEqual([2, 0, 3, 2])
    expect(readAmount('4,500', 'JPY', 'en')).toBe('4500')
    expect(readAmount('45,50', 'JPY', 'de')).toBeNull()
    expect(readAmount('4,500', 'KWD', 'de')).toBe('4.500')
    expect(readAmount('4,500', 'KWD', 'en')).toBe('4.500')
  })
})
