import {ChatctlError} from '../errors/index.js'
import type {Clock} from '../transport/clock.js'
import {closeOnAbort} from '../transport/close-on-abort.js'
import {pause} from '../transport/pause.js'
import {dial} from '../transport/tls-dialer.js'
import type {SecureTransport} from '../transport/transport.js'
import {CutShort, seekAdmission, type Admitted} from './admission.js'
import {Dismissed} from './admission-steps.js'
import {canonicalCode} from './code.js'
import type {Identity} from './identity.js'

/** What it takes to be let in by a host. */
export interface EnterOptions {
  readonly host: string
  readonly port: number
  readonly identity: Identity
  /** For each dial. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** The code, or how a person is asked for it: only when the host wants one, and again when it was wrong. */
  readonly code?: string | (() => Promise<string>) | undefined
  /** Whether to enter where the host proves nothing, or how a person is asked. */
  readonly open?: boolean | (() => Promise<boolean>) | undefined
  readonly isKnown: (fingerprint: string) => boolean
  /** Hears which device answers, at each dial; what it throws ends all, before that device hears a word. */
  readonly onMet?: ((fingerprint: string) => void) | undefined
  /** Gives up at once and closes what is open. */
  readonly signal?: AbortSignal | undefined
}

/** How a host was entered: what to show it when the connection is lost and has to be made again. */
export interface Entered extends Admitted {
  readonly code: string | undefined
  readonly acceptOpen: boolean
}

/** How often a person is asked for the code: each one that is tried gives whoever answers one guess. */
const maxQuestions = 3

/** Dials after a cut that cost nothing, so that a busy host that made room for newcomers is reached all the same. */
const maxCuts = 3

/** The longest pause before such a dial. */
const maxPauseMs = 400

/**
 * Dials a host and proves oneself, asking a person for what is missing between dials: nobody waits half-open.
 * @throws ChatctlError why the host was not reached, or did not let one in; or the reason of the signal
 */
export async function enter(options: EnterOptions): Promise<Entered> {
  let code = typeof options.code === 'string' ? canonicalCode(options.code) : undefined
  let acceptOpen = options.open === true
  for (let questions = 0; ;) {
    try {
      return {...(await dialUntilDecided(options, code, acceptOpen)), code, acceptOpen}
    } catch (error) {
      if (typeof options.code === 'function' && isAboutCode(error) && questions < maxQuestions) {
        questions++
        code = canonicalCode(await options.code())
      } else if (typeof options.open === 'function' && isCode(error, 'open-not-accepted') && !acceptOpen) {
        acceptOpen = await options.open()
        if (!acceptOpen) throw error
      } else {
        throw error
      }
    }
  }
}

async function dialUntilDecided(
  options: EnterOptions,
  code: string | undefined,
  acceptOpen: boolean,
): Promise<Admitted> {
  const {identity, isKnown, clock, signal} = options
  const own = {code, acceptOpen, isKnown, ownFingerprint: identity.fingerprint, clock}
  for (let cuts = 1; ; cuts++) {
    try {
      const transport = await dialDevice(options)
      return await closeOnAbort(
        signal,
        () => transport.destroy(),
        () => seekAdmission(transport, own),
      )
    } catch (error) {
      if (!isFreeCut(error) || cuts > maxCuts) throw error
      await pause(clock, Math.random() * maxPauseMs, signal)
    }
  }
}

async function dialDevice(options: EnterOptions): Promise<SecureTransport> {
  const transport = await dial({...options, credentials: options.identity})
  try {
    options.onMet?.(transport.peerFingerprint)
    return transport
  } catch (error) {
    transport.destroy()
    throw error
  }
}

/** Only CONFIRM lets the other end check a guess at the code: before that another dial gives nothing away. */
function isFreeCut(error: unknown): boolean {
  if (error instanceof CutShort) return error.state === 'greeting' || error.state === 'sharing'
  return isCode(error, 'connection-cut') && !(error instanceof Dismissed)
}

function isAboutCode(error: unknown): boolean {
  return isCode(error, 'no-code') || isCode(error, 'wrong-code')
}

function isCode(error: unknown, code: ChatctlError['code']): boolean {
  return error instanceof ChatctlError && error.code === code
}
