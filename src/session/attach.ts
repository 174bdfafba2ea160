import {ChatctlError} from '../errors/index.js'
import {encodeJson} from '../protocol/frame-encoder.js'
import type {FrameHeader} from '../protocol/frame.js'
import {decodeJson} from '../protocol/json.js'
import {attach, attached, type Attach, type Attached} from '../protocol/payloads.js'
import type {Transport} from '../transport/transport.js'
import type {Clock} from './clock.js'
import {Connection, type ConnectionEnd, type ConnectionOwner} from './connection.js'

/** How long either side waits for the other's word before a session is attached. */
export const attachTimeoutMs = 10_000

/** A socket that both ends have opened, and what came on it behind the admission. */
export interface AdmittedTransport {
  transport: Transport
  rest: Buffer
}

/**
 * Asks the host, over a fresh connection, for a new session or the return to one. `enter` runs as soon as the answer
 * is there, before any frame behind it; what it returns is the result.
 * @throws ChatctlError `connection-cut` when the connection ends first, or nothing comes; `room-full`,
 * `files-only`, `no-code`, `bad-nick`, or `connection-lost` when the other side says goodbye
 */
export function requestAttach<Result>(
  admitted: AdmittedTransport,
  request: Attach,
  clock: Clock,
  enter: (connection: Connection, answer: Attached) => Result,
): Promise<Result> {
  const connection = new Connection(admitted.transport, silentOwner, clock)
  connection.control('attach', encodeJson(request))
  return firstFrame(connection, admitted.rest, 'attached', payload => enter(connection, decodeJson(attached, payload)))
}

/**
 * Hears, over a fresh connection, which session the joiner wants. `answer` runs as soon as the request is there,
 * before any frame behind it; what it returns is the result.
 * @throws ChatctlError `connection-cut` when the connection ends first, or nothing comes; `room-full`,
 * `files-only`, `no-code`, `bad-nick`, or `connection-lost` when the other side says goodbye
 */
export function awaitAttach<Result>(
  admitted: AdmittedTransport,
  clock: Clock,
  answer: (connection: Connection, request: Attach) => Result,
): Promise<Result> {
  const connection = new Connection(admitted.transport, silentOwner, clock)
  return firstFrame(connection, admitted.rest, 'attach', payload => answer(connection, decodeJson(attach, payload)))
}

const silentOwner: ConnectionOwner = {
  nextFrame: () => undefined,
  frame: () => undefined,
  chunk: () => undefined,
  closed: () => undefined,
}

function firstFrame<Result>(
  connection: Connection,
  rest: Buffer,
  name: 'attach' | 'attached',
  take: (payload: Buffer) => Result,
): Promise<Result> {
  const requireName = (header: FrameHeader): void => {
    if (header.name === name) return
    throw new ChatctlError('protocol-violation', `the other side sent ${header.name} instead of ${name}`)
  }
  return new Promise((resolve, reject) => {
    const cancel = connection.clock.setTimeout(() => connection.close('timeout'), attachTimeoutMs)
    connection.handTo({
      ...silentOwner,
      chunk: requireName,
      frame: (header, payload) => {
        requireName(header)
        resolve(take(payload))
        cancel()
      },
      closed: end => {
        cancel()
        reject(endBeforeAttach(end))
      },
    })
    connection.start(rest)
  })
}

function endBeforeAttach(end: ConnectionEnd): ChatctlError {
  if (end.how === 'violation') return end.error
  const what = 'the connection ended before the room was entered'
  if (end.how !== 'goaway') return new ChatctlError('connection-cut', `${what} (${end.how})`)
  const {code} = end.goaway
  if (code === 'room-full') return new ChatctlError(code, 'the room is full')
  if (code === 'files-only') return new ChatctlError(code, 'the other side takes files only, and does not talk')
  if (code === 'no-code') return new ChatctlError(code, 'the host asks for a code for each session')
  if (code === 'bad-nick') return new ChatctlError(code, 'the host does not take this nick')
  if (code === 'unknown-session')
    return new ChatctlError(
      'connection-lost',
      'the host knows nothing of before: it was started again, or too long has passed',
    )
  return new ChatctlError('connection-lost', `${what} (${code})`)
}
