// The element's few words. English unless the page gives others, before the first map is shown.

export const WORDS = {
  map:
    'Seat map. Arrow keys go from seat to seat, with Shift they mark all on the way, Enter ' +
    'chooses, plus and minus zoom.',
  marked: (count: number): string => `${count} seats marked, Enter chooses`,
  noneFree: 'none of these seats is free',
  yours: 'yours',
  soldOut: 'sold out',
  left: (count: number): string => `${count} left`,
  places: (count: number): string => `${count} places`,
  from: (price: string): string => `from ${price}`,
  each: (price: string): string => price,
  status: {
    available: 'available',
    locked: 'held by someone else',
    reserved: 'reserved',
    sold: 'sold',
    blocked: 'not for sale',
  },
}

export type ElementWords = typeof WORDS

/** Replaces words; those not named stay English. */
export function setWords(words: Partial<ElementWords>): void {
  Object.assign(WORDS, words)
}
