import {ChatctlError} from '../errors/index.js'
import type {Arrival} from '../transport/arrival.js'
import type {AdmittedBy, OpenStep, Outgoing, Step} from './admission-steps.js'
import type {Ends} from './ends.js'
import type {Guard} from './guard.js'
import {decodeHello, encodeHello} from './hello.js'
import type {Invite} from './invite.js'
import {notProved, Proof, type OfBoth} from './proof.js'

/** On what terms a host lets others in. */
export interface HostOptions {
  /** Whether everyone may come in without a proof. */
  readonly isOpen: boolean
  /** Whether a device needs no proof, if it takes this one for the host that it means. */
  readonly isKnown: (fingerprint: string) => boolean
  /** The code that is good now; undefined while only remembered devices may come in. */
  readonly invite: () => Invite | undefined
  readonly guard: Guard
}

/** The admission of the end that listens: it proves nothing to a joiner that has not proved itself first. */
export function beginHosting(ends: Ends, arrival: Arrival, options: HostOptions): Step {
  return new HostAdmission(ends, arrival, options).begin()
}

/** What a proof is about: an invite, and the code that it had when the proof began. */
interface Tried {
  readonly invite: Invite
  readonly code: string
}

class HostAdmission {
  readonly #ends: Ends
  readonly #arrival: Arrival
  readonly #options: HostOptions

  constructor(ends: Ends, arrival: Arrival, options: HostOptions) {
    this.#ends = ends
    this.#arrival = arrival
    this.#options = options
  }

  begin(): Step {
    return {state: 'greeting', send: [], take: payload => this.#greet(payload)}
  }

  #greet(joinerHello: Buffer): Step {
    const {known} = decodeHello(joinerHello)
    const {isOpen, isKnown} = this.#options
    const isJoinerKnown = isKnown(this.#ends.peerFingerprint)
    const hostHello = encodeHello({known: isJoinerKnown, open: isOpen})
    const send: Outgoing[] = [['hello', hostHello]]
    this.#arrival.advance('greeted')
    if (known && isJoinerKnown) return {state: 'entering', send, take: () => welcome('memory')}
    if (isOpen) return {state: 'entering', send, take: () => welcome('nothing')}
    return {state: 'sharing', send, take: payload => this.#share({host: hostHello, joiner: joinerHello}, payload)}
  }

  #share(hellos: OfBoth<Uint8Array>, joinerShare: Buffer): Step {
    const {guard, invite: currentInvite} = this.#options
    this.#checkGuard()
    const invite = currentInvite()
    if (invite === undefined) throw notProved()
    guard.beginProof(this.#arrival)
    const {code} = invite
    const proof = new Proof('host', code, this.#ends, hellos)
    const hostTag = proof.meet(joinerShare)
    return {
      state: 'confirming',
      send: [['pake', proof.share]],
      take: joinerTag => this.#verify(proof, {invite, code}, joinerTag, hostTag),
    }
  }

  #verify(proof: Proof, {invite, code}: Tried, joinerTag: Buffer, hostTag: Buffer): Step {
    const {guard, invite: currentInvite} = this.#options
    // Once more: of many proofs that run side by side, only as many as are allowed get a verdict.
    this.#checkGuard()
    if (!proof.isConfirmedBy(joinerTag)) {
      guard.countWrong(this.#arrival.remoteAddress)
      throw notProved()
    }
    if (invite !== currentInvite() || code !== invite.code || !invite.reserve()) throw notProved()
    guard.countRight(this.#arrival.remoteAddress)
    return {
      state: 'entering',
      send: [['confirm', hostTag]],
      hasProvedCode: true,
      take: () => ({...welcome('code'), invite}),
      abandon: () => invite.giveBack(),
    }
  }

  #checkGuard(): void {
    if (this.#options.guard.mayTry(this.#arrival.remoteAddress)) return
    throw new ChatctlError('too-many-tries', 'too many wrong codes have come from there')
  }
}

function welcome(admittedBy: AdmittedBy): OpenStep {
  return {state: 'open', send: [['ready', Buffer.alloc(0)]], admittedBy}
}
