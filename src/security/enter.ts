import {ChatctlError} from '../errors/index.js'
import type {Clock} from '../transport/clock.js'
import {dial} from '../transport/tls-dialer.js'
import {seekAdmission, type Admitted} from './admission.js'
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
  readonly signal?: AbortSignal | undefined
}

/** How a host was entered: what to show it when the connection is lost and has to be made again. */
export interface Entered extends Admitted {
  readonly code: string | undefined
  readonly acceptOpen: boolean
}

/** Each dial gives whoever answers one guess. */
const maxWrongCodes = 3

/** Dials after a cut before READY, so that a busy host that made room for newcomers is reached all the same. */
const maxCuts = 3

/** The longest pause before such a dial. */
const maxPauseMs = 400

/**
 * Dials a host and proves oneself, asking a person for what is missing between dials: nobody waits half-open.
 * @throws ChatctlError why the host was not reached, or did not let one in
 */
export async function enter(options: EnterOptions): Promise<Entered> {
  let code = typeof options.code === 'string' ? canonicalCode(options.code) : undefined
  let acceptOpen = options.open === true
  for (let wrongCodes = 0; ;) {
    try {
      return {...(await dialUntilDecided(options, code, acceptOpen)), code, acceptOpen}
    } catch (error) {
      if (isCode(error, 'wrong-code')) wrongCodes++
      if (typeof options.code === 'function' && isAboutCode(error) && wrongCodes < maxWrongCodes) {
        code = canonicalCode(await options.code())
      } else if (typeof options.open === 'function' && isCode(error, 'open-not-accepted') && code === undefined) {
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
  const {identity, isKnown, clock} = options
  for (let cuts = 1; ; cuts++) {
    try {
      const transport = await dial({...options, credentials: identity})
      return await seekAdmission(transport, {code, acceptOpen, isKnown, ownFingerprint: identity.fingerprint, clock})
    } catch (error) {
      if (!isCode(error, 'connection-cut') || cuts > maxCuts) throw error
      await new Promise<void>(resolve => clock.setTimeout(resolve, Math.random() * maxPauseMs))
    }
  }
}

function isAboutCode(error: unknown): boolean {
  return isCode(error, 'no-code') || isCode(error, 'wrong-code')
}

function isCode(error: unknown, code: ChatctlError['code']): boolean {
  return error instanceof ChatctlError && error.code === code
}
