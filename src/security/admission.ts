import {ChatctlError, toChatctlError} from '../errors/index.js'
import {FrameDecoder, type FrameSink} from '../protocol/frame-decoder.js'
import {encodeFrame, encodeJson} from '../protocol/frame-encoder.js'
import type {FrameHeader} from '../protocol/frame.js'
import type {Arrival} from '../transport/arrival.js'
import {systemClock, type Clock} from '../transport/clock.js'
import type {SecureTransport} from '../transport/transport.js'
import {
  Dismissed,
  nextStep,
  type AdmissionState,
  type AdmittedBy,
  type OpenStep,
  type Outgoing,
  type Step,
} from './admission-steps.js'
import type {Ends} from './ends.js'
import type {Invite} from './invite.js'
import {beginHosting, type HostOptions} from './host-steps.js'
import {beginJoining, type JoinerOptions} from './joiner-steps.js'

/** How long an admission may take. */
export const admissionDeadlineMs = 10_000

/** A connection whose other end may come in. */
export interface Admitted {
  /** Stands still until its next owner sets `onData`. */
  readonly transport: SecureTransport
  readonly peerFingerprint: string
  /** Whether the other device was remembered before. */
  readonly isKnown: boolean
  readonly admittedBy: AdmittedBy
  /** At the host: whose code was proved. */
  readonly invite?: Invite | undefined
  /** Bytes that came behind the admission: they go before all that the transport still brings. */
  readonly rest: Buffer
}

/** The connection ended without a word before anyone was admitted. */
export class CutShort extends ChatctlError {
  /** What this end waited for then. */
  readonly state: AdmissionState

  constructor(state: AdmissionState, cause?: Error) {
    super('connection-cut', 'the other side closed the connection before admission', {cause})
    this.state = state
  }
}

/** What either end needs besides its own options. */
export interface OwnEnd {
  readonly ownFingerprint: string
  readonly clock?: Clock | undefined
}

/**
 * Asks the host at the other end for admission.
 * @throws ChatctlError `wrong-code`, `no-code`, `open-not-accepted`, `too-many-tries`, `room-full`,
 * `no-common-version`, `protocol-violation`, `connection-cut`, or `connection-timeout`
 */
export async function seekAdmission(transport: SecureTransport, options: JoinerOptions & OwnEnd): Promise<Admitted> {
  const ends = endsOf(transport, options)
  return {
    ...(await run(transport, beginJoining(ends, options), options)),
    isKnown: options.isKnown(ends.peerFingerprint),
  }
}

/**
 * Decides whether the joiner at the other end may come in.
 * @throws ChatctlError why it may not, or does not
 */
export async function grantAdmission(
  transport: SecureTransport,
  arrival: Arrival,
  options: HostOptions & OwnEnd,
): Promise<Admitted> {
  const ends = endsOf(transport, options)
  const isKnown = options.isKnown(ends.peerFingerprint)
  const admitted = await run(transport, beginHosting(ends, arrival, options), options)
  options.guard.admitted(arrival)
  return {...admitted, isKnown}
}

function endsOf(transport: SecureTransport, {ownFingerprint}: OwnEnd): Ends {
  return {ownFingerprint, peerFingerprint: transport.peerFingerprint, exporter: () => transport.exporter()}
}

type Outcome = Omit<Admitted, 'isKnown'>

function run(transport: SecureTransport, first: Step, {clock = systemClock}: OwnEnd): Promise<Outcome> {
  return new Promise((resolve, reject) => new Run(transport, first, clock, resolve, reject).start())
}

/** Runs the steps of one end over a transport. Everything that goes wrong ends in the one place that closes it. */
class Run implements FrameSink {
  readonly #transport: SecureTransport
  readonly #clock: Clock
  readonly #resolve: (outcome: Outcome) => void
  readonly #reject: (error: ChatctlError) => void
  readonly #decoder = new FrameDecoder('admission', this)
  #step: Step
  #stopDeadline: () => void = () => undefined
  #isOver = false

  constructor(
    transport: SecureTransport,
    first: Step,
    clock: Clock,
    resolve: (outcome: Outcome) => void,
    reject: (error: ChatctlError) => void,
  ) {
    this.#transport = transport
    this.#step = first
    this.#clock = clock
    this.#resolve = resolve
    this.#reject = reject
  }

  start(): void {
    this.#stopDeadline = this.#clock.setTimeout(() => this.#fail(tooSlow()), admissionDeadlineMs)
    this.#transport.onClose = cause => this.#fail(new CutShort(this.#step.state, cause))
    this.#send(this.#step.send)
    this.#transport.onData = bytes => this.#read(bytes)
  }

  frame({name}: FrameHeader, payload: Buffer): void {
    this.#step = nextStep(this.#step, name, payload)
    this.#send(this.#step.send)
    if (this.#step.state === 'open') this.#decoder.stop()
  }

  chunk(): void {
    throw new ChatctlError('internal', 'a chunk has passed the decoder before admission')
  }

  #read(bytes: Buffer): void {
    try {
      const rest = this.#decoder.push(bytes)
      if (this.#step.state === 'open') this.#finish(this.#step, rest)
    } catch (error) {
      this.#fail(toChatctlError(error))
    }
  }

  #send(frames: readonly Outgoing[]): void {
    if (frames.length > 0) this.#transport.write(frames.flatMap(([name, payload]) => encodeFrame(name, payload)))
  }

  #finish({admittedBy, invite}: OpenStep, rest: Buffer): void {
    this.#isOver = true
    this.#stopDeadline()
    const transport = this.#transport
    transport.pause()
    this.#resolve({transport, peerFingerprint: transport.peerFingerprint, admittedBy, invite, rest})
  }

  #fail(error: ChatctlError): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#stopDeadline()
    if (this.#step.state !== 'open') this.#step.abandon?.()
    if (!(error instanceof Dismissed)) this.#send([['goaway', encodeJson({code: error.code})]])
    this.#transport.end()
    this.#reject(error)
  }
}

function tooSlow(): ChatctlError {
  return new ChatctlError('connection-timeout', `no admission within ${admissionDeadlineMs / 1000} s`)
}
