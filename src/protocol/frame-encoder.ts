import {frameRules, headerBytes, maxNumber, type FrameName} from './frame.js'

/** The header fields that a frame may set; the others are 0. */
export interface FrameFields {
  flags?: number
  number?: number
  channel?: number
}

/**
 * Encodes one frame as the buffers to write: its header, and its payload as it was given (never copied).
 * @throws RangeError when a caller of ours breaks the frame's rule
 */
export function encodeFrame(name: FrameName, payload: Uint8Array, fields: FrameFields = {}): Uint8Array[] {
  const rule = frameRules[name]
  const {flags = 0, number = 0, channel = 0} = fields
  if (payload.length < rule.minPayloadBytes || payload.length > rule.maxPayloadBytes) {
    throw new RangeError(`${name} frame: ${payload.length} bytes`)
  }
  if (number > maxNumber) throw new RangeError(`${name} frame: number ${number}`)

  const header = Buffer.allocUnsafe(headerBytes)
  header[0] = rule.type
  header[1] = flags
  header.writeUIntBE(number, 2, 6)
  header.writeUInt32BE(channel, 8)
  header.writeUInt32BE(payload.length, 12)
  return payload.length === 0 ? [header] : [header, payload]
}

/** The bytes of a value as JSON, as every structured payload is written. */
export function encodeJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8')
}
