// The one REST client of the application: all pages share its session and its idea of the time.

import { RestClient } from '../sdk/index'

export const rest = new RestClient()

/** The live endpoint of an event, on the server the page came from. */
export function liveUrl(event: number): string {
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws'
  return `${scheme}://${window.location.host}/api/v1/events/${event}/live`
}
