import {ChatctlError} from '../errors/index.js'
import {isNick} from '../protocol/nick.js'
import {PeerJournal} from './peer-journal.js'
import {checkPeerName, toPeerName} from './peer-name.js'
import {isFingerprint, type PeerAddress} from './peer-records.js'
import type {KnownPeer} from './peer-set.js'
import {PeerStore} from './peer-store.js'

/** What is known of a device when it comes to be remembered. */
export interface Acquaintance {
  /** What it calls itself, or is to be called. */
  readonly name: string
  readonly address?: PeerAddress | undefined
}

/** What a device is called that gives no name that could be its own. */
const nameless = 'device'

/**
 * Opens the remembered devices kept in `home`.
 * @throws ChatctlError `not-readable`
 */
export async function loadKnownPeers(home: string): Promise<KnownPeers> {
  const peers = new KnownPeers(new PeerJournal(home))
  await peers.refresh()
  return peers
}

/** The devices that are remembered on this one, whichever process has written it, and what may be changed of that. */
export class KnownPeers {
  readonly #store: PeerStore
  #turn = Promise.resolve()

  constructor(journal: PeerJournal) {
    this.#store = new PeerStore(journal)
  }

  /** Hears of each device that was forgotten since the last look, though it may be remembered again. */
  set onForgotten(hear: (fingerprint: string) => void) {
    this.#store.onForgotten = hear
  }

  /** Every remembered device, in the order in which they came to be remembered. */
  list(): KnownPeer[] {
    return this.#store.set.list()
  }

  has(fingerprint: string): boolean {
    return this.get(fingerprint) !== undefined
  }

  get(fingerprint: string): KnownPeer | undefined {
    return this.#store.set.get(fingerprint)
  }

  find(name: string): KnownPeer | undefined {
    return this.#store.set.find(name)
  }

  /** The remembered device that answered last at an address. */
  lastAt(address: PeerAddress): KnownPeer | undefined {
    return this.#store.set.lastAt(address)
  }

  /** Returns, once, that the journal was found damaged: `damaged-peers`, in words for a person. */
  takeDamage(): ChatctlError | undefined {
    return this.#store.takeDamage()
  }

  /**
   * Takes in what other processes have written meanwhile.
   * @throws ChatctlError `not-readable`
   */
  refresh(): Promise<void> {
    return this.#store.refresh()
  }

  /**
   * Remembers a device under the name that it gives, or the nearest free one. One that is remembered already keeps its
   * name, and only its address is taken note of. Returns it, and whether it is remembered only now.
   * @throws ChatctlError `not-writable`, `disk-full`, `not-readable`
   */
  remember(fingerprint: string, {name, address}: Acquaintance): Promise<{peer: KnownPeer; isNew: boolean}> {
    return this.#inTurn(async () => {
      const known = this.get(fingerprint)
      if (known) await this.#meet(known, address)
      else
        await this.#store.append({type: 'remember', fingerprint, name: this.#nameFor(name), ...(address && {address})})
      return {peer: this.#require(this.get(fingerprint), name), isNew: known === undefined}
    })
  }

  /**
   * Takes note of where a remembered device was met; nothing for one that is not.
   * @throws ChatctlError `not-writable`, `disk-full`, `not-readable`
   */
  meet(fingerprint: string, address: PeerAddress): Promise<void> {
    return this.#inTurn(async () => {
      const known = this.get(fingerprint)
      if (known) await this.#meet(known, address)
    })
  }

  /**
   * Remembers a device that has proved nothing, on the word of whoever knows its fingerprint.
   * @throws ChatctlError `bad-argument`, `bad-nick`, `not-writable`, `disk-full`, `not-readable`
   */
  add(fingerprint: string, name: string): Promise<KnownPeer> {
    return this.#inTurn(async () => {
      if (!isFingerprint(fingerprint)) throw notAFingerprint()
      const known = this.get(fingerprint)
      if (known)
        throw new ChatctlError('bad-argument', `this device is remembered as ${known.name}`, {hint: renameHint})
      this.#checkFree(name)
      await this.#store.append({type: 'remember', fingerprint, name})
      return this.#require(this.get(fingerprint), name)
    })
  }

  /**
   * Gives a remembered device another name; returns it under that one.
   * @throws ChatctlError `unknown-peer`, `bad-nick`, `bad-argument`, `not-writable`, `disk-full`, `not-readable`
   */
  rename(name: string, newName: string): Promise<KnownPeer> {
    return this.#inTurn(async () => {
      const {fingerprint} = this.#require(this.find(name), name)
      this.#checkFree(newName, fingerprint)
      await this.#store.append({type: 'rename', fingerprint, name: newName})
      return this.#require(this.get(fingerprint), newName)
    })
  }

  /**
   * Forgets a device; returns what was known of it.
   * @throws ChatctlError `unknown-peer`, `not-writable`, `disk-full`, `not-readable`
   */
  forget(name: string): Promise<KnownPeer> {
    return this.#inTurn(async () => {
      const peer = this.#require(this.find(name), name)
      await this.#store.append({type: 'forget', fingerprint: peer.fingerprint})
      return peer
    })
  }

  /** One change after the other, each from what the journal says by then. */
  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const changed = this.#turn.then(async () => {
      await this.refresh()
      return change()
    })
    this.#turn = changed.then(noop, noop)
    return changed
  }

  /** An address that was dialled says more than where someone came from, which may be the door of a whole network. */
  async #meet({fingerprint, address: known}: KnownPeer, address: PeerAddress | undefined): Promise<void> {
    if (address === undefined || (address.port === undefined && known?.port !== undefined)) return
    const isSame = known?.host === address.host && known.port === address.port
    if (!isSame || this.lastAt(address)?.fingerprint !== fingerprint)
      await this.#store.append({type: 'meet', fingerprint, address})
  }

  #nameFor(wanted: string): string {
    return this.#store.set.freeName(isNick(wanted) ? toPeerName(wanted) : nameless)
  }

  #checkFree(name: string, fingerprint?: string): void {
    checkPeerName(name)
    if (this.#store.set.isFree(name, fingerprint)) return
    throw new ChatctlError('bad-argument', `the name ${name} is taken`, {hint: listHint})
  }

  #require(peer: KnownPeer | undefined, name: string): KnownPeer {
    if (peer) return peer
    throw new ChatctlError('unknown-peer', `no device is remembered as ${name}`)
  }
}

const listHint = '`chatctl peers` lists the remembered devices.'
const renameHint = '`chatctl peers rename NAME NEW` gives it another name.'

const noop = (): void => undefined

function notAFingerprint(): ChatctlError {
  const hint = '`chatctl id` on the other device prints it.'
  return new ChatctlError('bad-argument', 'a fingerprint has 64 hexadecimal digits', {hint})
}
