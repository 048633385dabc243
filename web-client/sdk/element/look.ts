// How the element looks: the two themes, changed by CSS variables of the page.

import { formatMoney, formatMoneyRange } from '../money.js'
import { DARK, LIGHT, readableOn, type MapLook, type MapTheme } from '../renderer/theme.js'
import { wordsOf } from './words.js'

/** Which CSS variable changes which colour of the map. */
const VARIABLES: [string, keyof MapTheme][] = [
  ['--seat-map-paper', 'paper'],
  ['--seat-map-floor', 'floor'],
  ['--seat-map-line', 'line'],
  ['--seat-map-label', 'quietLabel'],
  ['--seat-map-stage', 'stage'],
  ['--seat-map-stage-label', 'stageLabel'],
  ['--seat-map-own', 'own'],
  ['--seat-map-own-mark', 'ownMark'],
  ['--seat-map-locked', 'locked'],
  ['--seat-map-sold', 'sold'],
]

/** The renderer calculates with colours, so only plain hex ones are taken. */
const HEX = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i

/** The language of words and amounts: the element's own, else that of the page around it. */
export const langOf = (element: HTMLElement): string =>
  element.closest<HTMLElement>('[lang]')?.lang || document.documentElement.lang || 'en'

/** Whether one finger and the plain wheel are the page's. */
export const isCooperative = (element: HTMLElement): boolean =>
  element.getAttribute('gestures') === 'cooperative'

/** A language no one knows costs the form of numbers, not the map. */
export function formatCount(count: number, lang: string): string {
  try {
    return count.toLocaleString(lang)
  } catch {
    return String(count)
  }
}

export const DARK_DEVICE = '(prefers-color-scheme: dark)'

export function elementLook(element: HTMLElement, currency: string): MapLook {
  const wanted = element.getAttribute('theme')
  const dark = wanted ? wanted === 'dark' : window.matchMedia(DARK_DEVICE).matches
  const style = getComputedStyle(element)
  const theme = { ...(dark ? DARK : LIGHT) }
  for (const [variable, colour] of VARIABLES) {
    const value = style.getPropertyValue(variable).trim()
    if (HEX.test(value)) theme[colour] = value
    // A mark that the page doesn't name must be readable on the colour it does.
    if (HEX.test(value) && colour === 'own') theme.ownMark = readableOn(value)
  }
  const lang = langOf(element)
  const { left, places, soldOut, from, each } = wordsOf(lang)
  const written = (count: number) => formatCount(count, lang)
  return {
    theme,
    palette: element.getAttribute('palette') === 'safe' ? 'safe' : 'chart',
    fontFamily: style.fontFamily || 'system-ui, sans-serif',
    words: {
      left: (count) => left(count, written(count)),
      places: (count) => places(count, written(count)),
      soldOut,
      from: (price) => from(formatMoney(price, currency, lang)),
      each: (price) => each(formatMoney(price, currency, lang)),
      range: (low, high) => formatMoneyRange(low, high, currency, lang),
      short: written,
    },
  }
}

export function liveUrl(server: string, id: number): string {
  const url = new URL(`${server}/api/v1/events/${id}/live`, window.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}
