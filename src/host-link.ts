import {comeBack} from './comeback.js'
import type {RoomEvent} from './conversation.js'
import type {EntryOptions, Notice} from './entry-options.js'
import {toChatctlError} from './errors/index.js'
import {ExpectedHost} from './expected-host.js'
import {findHost, type FoundHost, type HostAddress} from './find-host.js'
import {PeerMemory} from './peer-memory.js'
import type {Attached, Purpose} from './protocol/payloads.js'
import {deviceSecret} from './security/device-secret.js'
import {enter, type Entered, type EnterOptions} from './security/enter.js'
import {loadIdentity, type Identity} from './security/identity.js'
import {loadKnownPeers} from './security/known-peers.js'
import {requestAttach} from './session/attach.js'
import type {Clock} from './session/clock.js'
import type {Connection} from './session/connection.js'
import type {Session} from './session/session.js'
import type {SessionTicket} from './session/session-registry.js'
import {closeOnAbort} from './transport/close-on-abort.js'

/** How a host is reached, and for what. */
export interface HostLinkOptions extends EntryOptions {
  readonly nick: string
  readonly clock: Clock
  readonly purpose: Purpose
  /** Hears what is to be known before anyone is asked; by default, an event of the conversation. */
  readonly onNotice?: (notice: Notice) => void
}

/** Which host was reached. */
export interface Reached {
  readonly host: string
  readonly port: number
  readonly fingerprint: string
  readonly known: boolean
  /** What the host's device is called here, when it was remembered before. */
  readonly knownAs?: string
}

/** Who hears how it goes. */
export interface ReconnectListener {
  attempting: (attempt: number) => void
  /** The session is attached again; nothing of what was missed has come yet. */
  attached: () => void
}

const defaultTimeoutMs = 10_000

/** What is shown to the host, and what is expected of it. */
type Manner = Pick<EnterOptions, 'code' | 'open' | 'isKnown'>

/**
 * Gets ready to reach a host from this device.
 * @throws ChatctlError `no-address`; `damaged-identity`, `not-readable` or `not-writable` for the files in `home`
 */
export async function openHostLink(options: HostLinkOptions): Promise<HostLink> {
  const identity = await loadIdentity(options.home)
  const peers = await loadKnownPeers(options.home)
  return new HostLink(options, findHost(options, peers), identity, new PeerMemory(peers, 'host'))
}

/** The way from a session to its host: made once, and made again when it breaks. */
export class HostLink {
  /** Hears what happens on the way. */
  onEvent: (event: RoomEvent) => void = () => undefined
  /** Whom this device remembers. */
  readonly memory: PeerMemory
  readonly #options: HostLinkOptions
  readonly #address: HostAddress
  readonly #expected: ExpectedHost
  readonly #identity: Identity
  #manner: Manner
  #hasProvedCode = false
  #reached: Reached | undefined
  #ticket: SessionTicket | undefined

  constructor(options: HostLinkOptions, found: FoundHost, identity: Identity, memory: PeerMemory) {
    const {code, open} = options
    this.memory = memory
    this.memory.onEvent = event => this.#tell(event)
    this.#options = options
    this.#identity = identity
    this.#address = found.address
    this.#expected = new ExpectedHost(found, memory)
    this.#expected.onNotice = notice => this.#tell({event: 'notice', ...notice})
    this.#manner = {code, open, isKnown: met => this.#nameOf(met) !== undefined}
  }

  /** The name of this device. */
  get ownFingerprint(): string {
    return this.#identity.fingerprint
  }

  /** Makes what this device calls its jobs. */
  get jobKey(): Buffer {
    return deviceSecret(this.#identity, 'job')
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
    this.memory.tellDamage()
    try {
      await this.#connect(session, signal)
    } catch (error) {
      if (this.#reached === undefined || toChatctlError(error).code !== 'no-code') throw error
      // It let this device in to return to a session, and wants a code for another one.
      const {code, open} = this.#options
      this.#manner = {code, open, isKnown: () => false}
      await this.#connect(session, signal)
    }
    this.memory.keepLooking(this.#options.clock, signal)
  }

  /** Remembers the host under the nick that it has, if it has proved the code; in any case, where it was met. */
  async remember(nick: string): Promise<void> {
    if (this.#reached === undefined || this.#reached.fingerprint === this.ownFingerprint) return
    const {fingerprint} = this.#reached
    if (this.#hasProvedCode) await this.memory.remember(fingerprint, {name: nick, address: this.#address})
    else await this.memory.meet(fingerprint, this.#address)
  }

  /**
   * Dials the same host again until it answers, and attaches the session where it was; a signal calls it off.
   * @throws ChatctlError `connection-lost` when the host is not back in time, does not know the session any more, or
   * another device answers in its place; or the reason of the signal
   */
  async reconnect(session: Session, signal: AbortSignal, {attempting, attached}: ReconnectListener): Promise<void> {
    const attempt = async (number: number): Promise<void> => {
      attempting(number)
      await this.#attach(await this.#enter(signal), session, signal, attached)
    }
    await comeBack(attempt, this.#options.clock, signal)
  }

  async #connect(session: Session, signal: AbortSignal): Promise<void> {
    const entered = await this.#enter(signal)
    this.#settleOn(entered)
    await this.#attach(entered, session, signal)
  }

  /** Whoever answers from now on must be this host: nobody else is shown the code again. */
  #settleOn({peerFingerprint, code, acceptOpen, admittedBy}: Entered): void {
    this.#expected.settleOn(peerFingerprint)
    this.#manner = {code, open: acceptOpen, isKnown: fingerprint => fingerprint === peerFingerprint}
    this.#hasProvedCode = admittedBy === 'code'
    const name = this.#nameOf(peerFingerprint)
    const knownAs = name === undefined ? {} : {knownAs: name}
    this.#reached = {...this.#address, fingerprint: peerFingerprint, known: name !== undefined, ...knownAs}
  }

  /** What a device is called here. One's own is never remembered: it proves the code like any other. */
  #nameOf(fingerprint: string): string | undefined {
    return fingerprint === this.ownFingerprint ? undefined : this.memory.nameOf(fingerprint)
  }

  #tell(event: RoomEvent): void {
    const {onNotice} = this.#options
    if (event.event === 'notice' && onNotice && this.#reached === undefined) onNotice(event)
    else this.onEvent(event)
  }

  #enter(signal: AbortSignal): Promise<Entered> {
    const {timeoutMs = 0, clock} = this.#options
    return enter({
      ...this.#address,
      identity: this.#identity,
      timeoutMs: timeoutMs > 0 ? timeoutMs : defaultTimeoutMs,
      clock,
      signal,
      onMet: fingerprint => this.#expected.check(fingerprint),
      ...this.#manner,
    })
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
