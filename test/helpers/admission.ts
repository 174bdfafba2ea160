import {Guard} from '../../src/security/guard.js'
import type {HostOptions} from '../../src/security/host-steps.js'
import {Invite} from '../../src/security/invite.js'
import type {JoinerOptions} from '../../src/security/joiner-steps.js'
import {grantAdmission, seekAdmission, type Admitted, type OwnEnd} from '../../src/security/admission.js'
import type {Arrival, ArrivalStage} from '../../src/transport/arrival.js'
import {memoryPair, type Split} from '../../src/transport/memory-pair.js'
import type {SecureTransport} from '../../src/transport/transport.js'

export const rightCode = 'legal-zoo-abandon'
export const wrongCode = 'legal-zoo-ability'

export const joinerFingerprint = 'aa'.repeat(32)
export const hostFingerprint = 'bb'.repeat(32)

/** An arrival that no socket belongs to. */
export class FakeArrival implements Arrival {
  readonly remoteAddress: string
  stage: ArrivalStage
  isDestroyed = false

  constructor(remoteAddress = '192.0.2.1', stage: ArrivalStage = 'secured') {
    this.remoteAddress = remoteAddress
    this.stage = stage
  }

  advance(stage: ArrivalStage): void {
    this.stage = stage
  }

  destroy(): void {
    this.isDestroyed = true
  }
}

/** A memory pair that claims what TLS would prove: the names of both devices, and a secret that only they share. */
export function secureMemoryPair(split?: Split) {
  const {a, b, cut} = memoryPair(split)
  const exporter = (): Buffer => Buffer.alloc(32, 7)
  const joiner: SecureTransport = Object.assign(a, {peerFingerprint: hostFingerprint, exporter})
  const host: SecureTransport = Object.assign(b, {peerFingerprint: joinerFingerprint, exporter})
  return {joiner, host, cut}
}

/** A joiner with the right code, but for what a test changes. */
export function joinerOptions(changes: Partial<JoinerOptions & OwnEnd> = {}): JoinerOptions & OwnEnd {
  return {code: rightCode, acceptOpen: false, isKnown: () => false, ownFingerprint: joinerFingerprint, ...changes}
}

/** A host that asks for the right code, but for what a test changes. */
export function hostOptions(changes: Partial<HostOptions & OwnEnd> = {}): HostOptions & OwnEnd {
  const invite = new Invite(rightCode)
  return {
    isOpen: false,
    isKnown: () => false,
    invite: () => invite,
    guard: new Guard(changes.clock),
    ownFingerprint: hostFingerprint,
    ...changes,
  }
}

/** What an admission came to: how the other end was admitted, or the code of the error. */
export async function outcomeOf(admission: Promise<Admitted>): Promise<string> {
  try {
    return (await admission).admittedBy
  } catch (error) {
    return (error as {code: string}).code
  }
}

/** Lets a joiner and a host meet in memory; returns what each came to. */
export async function meet(
  joiner: Partial<JoinerOptions & OwnEnd> = {},
  host: Partial<HostOptions & OwnEnd> = {},
  split?: Split,
): Promise<[joiner: string, host: string]> {
  const pair = secureMemoryPair(split)
  return Promise.all([
    outcomeOf(seekAdmission(pair.joiner, joinerOptions(joiner))),
    outcomeOf(grantAdmission(pair.host, new FakeArrival(), hostOptions(host))),
  ])
}
