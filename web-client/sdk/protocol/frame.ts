// A frame of any form: bytes, text, or an object that was read from a text already.

import { decodeBinary } from './binary.js'
import { decodeJson, decodeText } from './json.js'
import type { ServerMessage } from './messages.js'

export type Frame = string | ArrayBuffer | object

/** Decodes one frame; null for what this client does not know, which is to be ignored. */
export function decodeFrame(frame: Frame): ServerMessage | null {
  if (typeof frame === 'string') return decodeText(frame)
  return frame instanceof ArrayBuffer ? decodeBinary(new Uint8Array(frame)) : decodeJson(frame)
}
