// Events in the order one looks for them: what is to come or goes on, the next first; then what is
// over, the last first.

import type { RestClient, SeatmapEvent } from '../../sdk/index'

export interface WhatsOn<Event> {
  coming: Event[]
  over: Event[]
  /** How many there are besides that were not read. */
  more: number
}

type Times = Pick<SeatmapEvent, 'start_time' | 'end_time'>

export async function readWhatsOn(
  rest: Pick<RestClient, 'events' | 'now'>,
): Promise<WhatsOn<SeatmapEvent>> {
  const { items, total } = await rest.events()
  return { ...inOrder(items, rest.now()), more: Math.max(0, total - items.length) }
}

/** `now` is the server's time in milliseconds. */
export function inOrder<Event extends Times>(
  events: readonly Event[],
  now: number,
): Pick<WhatsOn<Event>, 'coming' | 'over'> {
  // All times are told in one form, so that they can be compared as texts.
  const sorted = [...events].sort((a, b) => a.start_time.localeCompare(b.start_time))
  const isOver = ({ end_time: end }: Event) => Date.parse(end) <= now
  return {
    coming: sorted.filter((event) => !isOver(event)),
    over: sorted.filter(isOver).reverse(),
  }
}
