import type {Delivered} from '../conversation.js'
import type {ChatctlError} from '../errors/index.js'
import type {DeskServices} from './desk-services.js'
import {ProgressReport} from './progress-report.js'
import {resumedNotice, startedOverNotice} from './resume-notice.js'
import type {SentFile} from './sent-file.js'
import type {Source} from './source.js'
import type {StopReason} from './stop-switch.js'
import {endingOf} from './transfer-errors.js'

/** What people know a transfer by. */
export interface Told {
  number: number
  name: string
  source: Pick<Source, 'bytes' | 'kind'>
}

/** Tells the other side, and people here, what becomes of a file that is offered from here. */
export class OutgoingReport {
  readonly #id: string
  readonly #told: Told
  readonly #services: Pick<DeskServices, 'clock' | 'say' | 'emit'>

  /** `id` is what it is called on the wire. */
  constructor(id: string, told: Told, services: Pick<DeskServices, 'clock' | 'say' | 'emit'>) {
    this.#id = id
    this.#told = told
    this.#services = services
  }

  /** It goes on behind what the other side has. */
  resumed(start: number): void {
    this.#services.emit(resumedNotice(this.#resumed, start))
  }

  /** All of it is sent anew. */
  startedOver(): void {
    this.#services.emit(startedOverNotice(this.#resumed))
  }

  /** Reports how far it is. */
  progressOf(bytes: () => number): ProgressReport {
    const {clock, emit} = this.#services
    const {number: transfer, source} = this.#told
    const fixed = {event: 'progress', transfer, direction: 'send', total: source.bytes} as const
    return new ProgressReport(
      () => clock.now(),
      bytes,
      moved => emit({...fixed, ...moved}),
    )
  }

  /** Something of it was not wanted, in words. */
  leftOut(what: string): void {
    const message = `${this.#told.name}: left out ${what}`
    this.#services.emit({event: 'notice', code: 'left-out', message})
  }

  /** The other side has it. */
  sent(sent: SentFile, times: {ms: number; resumedFrom: number}): Delivered {
    const {number: transfer, name} = this.#told
    const delivered = {transfer, name, ...sent, ...times}
    this.#services.emit({event: 'sent', ...delivered})
    return delivered
  }

  /** It has ended without that. */
  failed({error, isKnownThere}: StopReason, isAccepted: boolean): void {
    const {number: transfer, name} = this.#told
    const {code, message} = error
    if (!isKnownThere) this.#sayFailed(error)
    // Who does not answer in time has given it up, whoever looked at the clock.
    const by = isKnownThere || code === 'no-answer' ? 'peer' : 'self'
    this.#services.emit({event: endingOf(error, isAccepted), transfer, name, code, message, by})
  }

  #sayFailed({code}: ChatctlError): void {
    const transfer = this.#id
    const isNoFailure = code === 'cancelled' || code === 'no-answer'
    this.#services.say(isNoFailure ? {type: 'cancel', transfer} : {type: 'failed', transfer, code})
  }

  get #resumed() {
    const {number: transfer, name, source} = this.#told
    return {transfer, name, bytes: source.bytes, kind: source.kind}
  }
}
