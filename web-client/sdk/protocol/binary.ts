// The binary form of snapshot, delta and heartbeat: one message per frame, little endian, numbers
// as unsigned LEB128 varints. A frame that is cut short, too long or out of range is refused.

import { DecodeError, type ServerMessage } from './messages.js'
import { SEATS_MAX, STATUS_COUNT } from './status.js'

const TAG_SNAPSHOT = 1
const TAG_DELTA = 2
const TAG_HEARTBEAT = 3

const ENCODING_NIBBLES = 0
const ENCODING_RUNS = 1

/** Eight groups of seven bits pass 2^53, the last whole number a double holds exactly. */
const VARINT_BYTES_MAX = 8

/** Decodes one binary frame; null for a tag this client does not know, which is to be ignored. */
export function decodeBinary(frame: Uint8Array): ServerMessage | null {
  const reader = new Reader(frame)
  switch (reader.byte()) {
    case TAG_SNAPSHOT:
      return snapshot(reader)
    case TAG_DELTA:
      return delta(reader)
    case TAG_HEARTBEAT: {
      const version = reader.varint()
      const viewers = reader.varint()
      reader.end()
      return { type: 'heartbeat', version, viewers }
    }
    default:
      return null
  }
}

function snapshot(reader: Reader): ServerMessage {
  const version = reader.varint()
  const seats = reader.varint()
  if (seats > SEATS_MAX) throw new DecodeError('snapshot has too many seats')
  const encoding = reader.byte()
  const statuses = new Uint8Array(seats)
  if (encoding === ENCODING_NIBBLES) readNibbles(reader, statuses)
  else if (encoding === ENCODING_RUNS) readRuns(reader, statuses)
  else throw new DecodeError(`unknown snapshot encoding ${encoding}`)
  reader.end()
  return { type: 'snapshot', version, statuses }
}

function readNibbles(reader: Reader, statuses: Uint8Array): void {
  for (let seat = 0; seat < statuses.length; seat += 2) {
    const pair = reader.byte()
    statuses[seat] = checked(pair & 0x0f)
    if (seat + 1 < statuses.length) statuses[seat + 1] = checked(pair >> 4)
  }
}

function readRuns(reader: Reader, statuses: Uint8Array): void {
  let seat = 0
  while (seat < statuses.length) {
    const run = reader.varint()
    const length = Math.floor(run / 8)
    if (length === 0 || length > statuses.length - seat) throw new DecodeError('bad run length')
    statuses.fill(checked(run % 8), seat, seat + length)
    seat += length
  }
}

function delta(reader: Reader): ServerMessage {
  const from = reader.varint()
  const version = reader.varint()
  const count = reader.varint()
  // Each change takes a byte at least, so a count beyond the frame is a lie about its length.
  if (count > reader.left()) throw new DecodeError('delta is cut short')
  const seats = new Uint32Array(count)
  const statuses = new Uint8Array(count)
  let seat = -1
  for (let at = 0; at < count; at += 1) {
    const change = reader.varint()
    seat += Math.floor(change / 8) + 1
    if (seat >= SEATS_MAX) throw new DecodeError('delta names a seat beyond the limit')
    seats[at] = seat
    statuses[at] = checked(change % 8)
  }
  reader.end()
  return { type: 'delta', from, version, seats, statuses }
}

function checked(status: number): number {
  if (status >= STATUS_COUNT) throw new DecodeError(`unknown status ${status}`)
  return status
}

class Reader {
  private at = 0
  private readonly frame: Uint8Array

  constructor(frame: Uint8Array) {
    this.frame = frame
  }

  left(): number {
    return this.frame.length - this.at
  }

  byte(): number {
    if (this.at >= this.frame.length) throw new DecodeError('frame is cut short')
    return this.frame[this.at++]
  }

  /** Multiplies instead of shifting: JavaScript's shifts end at 32 bits, versions do not. */
  varint(): number {
    let value = 0
    let scale = 1
    for (let read = 0; read < VARINT_BYTES_MAX; read += 1) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) throw new DecodeError('number is too large')
        return value
      }
      scale *= 128
    }
    throw new DecodeError('number is too long')
  }

  end(): void {
    if (this.left() > 0) throw new DecodeError('frame has bytes left over')
  }
}
