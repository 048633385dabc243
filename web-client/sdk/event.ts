// Reads an event as served into the one form the pages use.

import type { CancelRuleName, Counts, OrphanRuleName, SeatmapEvent } from './api-types.js'
import { compareMoney } from './money.js'
import { STATUS_NAMES } from './protocol/index.js'

type Fields = Record<string, unknown>

const ORPHAN_RULES: OrphanRuleName[] = ['off', 'prefer', 'strict']

const CANCEL_RULES: CancelRuleName[] = ['owner', 'organiser', 'never']

export function decodeEvent(value: unknown): SeatmapEvent {
  const fields = value as Fields
  return {
    id: Number(fields.id),
    name: text(fields.name),
    description: text(fields.description),
    venue: text(fields.venue),
    start_time: text(fields.start_time),
    end_time: text(fields.end_time),
    sales_start: text(fields.sales_start) || null,
    sales_end: text(fields.sales_end) || null,
    total_tickets: Number(fields.total_tickets ?? 0),
    available_tickets: Number(fields.available_tickets ?? 0),
    counts: decodeCounts(fields.counts),
    prices: decodePrices(fields).sort(compareMoney),
    currency: text(fields.currency) || 'EUR',
    lock_seconds: Number(fields.lock_seconds ?? 0),
    booking_seconds: Number(fields.booking_seconds ?? 0),
    max_seats_per_user: Number(fields.max_seats_per_user ?? 0),
    layout: text(fields.layout),
    orphan_rule: ORPHAN_RULES.find((rule) => rule === fields.orphan_rule) ?? 'off',
    cancel_confirmed: CANCEL_RULES.find((rule) => rule === fields.cancel_confirmed) ?? 'owner',
  }
}

/** One price, or prices per category – as an object or as a list of objects with a price. */
function decodePrices(fields: Fields): string[] {
  const { price, prices } = fields
  const found: unknown[] = Array.isArray(prices)
    ? prices.map((entry: Fields) => entry.price)
    : Object.values((prices ?? {}) as Fields)
  if (price !== undefined && price !== null) found.push(price)
  return found.filter((entry) => typeof entry === 'string')
}

function decodeCounts(value: unknown): Counts {
  const fields = (value ?? {}) as Fields
  return Object.fromEntries(STATUS_NAMES.map((name) => [name, Number(fields[name] ?? 0)])) as Counts
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
