// The map's colours, light and dark, and the little colour arithmetic they need.

import type { Palette } from '../palette.js'

export interface MapTheme {
  /** Behind everything; also what seats without a filling show. */
  paper: string
  /** The flat ground that blocks of seats stand on. */
  ground: string
  /** Behind the seats of a section. */
  floor: string
  line: string
  label: string
  quietLabel: string
  /** Grass, ice or boards that people play on. */
  field: string
  stage: string
  stageLabel: string
  locked: string
  reserved: string
  sold: string
  blocked: string
  /** The marks on seats that can't be had: dot, bar, cross. */
  mark: string
  soldMark: string
  own: string
  ownMark: string
  pulse: string
  cursor: string
}

export const LIGHT: MapTheme = {
  paper: '#f6f5f2',
  ground: '#eeece6',
  floor: '#ffffff',
  line: '#e2dfd8',
  label: '#17171c',
  quietLabel: '#64626d',
  field: '#dfe9dc',
  stage: '#25242b',
  stageLabel: '#f3f1ec',
  locked: '#8d8b95',
  reserved: '#92909a',
  sold: '#e4e2dd',
  blocked: '#8a8780',
  mark: '#ffffff',
  soldMark: '#83807a',
  own: '#141318',
  ownMark: '#ffffff',
  pulse: '#141318',
  cursor: '#141318',
}

export const DARK: MapTheme = {
  paper: '#101014',
  ground: '#15151a',
  floor: '#191920',
  line: '#2b2b34',
  label: '#f3f2ee',
  quietLabel: '#a09eaa',
  field: '#1b2620',
  stage: '#393843',
  stageLabel: '#f3f2ee',
  locked: '#6b6976',
  reserved: '#66646f',
  sold: '#2b2b33',
  blocked: '#6d6b76',
  mark: '#15151a',
  soldMark: '#76757f',
  own: '#ffffff',
  ownMark: '#121216',
  pulse: '#ffffff',
  cursor: '#ffffff',
}

/** The few words on the map, in the reader's language. */
export interface MapWords {
  left(count: number): string
  places(count: number): string
  from(price: string): string
  each(price: string): string
  /** Between the lowest and the highest price of what is left; without it, `from` is said. */
  range?(low: string, high: string): string
  /** What is left where there is room for a number only; without it, the number. */
  short?(left: number): string
  soldOut: string
}

/** What layers need to know to draw in the style of the page. */
export interface MapLook {
  theme: MapTheme
  palette: Palette
  fontFamily: string
  words: MapWords
}

/** Which categories are shown in colour; null for all. */
export type Highlight = ReadonlySet<number> | null

export type Rgb = [number, number, number]

/** Reads #rgb or #rrggbb; the chart has let nothing else through. */
export function parseColor(hex: string): Rgb {
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex
  const value = parseInt(digits.slice(1), 16)
  return [value >> 16, (value >> 8) & 0xff, value & 0xff]
}

/** Goes from one colour towards another, by a share of 0 to 1. */
export function mix(from: string, to: string, share: number): string {
  const a = parseColor(from)
  const b = parseColor(to)
  const parts = a.map((part, at) => Math.round(part + (b[at] - part) * share))
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** Whether what is behind everything is dark. */
export const isDark = ({ paper }: MapTheme): boolean => readableOn(paper) === '#ffffff'

/** Black or white, whichever can be read better on the colour: at 4.5:1 at least on any. */
export function readableOn(hex: string): string {
  return contrast(hex, WHITE) >= contrast(hex, BLACK) ? WHITE : BLACK
}

const WHITE = '#ffffff'
const BLACK = '#000000'

/** The contrast of two colours as WCAG counts it, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function luminance(hex: string): number {
  const [r, g, b] = parseColor(hex).map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
