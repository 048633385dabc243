// The organiser's calls that make things: charts, events, and seats on and off sale.

import type { List, SeatmapEvent } from '../../sdk/index'
import { decodeEvent } from '../../sdk/event'
import { transport } from './access'

export interface ChartSummary {
  id: number
  key: string
  name: string
  seats: number
}

export interface NewChart extends ChartSummary {
  format: string
  /** What could not be carried over. */
  warnings: string[]
}

export interface ChartCategory {
  key: string
  label: string
  color: string
}

export interface NewEvent {
  name: string
  venue: string
  start_time: string
  end_time: string
  sales_start?: string
  sales_end?: string
  chart_id: number
  prices: Record<string, string>
  currency: string
  orphan_rule: string
  lock_seconds?: number
  booking_seconds?: number
  max_seats_per_user?: number
  cancel_confirmed?: string
  description?: string
}

/** What is to be changed of an event; what is left out stays. */
export interface EventChange {
  name?: string
  venue?: string
  description?: string | null
  start_time?: string
  end_time?: string
  sales_start?: string | null
  sales_end?: string
  prices?: Record<string, string>
  orphan_rule?: string
}

/** The most a list call may ask for. */
const LIST_LIMIT_MAX = 1000

const post = <Answer>(path: string, body: unknown): Promise<Answer> =>
  transport.call<Answer>({ method: 'POST', path, body })

const get = <Answer>(path: string): Promise<Answer> =>
  transport.call<Answer>({ method: 'GET', path })

export async function charts(): Promise<ChartSummary[]> {
  return (await get<List<ChartSummary>>(`/charts?limit=${LIST_LIMIT_MAX}`)).items
}

export const bringIn = (document: unknown): Promise<NewChart> => post('/charts', document)

export async function categoriesOf(chart: number): Promise<ChartCategory[]> {
  const { layout } = await get<{ layout: { categories: ChartCategory[] } }>(`/charts/${chart}`)
  return layout.categories
}

export async function createEvent(event: NewEvent): Promise<SeatmapEvent> {
  return decodeEvent(await post('/events', event))
}

export async function changeEvent(event: number, change: EventChange): Promise<SeatmapEvent> {
  const path = `/events/${event}`
  return decodeEvent(await transport.call({ method: 'PATCH', path, body: change }))
}

/** Takes seats off sale: all or none. */
export const block = (event: number, seats: string[], reason: string): Promise<unknown> =>
  post(`/events/${event}/block`, { seats, ...(reason && { reason }) })

/** Puts seats back on sale: all or none. */
export const unblock = (event: number, seats: string[], reason: string): Promise<unknown> =>
  post(`/events/${event}/unblock`, { seats, ...(reason && { reason }) })
