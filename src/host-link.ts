import {ChatctlError} from './errors/index.js'
import type {Attached, Purpose} from './protocol/payloads.js'
import {enter, type Entered, type EnterOptions} from './security/enter.js'
import {loadIdentity} from './security/identity.js'
import {requestAttach} from './session/attach.js'
import type {Clock} from './session/clock.js'
import type {Connection} from './session/connection.js'
import type {Session} from './session/session.js'
import type {SessionTicket} from './session/session-registry.js'
import {closeOnAbort} from './transport/close-on-abort.js'
import {pause} from './transport/pause.js'

/** Where a host is, and what it takes to be let in. */
export interface EntryOptions {
  /** The directory that keeps this device's identity. */
  home: string
  /** An address, or a name. */
  host: string
  /** 5000 by default. */
  port?: number
  nick?: string
  /** The code, or a function that asks a person for it: called only when the host wants one, three times at most. */
  code?: string | (() => Promise<string>)
  /** Whether to enter where the host proves nothing about itself, or a function that asks a person. */
  open?: boolean | (() => Promise<boolean>)
  /** For each dial; 10,000 by default, and also for 0: no dial waits without a limit. */
  timeoutMs?: number
}

/** How a host is reached, and for what. */
export interface HostLinkOptions extends EntryOptions {
  readonly nick: string
  readonly clock: Clock
  readonly purpose: Purpose
}

/** Which host was reached. */
export interface Reached {
  readonly host: string
  readonly port: number
  readonly fingerprint: string
  readonly known: boolean
}

/** Who hears how it goes. */
export interface ReconnectListener {
  attempting: (attempt: number) => void
  /** The session is attached again; nothing of what was missed has come yet. */
  attached: () => void
}

const defaultPort = 5000
const defaultTimeoutMs = 10_000

/** How long a lost connection is tried again: as long as the host keeps the session of someone who fell silent. */
const giveUpAfterMs = 60_000

/** A host whose port is closed has most likely ended: it is given up sooner. */
const giveUpRefusedAfterMs = 5000

const longestPauseMs = 5000

/** What is shown to the host, and what is expected of it. */
type Manner = Pick<EnterOptions, 'code' | 'open' | 'isKnown' | 'peerFingerprint'>

/** The way from a session to its host: made once, and made again when it breaks. */
export class HostLink {
  readonly #options: HostLinkOptions
  #manner: Manner
  #reached: Reached | undefined
  #ticket: SessionTicket | undefined

  constructor(options: HostLinkOptions) {
    const {code, open} = options
    this.#options = options
    this.#manner = {code, open, isKnown: () => false}
  }

  /** Which host was reached, from the moment when it has let one in. */
  get reached(): Reached | undefined {
    return this.#reached
  }

  /**
   * Dials the host, is let in, and attaches the session; a signal calls it off.
   * @throws ChatctlError of the families connection, admission and protocol; or the reason of the signal
   */
  async connect(session: Session, signal: AbortSignal): Promise<void> {
    const {host, port = defaultPort} = this.#options
    const entered = await this.#enter(signal)
    const {peerFingerprint, code, acceptOpen} = entered
    // Whoever answers from now on must be this host: nobody else is shown the code again.
    this.#manner = {code, open: acceptOpen, peerFingerprint, isKnown: fingerprint => fingerprint === peerFingerprint}
    this.#reached = {host, port, fingerprint: peerFingerprint, known: entered.isKnown}
    await this.#attach(entered, session, signal)
  }

  /**
   * Dials the same host again until it answers, and attaches the session where it was; a signal calls it off.
   * @throws ChatctlError `connection-lost` when the host is not back in time, does not know the session any more, or
   * another device answers in its place; or the reason of the signal
   */
  async reconnect(session: Session, signal: AbortSignal, {attempting, attached}: ReconnectListener): Promise<void> {
    const {clock} = this.#options
    const lostAt = clock.now()
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted()
      attempting(attempt)
      try {
        await this.#attach(await this.#enter(signal), session, signal, attached)
        return
      } catch (error) {
        signal.throwIfAborted()
        if (!isWorthAnotherTry(error, clock.now() - lostAt)) throw lost(error)
      }
      await pause(clock, pauseMs(attempt), signal)
    }
  }

  async #enter(signal: AbortSignal): Promise<Entered> {
    const {home, host, port = defaultPort, timeoutMs = 0, clock} = this.#options
    const identity = await loadIdentity(home)
    const dialMs = timeoutMs > 0 ? timeoutMs : defaultTimeoutMs
    return enter({host, port, identity, timeoutMs: dialMs, clock, signal, ...this.#manner})
  }

  #attach(entered: Entered, session: Session, signal: AbortSignal, attached = (): void => undefined): Promise<void> {
    const {clock, nick, purpose} = this.#options
    const request = {session: this.#ticket ?? null, lastSeen: session.lastSeen, nick, purpose}
    const enterSession = (connection: Connection, answer: Attached): void => {
      this.#ticket = answer.session
      if (session.end) return connection.close(session.end.code)
      session.attach(connection, answer.lastSeen)
      attached()
    }
    return closeOnAbort(
      signal,
      () => entered.transport.destroy(),
      () => requestAttach(entered, request, clock, enterSession),
    )
  }
}

function pauseMs(attempt: number): number {
  return Math.min(longestPauseMs, 100 * 2 ** attempt) * (0.5 + Math.random() / 2)
}

function isWorthAnotherTry(error: unknown, elapsedMs: number): boolean {
  if (!(error instanceof ChatctlError) || error.exitCode !== 3) return false
  return elapsedMs < (error.code === 'connection-refused' ? giveUpRefusedAfterMs : giveUpAfterMs)
}

function lost(cause: unknown): ChatctlError {
  const why = cause instanceof ChatctlError ? `: ${cause.message}` : ''
  return new ChatctlError('connection-lost', `the connection to the host is lost${why}`, {cause})
}
