// The colours of the pages' parts that words don't name: edges that make a field a field.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const css = readFileSync(join(import.meta.dirname, '../src/app.css'), 'utf8')

/** WCAG 2.2, 1.4.11. */
const CONTRAST_MIN = 3

function colorsOf(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split('}')[0]
  return Object.fromEntries(
    [...block.matchAll(/--(\w+): (#[0-9a-f]{6});/g)].map(([, name, color]) => [name, color]),
  )
}

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

test.each([':root', ":root[data-theme='dark']"])('fields have edges one can see: %s', (theme) => {
  const { edge, ...colors } = colorsOf(theme)
  for (const ground of ['paper', 'surface', 'sunken']) {
    expect(contrast(edge, colors[ground]), ground).toBeGreaterThanOrEqual(CONTRAST_MIN)
  }
})
