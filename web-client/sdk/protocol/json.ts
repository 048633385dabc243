// The JSON form of the live messages: hello, bye and error always, the rest where binary frames are
// not wanted. Everything is checked here, at the door, so that nobody behind it has to.

import {
  CLIENT_MESSAGE_BYTES_MAX,
  DecodeError,
  type ClientMessage,
  type ServerMessage,
} from './messages.js'
import { SEATS_MAX, STATUS_LETTERS } from './status.js'

type Fields = Record<string, unknown>

/** Decodes one text frame; null for a type this client does not know, which is to be ignored. */
export function decodeText(text: string): ServerMessage | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new DecodeError('text frame is not JSON')
  }
  return decodeJson(value)
}

/** Decodes a parsed message object. */
export function decodeJson(value: unknown): ServerMessage | null {
  if (typeof value !== 'object' || value === null) throw new DecodeError('message is no object')
  const fields = value as Fields
  switch (text(fields, 'type')) {
    case 'hello':
      return hello(fields)
    case 'snapshot':
      return {
        type: 'snapshot',
        version: whole(fields, 'version'),
        statuses: decodeLetters(text(fields, 'statuses')),
      }
    case 'delta':
      return delta(fields)
    case 'heartbeat':
      return {
        type: 'heartbeat',
        version: whole(fields, 'version'),
        viewers: whole(fields, 'viewers'),
      }
    case 'bye':
      return {
        type: 'bye',
        code: whole(fields, 'code'),
        reason: optionalText(fields, 'reason'),
        retry_after_ms: fields.retry_after_ms === undefined ? 0 : whole(fields, 'retry_after_ms'),
      }
    case 'error':
      return {
        type: 'error',
        code: text(fields, 'code'),
        detail: optionalText(fields, 'detail'),
      }
    default:
      return null
  }
}

/** Encodes what a client may say. */
export function encodeClientMessage(message: ClientMessage): string {
  const encoded = JSON.stringify(message)
  if (new TextEncoder().encode(encoded).length > CLIENT_MESSAGE_BYTES_MAX) {
    throw new RangeError(`client message above ${CLIENT_MESSAGE_BYTES_MAX} bytes`)
  }
  return encoded
}

function hello(fields: Fields): ServerMessage {
  const mode = text(fields, 'mode')
  if (mode !== 'snapshot' && mode !== 'resume') throw new DecodeError(`unknown mode ${mode}`)
  return {
    type: 'hello',
    protocol: whole(fields, 'protocol'),
    event_id: whole(fields, 'event_id'),
    epoch: text(fields, 'epoch'),
    version: whole(fields, 'version'),
    seats: whole(fields, 'seats'),
    layout: text(fields, 'layout'),
    mode,
    heartbeat_secs: whole(fields, 'heartbeat_secs'),
  }
}

function delta(fields: Fields): ServerMessage {
  const changes = fields.changes
  if (!Array.isArray(changes) || changes.length > SEATS_MAX) throw new DecodeError('bad changes')
  const seats = new Uint32Array(changes.length)
  const statuses = new Uint8Array(changes.length)
  let previous = -1
  changes.forEach((change: unknown, at) => {
    if (!Array.isArray(change)) throw new DecodeError('a change is [seat, letter]')
    const seat: unknown = change[0]
    if (!Number.isInteger(seat) || (seat as number) <= previous || (seat as number) >= SEATS_MAX) {
      throw new DecodeError('changes are not ascending seats')
    }
    previous = seat as number
    seats[at] = previous
    statuses[at] = status(change[1])
  })
  return {
    type: 'delta',
    from: whole(fields, 'from'),
    version: whole(fields, 'version'),
    seats,
    statuses,
  }
}

export function decodeLetters(word: string): Uint8Array {
  if (word.length > SEATS_MAX) throw new DecodeError('too many seats')
  const statuses = new Uint8Array(word.length)
  for (let seat = 0; seat < word.length; seat += 1) statuses[seat] = status(word[seat])
  return statuses
}

function status(letter: unknown): number {
  const found = typeof letter === 'string' && letter.length === 1
    ? STATUS_LETTERS.indexOf(letter)
    : -1
  if (found < 0) throw new DecodeError(`unknown status ${String(letter)}`)
  return found
}

function text(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value !== 'string') throw new DecodeError(`${name} is no text`)
  return value
}

function optionalText(fields: Fields, name: string): string {
  return fields[name] === undefined || fields[name] === null ? '' : text(fields, name)
}

function whole(fields: Fields, name: string): number {
  const value = fields[name]
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw new DecodeError(`${name} is no whole number`)
  }
  return value as number
}
