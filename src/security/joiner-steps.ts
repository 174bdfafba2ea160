import {ChatctlError} from '../errors/index.js'
import type {AdmittedBy, Step} from './admission-steps.js'
import type {Ends} from './ends.js'
import {decodeHello, encodeHello} from './hello.js'
import {notProved, Proof} from './proof.js'

/** What a joiner brings along. */
export interface JoinerOptions {
  /** Canonical; absent if nobody has given one yet. */
  readonly code?: string | undefined
  /** Whether to enter a room whose host proves nothing. Of no effect with a code. */
  readonly acceptOpen: boolean
  /** Whether a device needs no proof, if it takes this one for a guest who needs none. */
  readonly isKnown: (fingerprint: string) => boolean
}

/** The admission of the end that dials: it is the first to prove itself, and the first to say READY. */
export function beginJoining(ends: Ends, options: JoinerOptions): Step {
  const isHostKnown = options.isKnown(ends.peerFingerprint)
  const ownHello = encodeHello({known: isHostKnown})
  return {
    state: 'greeting',
    send: [['hello', ownHello]],
    take(payload) {
      const {known, open} = decodeHello(payload)
      if (known && isHostKnown) return enter('memory')
      if (open === true) return enterOpen(options)
      if (options.code === undefined) throw new ChatctlError('no-code', 'the host asks for a code')
      return share(new Proof('joiner', options.code, ends, {host: payload, joiner: ownHello}))
    },
  }
}

/** That it is open is only the host's word: whoever holds a code means a host that knows it. */
function enterOpen({code, acceptOpen}: JoinerOptions): Step {
  if (code !== undefined) {
    throw new ChatctlError('open-not-accepted', 'the host asks for no code, and so cannot show that it knows this one')
  }
  if (!acceptOpen)
    throw new ChatctlError('open-not-accepted', 'the host lets anyone in and proves nothing about itself')
  return enter('nothing')
}

function share(proof: Proof): Step {
  return {state: 'sharing', send: [['pake', proof.share]], take: payload => confirm(proof, proof.meet(payload))}
}

function confirm(proof: Proof, ownTag: Buffer): Step {
  return {
    state: 'confirming',
    send: [['confirm', ownTag]],
    take(payload) {
      if (!proof.isConfirmedBy(payload)) throw notProved()
      return enter('code')
    },
  }
}

function enter(admittedBy: AdmittedBy): Step {
  return {state: 'entering', send: [['ready', Buffer.alloc(0)]], take: () => ({state: 'open', send: [], admittedBy})}
}
