// The colours of the map, against what WCAG 2.2 AA asks of text and of marks in place of colour.

import { describe, expect, test } from 'vitest'
import { categoryColor, contrast, DARK, LIGHT, mix, readableOn, type Palette } from '../sdk/index'
import { isDark } from '../sdk/renderer/theme'
import { smallChart } from './fakes'

const TEXT_MIN = 4.5
const MARK_MIN = 3

/** What categories of charts are painted in: the demo's own colours, and every kind of grey. */
const OWN = ['#b23177', '#dd741e', '#3ea48f', '#0d62cc', '#af7cf0']
const GREYS = Array.from({ length: 256 }, (_, at) => mix('#000000', '#ffffff', at / 255))

function colours(palette: Palette): string[] {
  const categories = [...OWN, ...GREYS].map((color, at) => {
    return { key: `${at}`, label: '', color, price: '1.00' }
  })
  const chart = smallChart({ categories })
  return categories.map((_, at) => categoryColor(chart, at, palette) ?? 'none')
}

describe.each(['chart', 'safe'] as const)('the palette %s', (palette) => {
  test.each(colours(palette).filter((one, at, all) => all.indexOf(one) === at))(
    'has text that can be read on %s',
    (color) => {
      expect(contrast(color, readableOn(color))).toBeGreaterThanOrEqual(TEXT_MIN)
    },
  )
})

describe.each([['light', LIGHT], ['dark', DARK]] as const)('the %s theme', (name, theme) => {
  test('is told from the other', () => {
    expect(isDark(theme)).toBe(name === 'dark')
  })

  test.each([
    ['held', theme.locked, theme.mark],
    ['reserved', theme.reserved, theme.mark],
    ['sold', theme.sold, theme.soldMark],
    ['the visitor\'s own', theme.own, theme.ownMark],
    ['not for sale', theme.blocked, theme.floor],
    ['not for sale, at a table', theme.blocked, theme.ground],
  ])('has a mark that is seen on seats that are %s', (_, fill, mark) => {
    expect(contrast(fill, mark)).toBeGreaterThanOrEqual(MARK_MIN)
  })

  test.each([
    ['the ground', theme.ground, theme.quietLabel],
    ['the paper', theme.paper, theme.quietLabel],
    ['a section', theme.floor, theme.label],
    ['a section that is sold out', theme.sold, theme.quietLabel],
    ['the field', theme.field, theme.quietLabel],
    ['the stage', theme.stage, theme.stageLabel],
  ])('has text that can be read on %s', (_, ground, text) => {
    expect(contrast(ground, text)).toBeGreaterThanOrEqual(TEXT_MIN)
  })
})

test('contrast is counted as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})
