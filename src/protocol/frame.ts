/** Bytes of every frame's header. */
export const headerBytes = 16

/** The most bytes that any frame carries behind its header. */
export const maxPayloadBytes = 65_536

/** The most bytes behind a header before both ends have proved themselves. */
export const maxAdmissionPayloadBytes = 512

/** The highest value of the header's 48-bit number. */
export const maxNumber = 2 ** 48 - 1

/** Set on a message frame when the next one goes on with the same message. */
export const moreFlag = 1

/** What one frame may be: in which phase of a connection, with which fields of the header in use. */
export interface FrameRule {
  readonly type: number
  readonly phase: 'admission' | 'open' | 'any'
  readonly minPayloadBytes: number
  readonly maxPayloadBytes: number
  /** Whether the frame belongs to a channel (a number above 0), or to the connection (0). */
  readonly isOfChannel: boolean
  /** What the header's number means; unused numbers are 0. */
  readonly number: 'unused' | 'sequence' | 'acknowledged' | 'granted' | 'offset'
  readonly flags: number
}

const ofConnection = {isOfChannel: false, number: 'unused', flags: 0} as const
const ofChannel = {isOfChannel: true, number: 'unused', flags: 0} as const

/** Every frame of chatctl/1. The table is the specification: decoder, tests and docs/protocol.md are held to it. */
export const frameRules = {
  hello: {type: 1, phase: 'admission', minPayloadBytes: 2, maxPayloadBytes: maxAdmissionPayloadBytes, ...ofConnection},
  pake: {type: 2, phase: 'admission', minPayloadBytes: 32, maxPayloadBytes: 32, ...ofConnection},
  confirm: {type: 3, phase: 'admission', minPayloadBytes: 64, maxPayloadBytes: 64, ...ofConnection},
  ready: {type: 4, phase: 'admission', minPayloadBytes: 0, maxPayloadBytes: 0, ...ofConnection},
  goaway: {type: 5, phase: 'any', minPayloadBytes: 2, maxPayloadBytes: maxAdmissionPayloadBytes, ...ofConnection},
  attach: {type: 16, phase: 'open', minPayloadBytes: 2, maxPayloadBytes: 1024, ...ofConnection},
  attached: {type: 17, phase: 'open', minPayloadBytes: 2, maxPayloadBytes: 1024, ...ofConnection},
  ping: {type: 18, phase: 'open', minPayloadBytes: 8, maxPayloadBytes: 8, ...ofConnection},
  pong: {type: 19, phase: 'open', minPayloadBytes: 8, maxPayloadBytes: 8, ...ofConnection},
  ack: {type: 20, phase: 'open', minPayloadBytes: 0, maxPayloadBytes: 0, ...ofConnection, number: 'acknowledged'},
  message: {
    type: 32,
    phase: 'open',
    minPayloadBytes: 1,
    maxPayloadBytes,
    ...ofConnection,
    number: 'sequence',
    flags: moreFlag,
  },
  open: {type: 48, phase: 'open', minPayloadBytes: 2, maxPayloadBytes: 8192, ...ofChannel},
  credit: {type: 49, phase: 'open', minPayloadBytes: 0, maxPayloadBytes: 0, ...ofChannel, number: 'granted'},
  chunk: {type: 50, phase: 'open', minPayloadBytes: 1, maxPayloadBytes, ...ofChannel, number: 'offset'},
  end: {type: 51, phase: 'open', minPayloadBytes: 2, maxPayloadBytes: 512, ...ofChannel, number: 'offset'},
  reset: {type: 52, phase: 'open', minPayloadBytes: 2, maxPayloadBytes: 512, ...ofChannel},
} as const satisfies Record<string, FrameRule>

/** The name of a frame's type. */
export type FrameName = keyof typeof frameRules

/** A decoded header. */
export interface FrameHeader {
  readonly name: FrameName
  readonly flags: number
  readonly number: number
  readonly channel: number
  readonly payloadBytes: number
}

/** Which frames a connection takes now. */
export type Phase = 'admission' | 'open'
