// Reads what was entered about an event, and writes an event into fields.

import type { Chart, SeatmapEvent } from '../../sdk/index'
import { readAmount } from './amounts'
import type { ChartCategory, EventChange, NewEvent } from './organiser-client'

/** What the fields have at first. */
export interface EventDraft {
  name: string
  venue: string
  start: string
  end: string
  from: string
  until: string
  orphans: string
}

/** The server's bounds of the optional settings, in minutes and seats. */
export const LIMITS = { lock: 120, pay: 1440, most: 1000 } as const

export const DESCRIPTION_CHARS_MAX = 10_000

/** What the form is at first: a month ahead, in the evening, for two hours. */
const AHEAD_DAYS = 30
const EVENING_HOUR = 19
const LASTS_HOURS = 2

const MINUTE_S = 60
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export function newDraft(): EventDraft {
  const start = new Date(Date.now() + AHEAD_DAYS * DAY_MS)
  start.setHours(EVENING_HOUR, 30, 0, 0)
  const end = new Date(start.getTime() + LASTS_HOURS * HOUR_MS)
  const times = { start: local(start), end: local(end), from: '', until: '' }
  return { name: '', venue: '', orphans: 'prefer', ...times }
}

export function draftOf(event: SeatmapEvent): EventDraft {
  const time = (at: string | null) => (at === null ? '' : local(new Date(at)))
  return {
    name: event.name,
    venue: event.venue,
    start: time(event.start_time),
    end: time(event.end_time),
    from: time(event.sales_start),
    until: event.sales_end === event.start_time ? '' : time(event.sales_end),
    orphans: event.orphan_rule,
  }
}

export function readNew(
  data: FormData,
  chart: number,
  categories: readonly ChartCategory[],
  currency: string,
): NewEvent {
  const { text, time, whole } = reader(data)
  const settings = {
    lock_seconds: whole('lock', MINUTE_S),
    booking_seconds: whole('pay', MINUTE_S),
    max_seats_per_user: whole('most', 1),
  }
  return {
    ...basicsOf(data),
    ...(text('from') && { sales_start: time('from') }),
    ...(text('until') && { sales_end: time('until') }),
    chart_id: chart,
    prices: pricesOf(data, categories, currency),
    currency,
    ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)),
    cancel_confirmed: text('cancel'),
    ...(text('description') && { description: text('description') }),
  }
}

/** What was entered about an event there is; only what is otherwise than before. */
export function readChange(data: FormData, event: SeatmapEvent, chart: Chart): EventChange {
  const { text, time } = reader(data)
  const basics = basicsOf(data)
  const wanted: EventChange = {
    ...basics,
    sales_start: text('from') ? time('from') : null,
    sales_end: text('until') ? time('until') : basics.start_time,
    description: text('description') || null,
    prices: pricesOf(data, chart.categories, chart.currency),
  }
  return differences(wanted, beforeOf(event, chart))
}

function beforeOf(event: SeatmapEvent, chart: Chart): EventChange {
  return {
    name: event.name,
    venue: event.venue,
    start_time: event.start_time,
    end_time: event.end_time,
    orphan_rule: event.orphan_rule,
    sales_start: event.sales_start,
    sales_end: event.sales_end ?? event.start_time,
    description: event.description || null,
    prices: Object.fromEntries(chart.categories.map(({ key, price }) => [key, price])),
  }
}

/** Times are the same to the minute: a field of the browser shows no more of them. */
function differences(wanted: EventChange, before: EventChange): EventChange {
  const changes = Object.entries(wanted).filter(([key, value]) => {
    const old = before[key as keyof EventChange]
    return plain(key, value) !== plain(key, old)
  })
  return Object.fromEntries(changes)
}

function plain(key: string, value: unknown): string {
  if (typeof value === 'string' && /_(time|start|end)$/.test(key)) return local(new Date(value))
  if (key !== 'prices') return JSON.stringify(value)
  const prices = Object.entries(value as Record<string, string>)
  return JSON.stringify(prices.map(([name, price]) => [name, Number(price)]).sort())
}

function basicsOf(data: FormData) {
  const { text, time } = reader(data)
  return {
    name: text('name'),
    venue: text('venue'),
    start_time: time('start'),
    end_time: time('end'),
    orphan_rule: text('orphans'),
  }
}

function pricesOf(
  data: FormData,
  categories: readonly { key: string }[],
  currency: string,
): Record<string, string> {
  const { text } = reader(data)
  const prices = categories.map(({ key }): [string, string] => {
    const entered = text(`price-${key}`)
    return [key, readAmount(entered, currency) ?? entered]
  })
  return Object.fromEntries(prices)
}

function reader(data: FormData) {
  const text = (name: string) => String(data.get(name) ?? '').trim()
  return {
    text,
    time: (name: string) => new Date(text(name)).toISOString(),
    /** So many times a whole number; null where none was entered. */
    whole: (name: string, times: number) => (text(name) ? Number(text(name)) * times : null),
  }
}

/** A time as a field of the browser wants it, in the place where the organiser is. */
function local(date: Date): string {
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 16)
}
