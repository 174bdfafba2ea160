import {ChatctlError} from '../errors/index.js'
import type {FrameName} from '../protocol/frame.js'
import {decodeJson} from '../protocol/json.js'
import {goaway} from '../protocol/payloads.js'
import type {Invite} from './invite.js'

/**
 * The states of an admission, the same at both ends: the one frame that each takes, and where that can lead.
 * `goaway` ends it in every state; so does any other frame. Only a READY leads to `open`: no timer and no error does.
 */
export const admissionTable = {
  greeting: {takes: 'hello', leadsTo: ['sharing', 'entering']},
  sharing: {takes: 'pake', leadsTo: ['confirming']},
  confirming: {takes: 'confirm', leadsTo: ['entering']},
  entering: {takes: 'ready', leadsTo: ['open']},
  open: {takes: undefined, leadsTo: []},
} as const satisfies Record<string, {takes: FrameName | undefined; leadsTo: readonly string[]}>

export type AdmissionState = keyof typeof admissionTable

/** A frame to be sent. */
export type Outgoing = readonly [name: FrameName, payload: Uint8Array]

/** How a device came in: it proved the code, both remember each other, or nobody had to prove anything. */
export type AdmittedBy = 'code' | 'memory' | 'nothing'

/** One state of one admission: what is sent on the way into it, and what its frame does. */
export type Step =
  | {
      readonly state: Exclude<AdmissionState, 'open'>
      readonly send: readonly Outgoing[]
      /** Takes the payload of the state's frame; throws a ChatctlError to end the admission. */
      readonly take: (payload: Buffer) => Step
      /** Whether the other end has proved the code on the way here; so it is known only at the host. */
      readonly hasProvedCode?: boolean
      /** Gives back what this state holds, when the admission ends in it. */
      readonly abandon?: () => void
    }
  | OpenStep

/** The last state: the other end may come in. */
export interface OpenStep {
  readonly state: 'open'
  readonly send: readonly Outgoing[]
  readonly admittedBy: AdmittedBy
  /** At the host: whose code was proved. */
  readonly invite?: Invite
}

/**
 * Takes the one frame that the state of `step` takes, and goes on to the next.
 * @throws ChatctlError why the admission is over
 */
export function nextStep(step: Step, name: FrameName, payload: Buffer): Step {
  if (name === 'goaway') throw new Dismissed(payload, step)
  if (step.state === 'open' || name !== admissionTable[step.state].takes) throw unexpected(name, step.state)
  return step.take(payload)
}

function unexpected(name: FrameName, state: AdmissionState): ChatctlError {
  return new ChatctlError('protocol-violation', `the other side sent a ${name} frame in state ${state}`)
}

/** What a goaway may tell, in words of our own: nothing that a stranger sends is shown. */
const reasons = {
  'wrong-code': 'the code is wrong, or already used: ask for a new one',
  'too-many-tries': 'the other side has had too many wrong codes',
  'no-common-version': 'the other side speaks no version that this one does',
  'room-full': 'the room is full',
  'no-code': 'the other side has no code',
  'open-not-accepted': 'the other side does not enter a room without a code',
  'protocol-violation': 'the other side found a fault in what it received',
} as const

/** The other side has ended the admission. */
export class Dismissed extends ChatctlError {
  /** What this end waited for then. */
  readonly state: AdmissionState
  /** Whether the other side had proved the code by then. */
  readonly hasProvedCode: boolean

  constructor(payload: Uint8Array, step: Step) {
    const {code} = decodeJson(goaway, payload)
    if (isReason(code)) super(code, reasons[code])
    else super('connection-cut', 'the other side closed the connection')
    this.state = step.state
    this.hasProvedCode = step.state === 'entering' && step.hasProvedCode === true
  }
}

function isReason(code: string): code is keyof typeof reasons {
  return Object.hasOwn(reasons, code)
}
