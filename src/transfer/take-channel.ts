import type {Offer} from '../conversation.js'
import {channelBytes} from './channel-bytes.js'
import {ExpandingSink} from './compression/expanding-sink.js'
import type {DeskServices} from './desk-services.js'
import {RateLimiter} from './pace/rate-limiter.js'
import type {Pauses} from './pauses.js'
import {receiveBytes, type BulkReader, type ByteSink, type ReceiveOptions} from './receiver.js'
import type {Sink} from './sink.js'
import {whileIdle} from './while-idle.js'

/** What is known of a file that comes over a channel. */
export interface TakeOptions extends Pick<ReceiveOptions, 'signal' | 'isKept' | 'onReceived'> {
  offer: Offer
  /** Bytes that are there already. */
  start: number
  /** The most that it may hold. */
  maxBytes: number | undefined
  services: DeskServices
  pauses: Pauses
}

/**
 * Takes what a channel carries of a file, as it is or in blocks, and returns its digest in hex.
 * @throws ChatctlError as `receiveBytes` does
 */
export function takeChannel(channel: BulkReader, sink: Sink, options: TakeOptions): Promise<string> {
  const {offer, start, maxBytes, services, pauses, ...rest} = options
  const {clock} = pauses
  const limiter = channel.isPaced ? new RateLimiter(clock) : services.bandwidth.receive
  const limits = {bytes: channelBytes(offer), start, maxBytes}
  const terms = {limiter, clock, ...rest}
  const patient = makePatient(sink, options)
  if (channel.label.encoding === undefined) return receiveBytes(channel, patient, {...limits, ...terms})
  // How much the blocks hold is seen when they are expanded.
  const expanding = new ExpandingSink(patient, limits, terms.signal)
  return receiveBytes(channel, expanding, {bytes: null, maxBytes: undefined, ...terms})
}

/** What was kept of a large file takes minutes to be hashed again. */
function makePatient(sink: Sink, {pauses, services}: TakeOptions): ByteSink {
  return {
    write: pieces => sink.write(pieces),
    digest: () => whileIdle(pauses, services.clock, () => sink.digest()),
  }
}
