import {ChatctlError} from './errors/index.js'
import type {Purpose} from './protocol/payloads.js'
import {enter, type Entered, type EnterOptions} from './security/enter.js'
import {loadIdentity} from './security/identity.js'
import {requestAttach} from './session/attach.js'
import type {Clock} from './session/clock.js'
import type {Session} from './session/session.js'
import type {SessionTicket} from './session/session-registry.js'

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
  /** For dialling; 10,000 by default. */
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

/** The way from a session to its host: made once, and made again when it breaks. */
export class HostLink {
  readonly #options: HostLinkOptions
  #entered: Entered | undefined
  #reached: Reached | undefined
  #ticket: SessionTicket | undefined

  constructor(options: HostLinkOptions) {
    this.#options = options
  }

  /** Which host was reached, from the moment when it has let one in. */
  get reached(): Reached | undefined {
    return this.#reached
  }

  /**
   * Dials the host, is let in, and attaches the session.
   * @throws ChatctlError of the families connection, admission and protocol
   */
  async connect(session: Session): Promise<void> {
    const {host, port = defaultPort, code, open} = this.#options
    const entered = await this.#enter({code, open, isKnown: () => false})
    this.#entered = entered
    this.#reached = {host, port, fingerprint: entered.peerFingerprint, known: entered.isKnown}
    await this.#attach(entered, session)
  }

  /**
   * Dials the same host again until it answers, and attaches the session where it was.
   * @throws ChatctlError `connection-lost` when the host is not back in time, or does not know the session any more
   */
  async reconnect(session: Session, {attempting, attached}: ReconnectListener): Promise<void> {
    const {clock} = this.#options
    const lostAt = clock.now()
    for (let attempt = 1; ; attempt++) {
      if (session.end) throw lost(undefined)
      attempting(attempt)
      try {
        await this.#attach(await this.#enterAgain(), session, attached)
        return
      } catch (error) {
        if (!isWorthAnotherTry(error, clock.now() - lostAt)) throw lost(error)
      }
      await this.#pause(attempt)
    }
  }

  async #enter(how: Pick<EnterOptions, 'code' | 'open' | 'isKnown'>): Promise<Entered> {
    const {home, host, port = defaultPort, timeoutMs = defaultTimeoutMs, clock} = this.#options
    const identity = await loadIdentity(home)
    return enter({host, port, identity, timeoutMs, clock, ...how})
  }

  /** The host that answers must be the one that was left. */
  async #enterAgain(): Promise<Entered> {
    const {peerFingerprint, code, acceptOpen} = this.#entered ?? {
      peerFingerprint: '',
      code: undefined,
      acceptOpen: false,
    }
    const entered = await this.#enter({code, open: acceptOpen, isKnown: fingerprint => fingerprint === peerFingerprint})
    if (entered.peerFingerprint === peerFingerprint) return entered
    entered.transport.destroy()
    throw new ChatctlError('wrong-code', 'another host answers at this address')
  }

  #attach(entered: Entered, session: Session, attached = (): void => undefined): Promise<void> {
    const {clock, nick, purpose} = this.#options
    const request = {session: this.#ticket ?? null, lastSeen: session.lastSeen, nick, purpose}
    return requestAttach(entered, request, clock, (connection, answer) => {
      this.#ticket = answer.session
      if (session.end) return connection.close(session.end.code)
      session.attach(connection, answer.lastSeen)
      attached()
    })
  }

  #pause(attempt: number): Promise<void> {
    const milliseconds = Math.min(longestPauseMs, 100 * 2 ** attempt) * (0.5 + Math.random() / 2)
    return new Promise(resolve => this.#options.clock.setTimeout(resolve, milliseconds))
  }
}

function isWorthAnotherTry(error: unknown, elapsedMs: number): boolean {
  if (!(error instanceof ChatctlError) || error.exitCode !== 3) return false
  return elapsedMs < (error.code === 'connection-refused' ? giveUpRefusedAfterMs : giveUpAfterMs)
}

function lost(cause: unknown): ChatctlError {
  const why = cause instanceof ChatctlError ? `: ${cause.message}` : ''
  return new ChatctlError('connection-lost', `the connection to the host is lost${why}`, {cause})
}
