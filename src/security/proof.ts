import {ChatctlError} from '../errors/index.js'
import {
  areTagsEqual,
  confirmationKey,
  confirmationTag,
  generator,
  InvalidShareError,
  joinWithLengths,
  makeShare,
  randomScalar,
  sessionKey,
  sharedPoint,
  type Contribution,
} from './cpace.js'
import type {Ends} from './ends.js'

/** Which end of an admission this is. */
export type Role = 'joiner' | 'host'

/** Something that each end has one of. */
export type OfBoth<T> = Readonly<Record<Role, T>>

const channel = Buffer.from('chatctl/1 cpace')

/**
 * One end's part in proving to each other that both know the code: CPace with the joiner as side a.
 *
 * It holds only between two ends that agree on the code, on the TLS connection (its exporter), on both devices, and on
 * every byte of both HELLOs: whoever ends TLS in between sees two connections, and fails on both.
 */
export class Proof {
  /** What to send in PAKE. */
  readonly share: Uint8Array
  readonly #role: Role
  readonly #sessionId: Uint8Array
  readonly #hellos: OfBoth<Uint8Array>
  readonly #scalar: Uint8Array
  #tags: OfBoth<Buffer> | undefined

  constructor(role: Role, code: string, ends: Ends, hellos: OfBoth<Uint8Array>, scalar: Uint8Array = randomScalar()) {
    this.#role = role
    this.#sessionId = ends.exporter()
    this.#hellos = hellos
    this.#scalar = scalar
    this.share = makeShare(generator(Buffer.from(code), channelId(role, ends), this.#sessionId), scalar)
  }

  /**
   * Takes the other side's share; returns what to send in CONFIRM.
   * @throws ChatctlError `wrong-code` when nobody honest sends such a share
   */
  meet(peerShare: Uint8Array): Buffer {
    const shared = this.#sharedWith(peerShare)
    const [a, b] = [this.#contribution('joiner', peerShare), this.#contribution('host', peerShare)]
    const key = confirmationKey(this.#sessionId, sessionKey(this.#sessionId, shared, a, b))
    this.#tags = {joiner: confirmationTag(key, a), host: confirmationTag(key, b)}
    return this.#tags[this.#role]
  }

  /** Whether the other side's tag shows that it knows the code and sees the same connection. */
  isConfirmedBy(peerTag: Uint8Array): boolean {
    const expected = this.#tags?.[this.#role === 'host' ? 'joiner' : 'host']
    return expected !== undefined && areTagsEqual(expected, peerTag)
  }

  #sharedWith(peerShare: Uint8Array): Uint8Array {
    try {
      return sharedPoint(this.#scalar, this.share, peerShare)
    } catch (error) {
      throw error instanceof InvalidShareError ? notProved(error) : error
    }
  }

  /** The role is put in here and never read from the wire: an end that sends everything back proves nothing. */
  #contribution(of: Role, peerShare: Uint8Array): Contribution {
    const share = of === this.#role ? this.share : peerShare
    return {share, data: joinWithLengths(Buffer.from(of), this.#hellos[of])}
  }
}

/** Says that a proof has failed, and no more: neither end can tell why. */
export function notProved(cause?: Error): ChatctlError {
  return new ChatctlError('wrong-code', 'wrong code, or someone is in the middle', {cause})
}

function channelId(role: Role, {ownFingerprint, peerFingerprint}: Ends): Buffer {
  const own = Buffer.from(ownFingerprint, 'hex')
  const peer = Buffer.from(peerFingerprint, 'hex')
  return role === 'host' ? joinWithLengths(channel, own, peer) : joinWithLengths(channel, peer, own)
}
