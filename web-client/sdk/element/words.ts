// The element's few words, in the languages of the pages. A page may give others, for all of them.

import type { StatusName } from '../protocol/index.js'

export interface ElementWords {
  map: string
  marked(count: number): string
  noneFree: string
  yours: string
  soldOut: string
  left(count: number): string
  places(count: number): string
  from(price: string): string
  each(price: string): string
  status: Record<StatusName, string>
}

const each = (price: string): string => price

const EN: ElementWords = {
  map:
    'Seat map. Arrow keys go from seat to seat, with Shift they mark all on the way, Enter ' +
    'chooses, plus and minus zoom.',
  marked: (count) => `${count} seats marked, Enter chooses`,
  noneFree: 'none of these seats is free',
  yours: 'yours',
  soldOut: 'sold out',
  left: (count) => `${count} left`,
  places: (count) => `${count} places`,
  from: (price) => `from ${price}`,
  each,
  status: {
    available: 'available',
    locked: 'held by someone else',
    reserved: 'reserved',
    sold: 'sold',
    blocked: 'not for sale',
  },
}

const DE: ElementWords = {
  map:
    'Saalplan. Pfeiltasten gehen von Platz zu Platz, mit Umschalt markieren sie alle auf dem ' +
    'Weg, Enter wählt, Plus und Minus zoomen.',
  marked: (count) => `${count} Plätze markiert, Enter wählt`,
  noneFree: 'keiner dieser Plätze ist frei',
  yours: 'Ihrer',
  soldOut: 'ausverkauft',
  left: (count) => `${count} frei`,
  places: (count) => `${count} Plätze`,
  from: (price) => `ab ${price}`,
  each,
  status: {
    available: 'frei',
    locked: 'von jemand anderem gehalten',
    reserved: 'reserviert',
    sold: 'verkauft',
    blocked: 'nicht im Verkauf',
  },
}

const ES: ElementWords = {
  map:
    'Plano de asientos. Las flechas van de asiento en asiento, con Mayús marcan todos los del ' +
    'camino, Intro elige, más y menos cambian el zoom.',
  marked: (count) => `${count} asientos marcados, Intro elige`,
  noneFree: 'ninguno de estos asientos está libre',
  yours: 'suyo',
  soldOut: 'agotado',
  left: (count) => `${count} libres`,
  places: (count) => `${count} plazas`,
  from: (price) => `desde ${price}`,
  each,
  status: {
    available: 'libre',
    locked: 'guardado para otra persona',
    reserved: 'reservado',
    sold: 'vendido',
    blocked: 'no está a la venta',
  },
}

const FR: ElementWords = {
  map:
    'Plan de salle. Les flèches vont de place en place, avec Maj elles marquent toutes celles ' +
    'du chemin, Entrée choisit, plus et moins changent le zoom.',
  marked: (count) => `${count} places marquées, Entrée choisit`,
  noneFree: 'aucune de ces places n’est libre',
  yours: 'à vous',
  soldOut: 'complet',
  left: (count) => `${count} libres`,
  places: (count) => `${count} places`,
  from: (price) => `à partir de ${price}`,
  each,
  status: {
    available: 'libre',
    locked: 'gardée pour quelqu’un d’autre',
    reserved: 'réservée',
    sold: 'vendue',
    blocked: 'pas en vente',
  },
}

const JA: ElementWords = {
  map:
    '座席表。矢印キーで席を移動し、Shift を押しながらで途中の席をすべて選び、Enter で決定、' +
    'プラスとマイナスで拡大・縮小します。',
  marked: (count) => `${count} 席を選択中、Enter で決定`,
  noneFree: 'この中に空席はありません',
  yours: 'あなたの席',
  soldOut: '完売',
  left: (count) => `残り ${count}`,
  places: (count) => `${count} 席`,
  from: (price) => `${price} から`,
  each,
  status: {
    available: '空席',
    locked: 'ほかの方が確保中',
    reserved: '予約済み',
    sold: '販売済み',
    blocked: '販売対象外',
  },
}

const LANGUAGES: Record<string, ElementWords> = { en: EN, de: DE, es: ES, fr: FR, ja: JA }

let given: Partial<ElementWords> = {}

/** The words of a language by its tag, English where there are none. */
export function wordsOf(lang: string): ElementWords {
  const language = lang.split('-')[0].toLowerCase()
  const words = Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : EN
  return { ...words, ...given }
}

/** Replaces words in every language; those not named stay. Before the first map is shown. */
export function setWords(words: Partial<ElementWords>): void {
  given = { ...given, ...words }
}
