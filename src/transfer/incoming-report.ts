import type {Offer} from '../conversation.js'
import type {DeskServices} from './desk-services.js'
import {ProgressReport} from './progress-report.js'
import {resumedNotice, startedOverNotice} from './resume-notice.js'
import {shortfallOf, toldShortfall} from './shortfall.js'
import type {Sink} from './sink.js'
import type {StopReason} from './stop-switch.js'
import {endingOf} from './transfer-errors.js'

/** What has come, and is published. */
export interface Received {
  sink: Sink
  path: string
  digest: string
  /** Bytes that were there before its last channel. */
  resumedFrom: number
}

/** Tells its sender, and people here, what becomes of a file that was offered here. */
export class IncomingReport {
  readonly #id: string
  readonly #offer: Offer
  readonly #services: Pick<DeskServices, 'clock' | 'say' | 'emit'>

  /** `id` is what it is called on the wire. */
  constructor(id: string, offer: Offer, services: Pick<DeskServices, 'clock' | 'say' | 'emit'>) {
    this.#id = id
    this.#offer = offer
    this.#services = services
  }

  /** It goes on behind what is there. */
  resumed(start: number): void {
    this.#services.emit(resumedNotice(this.#offer, start))
  }

  /** All of it comes anew; with `hasChanged` because what was kept is of the source as it was before. */
  startedOver(hasChanged?: true): void {
    this.#services.emit(startedOverNotice(this.#offer, hasChanged))
  }

  /** Reports how far it is, by what has been written. */
  progressOf(sink: Pick<Sink, 'bytes'>): ProgressReport {
    const {clock, emit} = this.#services
    const {transfer, bytes: total} = this.#offer
    const fixed = {event: 'progress', transfer, direction: 'receive', total} as const
    return new ProgressReport(
      () => clock.now(),
      () => sink.bytes,
      moved => emit({...fixed, ...moved}),
    )
  }

  /** Something of it has to stay on the disk. */
  partLeft(why: string): void {
    const message = `a part of #${this.#offer.transfer} is left: ${why}`
    this.#services.emit({event: 'notice', code: 'part-left', message})
  }

  /** Its sender may forget it. */
  verified({bytes, files, dropped}: Sink): void {
    const told = dropped && toldShortfall(dropped)
    const shortened = told ? {skipped: told, kept: {bytes, files}} : {}
    this.#services.say({type: 'verified', transfer: this.#id, ...shortened})
  }

  /** It is here; `ms` is how long that took. */
  received({sink, path, digest, resumedFrom}: Received, ms: number): void {
    const {transfer, name, kind} = this.#offer
    const {bytes, files, renamed, missing, dropped} = sink
    const skipped = shortfallOf(missing, dropped)
    if (renamed !== undefined) this.#services.emit({event: 'notice', code: 'name-altered', message: renamed})
    const sha256 = kind === 'tree' ? {} : {sha256: digest}
    const shortfall = skipped ? {skipped} : {}
    const received = {transfer, name, path, bytes, files, ...sha256, ...shortfall, ms, resumedFrom}
    this.#services.emit({event: 'received', ...received})
  }

  /** It has ended without that. */
  failed({error, isKnownThere}: StopReason, isAccepted: boolean): void {
    const {transfer, name} = this.#offer
    const {code, message} = error
    if (!isKnownThere) this.#sayFailed(code, isAccepted)
    const by = isKnownThere ? 'peer' : 'self'
    const taken = isAccepted ? {accepted: true as const} : {}
    this.#services.emit({event: endingOf(error, isAccepted), transfer, name, code, message, by, ...taken})
  }

  #sayFailed(code: string, isAccepted: boolean): void {
    const {say} = this.#services
    if (code === 'cancelled') say({type: 'cancel', transfer: this.#id})
    else if (isAccepted) say({type: 'failed', transfer: this.#id, code})
    else say({type: 'decline', transfer: this.#id, code: code === 'no-answer' ? 'expired' : code})
  }
}
