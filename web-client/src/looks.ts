// How the pages look to this visitor: light or dark, which palette, map or list.

import { DARK, LIGHT, type MapTheme, type Palette } from '../sdk/index'
import { keep, kept } from './kept'
import { Observable } from './state/observable'

export const THEMES = ['auto', 'light', 'dark'] as const

export type Theme = (typeof THEMES)[number]

export interface Looks {
  theme: Theme
  palette: Palette
  view: 'map' | 'list'
}

const STORAGE_KEY = 'seatmap.looks'
const DARK_MEDIA = window.matchMedia('(prefers-color-scheme: dark)')

export const looks = new Observable<Looks>(stored())

export function setLooks(change: Partial<Looks>): void {
  looks.patch(change)
  keep(STORAGE_KEY, JSON.stringify(looks.get()))
  apply()
}

export function isDark(): boolean {
  const { theme } = looks.get()
  return theme === 'dark' || (theme === 'auto' && DARK_MEDIA.matches)
}

export const mapTheme = (): MapTheme => (isDark() ? DARK : LIGHT)

/** Puts the theme on the document, and again when the device's changes. */
export function beginLooks(): void {
  apply()
  DARK_MEDIA.addEventListener('change', () => {
    apply()
    looks.patch({})
  })
}

function apply(): void {
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light'
}

function stored(): Looks {
  const looks: Looks = { theme: 'auto', palette: 'chart', view: 'map' }
  try {
    const value = JSON.parse(kept(STORAGE_KEY) ?? '{}') as Partial<Looks>
    if (THEMES.includes(value.theme as Theme)) looks.theme = value.theme as Theme
    if (value.palette === 'safe') looks.palette = 'safe'
    if (value.view === 'list') looks.view = 'list'
  } catch {
    // What can't be read was never chosen.
  }
  return looks
}
