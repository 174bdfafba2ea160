import type {RoomEvent} from './conversation.js'
import {toChatctlError} from './errors/index.js'
import type {Acquaintance, KnownPeers} from './security/known-peers.js'
import type {PeerAddress} from './security/peer-records.js'
import type {KnownPeer} from './security/peer-set.js'
import type {Clock} from './transport/clock.js'

/** So soon a device that another process has forgotten is a stranger here too. */
const lookAgainAfterMs = 1000

/** Whom a conversation remembers. What cannot be read or written is told, and ends no conversation. */
export class PeerMemory {
  /** Hears what is to be told. */
  onEvent: (event: RoomEvent) => void = () => undefined
  /** Hears of each device that was forgotten, whichever process has done so, though it may be remembered again. */
  onForgotten: (fingerprint: string) => void = () => undefined
  readonly #peers: KnownPeers
  readonly #role: 'host' | 'guest'
  /** Devices that were remembered when this process started, and have been ever since. */
  readonly #fromBefore: Set<string>
  #lastTrouble = ''
  #work: Promise<unknown> = Promise.resolve()

  /** What the others are whom this end meets. */
  constructor(peers: KnownPeers, role: 'host' | 'guest') {
    this.#peers = peers
    this.#peers.onForgotten = fingerprint => {
      this.#fromBefore.delete(fingerprint)
      this.onForgotten(fingerprint)
    }
    this.#role = role
    this.#fromBefore = new Set(peers.list().map(({fingerprint}) => fingerprint))
  }

  list(): KnownPeer[] {
    return this.#peers.list()
  }

  has(fingerprint: string): boolean {
    return this.#peers.has(fingerprint)
  }

  /** What a device is called here; undefined if it is not remembered. */
  nameOf(fingerprint: string): string | undefined {
    return this.#peers.get(fingerprint)?.name
  }

  /** The remembered device that answered last at an address. */
  lastAt(address: PeerAddress): KnownPeer | undefined {
    return this.#peers.lastAt(address)
  }

  /** Whether a device was remembered already when this process started, and still is. */
  isFromBefore(fingerprint: string): boolean {
    return this.#fromBefore.has(fingerprint)
  }

  /** Looks every second at what other processes have written, until a signal calls it off. */
  keepLooking(clock: Clock, signal: AbortSignal): void {
    if (signal.aborted) return
    const stop = clock.setTimeout(() => {
      signal.removeEventListener('abort', stop)
      void this.refresh().then(() => this.keepLooking(clock, signal))
    }, lookAgainAfterMs)
    signal.addEventListener('abort', stop)
  }

  /** Takes in what other processes have written, and tells of damage. */
  async refresh(): Promise<void> {
    await this.#attempt('the remembered devices may be others by now', () => this.#peers.refresh())
    this.tellDamage()
  }

  /** Tells, once, that what is remembered was found damaged. */
  tellDamage(): void {
    const damage = this.#peers.takeDamage()
    if (damage) this.onEvent({event: 'notice', code: damage.code, message: damage.message})
  }

  /** Remembers a device for good, and says so if it was not remembered before. */
  remember(fingerprint: string, acquaintance: Acquaintance): Promise<void> {
    return this.#write(`${acquaintance.name} is not remembered`, async () => {
      const {peer, isNew} = await this.#peers.remember(fingerprint, acquaintance)
      if (isNew) this.onEvent({event: 'remembered', name: peer.name, fingerprint, role: this.#role})
    })
  }

  /** Takes note of where a remembered device was met. */
  meet(fingerprint: string, address: PeerAddress): Promise<void> {
    const name = this.nameOf(fingerprint)
    if (name === undefined) return Promise.resolve()
    return this.#write(`where ${name} is now is not kept`, () => this.#peers.meet(fingerprint, address))
  }

  /** Resolves when all that was to be written is, or has failed and was told. */
  async settled(): Promise<void> {
    await this.#work
  }

  /**
   * Forgets a device.
   * @throws ChatctlError `unknown-peer`, `not-writable`, `disk-full`, `not-readable`
   */
  forget(name: string): Promise<KnownPeer> {
    return this.#peers.forget(name)
  }

  #write(failure: string, act: () => Promise<void>): Promise<void> {
    const writing = this.#attempt(failure, act)
    this.#work = Promise.all([this.#work, writing])
    return writing
  }

  /** Tells what went wrong, but not the same again and again: strangers decide how often this is tried. */
  async #attempt(outcome: string, act: () => Promise<void>): Promise<void> {
    try {
      await act()
      this.#lastTrouble = ''
    } catch (error) {
      const {code, message} = toChatctlError(error)
      if (message !== this.#lastTrouble) this.onEvent({event: 'notice', code, message: `${outcome}: ${message}`})
      this.#lastTrouble = message
    }
  }
}
