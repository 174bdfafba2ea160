import {freeNick, nickKey} from '../protocol/nick.js'
import type {PeerAddress, PeerRecord} from './peer-records.js'

/** A device that is remembered. */
export interface KnownPeer {
  readonly fingerprint: string
  /** What it is called here, whatever it calls itself: no other one is called so. */
  readonly name: string
  /** Where it was met last. */
  readonly address?: PeerAddress | undefined
  /** Since when it is remembered, as ISO time. */
  readonly since: string
}

/** Names that are no device's: who joins `localhost` means the machine, whatever some device calls itself. */
const reserved = new Set(['localhost'])

/** The remembered devices: what the records of a journal, taken one after the other, come to. */
export class PeerSet {
  /** By fingerprint. */
  readonly #peers = new Map<string, KnownPeer>()
  /** Fingerprints, by what names have in common that people would take for each other. */
  readonly #named = new Map<string, string>()
  /** Fingerprints of whoever answered last, by address. */
  readonly #answered = new Map<string, string>()

  /** Every device, in the order in which they came to be remembered. */
  list(): KnownPeer[] {
    return [...this.#peers.values()]
  }

  get(fingerprint: string): KnownPeer | undefined {
    return this.#peers.get(fingerprint)
  }

  find(name: string): KnownPeer | undefined {
    return this.get(this.#named.get(nickKey(name)) ?? '')
  }

  /** The remembered device that answered last at an address. */
  lastAt(address: PeerAddress): KnownPeer | undefined {
    return this.get(this.#answered.get(keyOf(address)) ?? '')
  }

  /** Whether a name is no other device's. */
  isFree(name: string, fingerprint?: string): boolean {
    const key = nickKey(name)
    const owner = this.#named.get(key)
    return !reserved.has(key) && (owner === undefined || owner === fingerprint)
  }

  /** The wanted name, or the nearest one that is free. */
  freeName(wanted: string, fingerprint?: string): string {
    return freeNick(wanted, name => !this.isFree(name, fingerprint))
  }

  /** Takes the next record. What is about a device that is not remembered came too late, and is no matter. */
  apply(record: PeerRecord): void {
    if (record.type === 'told') return
    const peer = this.#peers.get(record.fingerprint)
    switch (record.type) {
      case 'remember':
        return this.#remember(peer, record)
      case 'rename':
        return peer && this.#put({...peer, name: this.freeName(record.name, peer.fingerprint)})
      case 'meet':
        return peer && this.#meet(peer, record.address)
      case 'forget':
        return peer && this.#remove(peer)
    }
  }

  /** Who is remembered already keeps the name. */
  #remember(peer: KnownPeer | undefined, record: Extract<PeerRecord, {type: 'remember'}>): void {
    const {fingerprint, address, at} = record
    const remembered = peer ?? {fingerprint, name: this.freeName(record.name), since: at}
    this.#put(remembered)
    if (address) this.#meet(remembered, address)
  }

  #meet(peer: KnownPeer, address: PeerAddress): void {
    this.#put({...peer, address})
    this.#answered.set(keyOf(address), peer.fingerprint)
  }

  #put(peer: KnownPeer): void {
    const before = this.#peers.get(peer.fingerprint)
    if (before) this.#named.delete(nickKey(before.name))
    this.#peers.set(peer.fingerprint, peer)
    this.#named.set(nickKey(peer.name), peer.fingerprint)
  }

  #remove({fingerprint, name}: KnownPeer): void {
    this.#peers.delete(fingerprint)
    this.#named.delete(nickKey(name))
  }
}

function keyOf({host, port = 0}: PeerAddress): string {
  return `${port} ${host.toLowerCase()}`
}
