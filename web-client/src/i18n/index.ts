// The pages' words in the reader's language: ICU messages, and the one locale everything uses.

import { IntlMessageFormat } from 'intl-messageformat'
import { kept, keep } from '../kept'
import { Observable } from '../state/observable'
import en from './en.json'

export type MessageKey = keyof typeof en
export type Messages = Record<MessageKey, string>
type Values = Record<string, string | number>

/** Languages by their own names: who looks for theirs reads no other. */
export const LANGUAGES = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  ja: '日本語',
} as const

export type Language = keyof typeof LANGUAGES

const STORAGE_KEY = 'seatmap.language'

const loaders: Record<Exclude<Language, 'en'>, () => Promise<{ default: Messages }>> = {
  de: () => import('./de.json'),
  es: () => import('./es.json'),
  fr: () => import('./fr.json'),
  ja: () => import('./ja.json'),
}

export const language = new Observable<Language>('en')

let messages: Messages = en
let region: string = 'en'
const compiled = new Map<MessageKey, IntlMessageFormat>()

/** The locale for dates and amounts: the browser's own form of the language, where it has one. */
export const locale = (): string => region

/** A message in the present language. */
export function t(key: MessageKey, values: Values = {}): string {
  let format = compiled.get(key)
  if (!format) {
    format = new IntlMessageFormat(messages[key], region, undefined, { ignoreTag: true })
    compiled.set(key, format)
  }
  return String(format.format(values))
}

/** Whether there are words of this name; for codes that come from the server. */
export const isMessage = (key: string): key is MessageKey => Object.hasOwn(en, key)

/** Changes the language; one that can't be loaded leaves the present one. */
export async function speak(wanted: Language): Promise<void> {
  const loaded = wanted === 'en' ? en : await loaders[wanted]().then((file) => file.default)
  messages = loaded
  region = regionOf(wanted)
  compiled.clear()
  document.documentElement.lang = wanted
  language.set(wanted)
}

export function choose(wanted: Language): void {
  keep(STORAGE_KEY, wanted)
  // Without the file the page goes on in the language it has.
  void speak(wanted).catch(() => {})
}

/** The language chosen before, else the first of the browser's that there is. */
export function preferred(): Language {
  const wanted = [kept(STORAGE_KEY) ?? '', ...navigator.languages]
  const found = wanted.map((tag) => tag.split('-')[0]).find((tag) => Object.hasOwn(LANGUAGES, tag))
  return (found ?? 'en') as Language
}

function regionOf(wanted: Language): string {
  return navigator.languages.find((tag) => tag.split('-')[0] === wanted) ?? wanted
}
