// What a legend shows of seats beside their categories: each with its colour and its mark, for not
// everyone sees colours alike. In a square of 20 units.

import { Flag, type Chart } from './chart.js'
import { categoryColor, type Palette } from './palette.js'
import { mix, type MapTheme } from './renderer/theme.js'

export type SignName =
  'yours' | 'held' | 'reserved' | 'sold' | 'blocked' | 'wheelchair' | 'table'

export interface Sign {
  name: SignName
  /** A square instead of a circle. */
  square?: boolean
  fill: string
  /** The colour of a line around it. */
  edge?: string
  /** The mark on it, as a path in this colour and width. */
  mark?: { d: string; color: string; width: number }
}

/** How much of its category's colour a table sold whole is filled with. */
const TABLE_TINT = 0.16

/** What seats look like that can't be had, and what else this chart has. */
export function signsOf(chart: Chart, theme: MapTheme, palette: Palette): Sign[] {
  const { own, ownMark, locked, reserved, sold, soldMark, blocked, mark, floor } = theme
  const on = (d: string, color: string, width = 1.8) => ({ d, color, width })
  const signs: Sign[] = [
    { name: 'yours', fill: own, mark: on('M5.8 10.2l2.8 2.8 5.6-6', ownMark) },
    { name: 'held', fill: locked, mark: on('M10 10h.01', mark, 5) },
    { name: 'reserved', fill: reserved, mark: on('M6.4 10h7.2', mark, 2.4) },
    { name: 'sold', fill: sold, mark: on('M7.4 7.4l5.2 5.2m0-5.2l-5.2 5.2', soldMark) },
    { name: 'blocked', fill: blocked, mark: on('M10 10h.01', floor, 13) },
  ]
  const colorOf = (category: number) => categoryColor(chart, category, palette) ?? locked
  const wheelchair = chart.flags.findIndex((flags) => (flags & Flag.wheelchair) !== 0)
  if (wheelchair >= 0) {
    signs.push({ name: 'wheelchair', square: true, fill: colorOf(chart.category[wheelchair]) })
  }
  const table = chart.tables.find(({ whole }) => whole)
  if (table) {
    const edge = colorOf(table.category)
    signs.push({ name: 'table', fill: mix(floor, edge, TABLE_TINT), edge })
  }
  return signs
}
