// The messages of the live socket, in the one decoded form both wire formats share. Statuses travel
// as typed arrays: a map of 20,000 seats is one allocation, not 20,000 objects.

export const PROTOCOL_JSON = 'seatmap.v1.json'
export const PROTOCOL_BINARY = 'seatmap.v1.bin'

/** A client message above this many bytes makes the server close with 1009. */
export const CLIENT_MESSAGE_BYTES_MAX = 4096

export interface Hello {
  type: 'hello'
  protocol: number
  event_id: number
  epoch: string
  version: number
  seats: number
  layout: string
  mode: 'snapshot' | 'resume'
  heartbeat_secs: number
}

export interface Snapshot {
  type: 'snapshot'
  version: number
  /** One status per seat, by seat_index. */
  statuses: Uint8Array
}

export interface Delta {
  type: 'delta'
  from: number
  version: number
  /** The changed seats, ascending, each once; `statuses` has the new status at the same place. */
  seats: Uint32Array
  statuses: Uint8Array
}

export interface Heartbeat {
  type: 'heartbeat'
  version: number
  viewers: number
}

export interface Bye {
  type: 'bye'
  code: number
  reason: string
  retry_after_ms: number
}

export interface ServerError {
  type: 'error'
  code: string
  detail: string
}

export type ServerMessage = Hello | Snapshot | Delta | Heartbeat | Bye | ServerError

export type ClientMessage = { type: 'resync' } | { type: 'ping' } | { type: 'auth'; token: string }

/** Thrown for a frame that breaks the protocol; the connection treats it as a lost connection. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}
