import {frameRules, type FrameName} from '../../src/protocol/frame.js'

/** The fields of a header as they are on the wire, whether or not any rule allows them. */
export interface RawHeader {
  type: number
  flags: number
  number: number
  channel: number
  length: number
}

/** The bytes of a frame whose header says anything at all. */
export function rawFrame(name: FrameName, payload: unknown = '', header: Partial<RawHeader> = {}): Buffer {
  const body = toBytes(payload)
  const {type = frameRules[name].type, flags = 0, number = 0, channel = 0, length = body.length} = header
  const bytes = Buffer.alloc(16)
  bytes.writeUInt8(type, 0)
  bytes.writeUInt8(flags, 1)
  bytes.writeUIntBE(number, 2, 6)
  bytes.writeUInt32BE(channel, 8)
  bytes.writeUInt32BE(length, 12)
  return Buffer.concat([bytes, body])
}

/** Text and bytes are sent as they are, so that what is no JSON can be sent too. */
function toBytes(payload: unknown): Buffer {
  if (Buffer.isBuffer(payload)) return payload
  return Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
}
