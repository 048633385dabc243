// The five statuses of a seat, as the wire numbers and spells them.

export const Status = {
  available: 0,
  locked: 1,
  reserved: 2,
  sold: 3,
  blocked: 4,
} as const

export type Status = (typeof Status)[keyof typeof Status]

export const STATUS_COUNT = 5

/** The JSON snapshot's letter of each status, at the status's number. */
export const STATUS_LETTERS = 'ALRSB'

export const STATUS_NAMES = ['available', 'locked', 'reserved', 'sold', 'blocked'] as const

export type StatusName = (typeof STATUS_NAMES)[number]

/**
 * More seats than any event can have, since ticket ids leave room for a million: a frame claiming
 * more is refused before memory is taken.
 */
export const SEATS_MAX = 1_000_000
