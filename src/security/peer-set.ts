import {looksOf} from '../protocol/look.js'
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

/** Who answered at an address. */
interface Answer {
  readonly fingerprint: string
  readonly address: PeerAddress
}

/** The name that is no device's: who joins it means the machine, whatever some device calls itself. */
const reserved = 'localhost'

/** Found when the first name is compared: it takes the table of looks. */
let reservedLooks: Set<string> | undefined

/** The remembered devices: what the records of a journal, taken one after the other, come to. */
export class PeerSet {
  /** By fingerprint. */
  readonly #peers = new Map<string, KnownPeer>()
  /** Fingerprints, by the ways to write one name. */
  readonly #named = new Map<string, string>()
  /** Fingerprints, by what their names can be taken for: no two names have a look in common. */
  readonly #looks = new Map<string, string>()
  /** Fingerprints of whoever answered last, by address. */
  readonly #answered = new Map<string, Answer>()
  /** When whoever was ever forgotten was last, by fingerprint. */
  readonly #forgotten = new Map<string, string>()

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
    return this.get(this.#answered.get(keyOf(address))?.fingerprint ?? '')
  }

  /** Whether a name can be taken for no other device's. */
  isFree(name: string, fingerprint?: string): boolean {
    const looks = [...looksOf(name)]
    if (looks.some(look => (reservedLooks ??= looksOf(reserved)).has(look))) return false
    return looks.every(look => [undefined, fingerprint].includes(this.#looks.get(look)))
  }

  /** The wanted name, or the nearest one that is free. */
  freeName(wanted: string, fingerprint?: string): string {
    return freeNick(wanted, name => !this.isFree(name, fingerprint))
  }

  /** Takes the next record. What is about a device that is not remembered came too late, and is no matter. */
  apply(record: PeerRecord): void {
    if (record.type === 'told' || record.type === 'compacted') return
    const peer = this.#peers.get(record.fingerprint)
    switch (record.type) {
      case 'remember':
        return this.#remember(peer, record)
      case 'rename':
        return peer && this.#put({...peer, name: this.freeName(record.name, peer.fingerprint)})
      case 'meet':
        return peer && this.#meet(peer, record.address)
      case 'forget':
        this.#forgotten.set(record.fingerprint, record.at)
        return peer && this.#remove(peer)
    }
  }

  /** Whom an earlier state of the same journal had not forgotten yet, though they may be remembered again. */
  forgottenSince(earlier: PeerSet): string[] {
    const forgotten = [...this.#forgotten.keys()]
    const unheard = forgotten.filter(found => this.#forgotten.get(found) !== earlier.#forgotten.get(found))
    // Their lines may have been lost as well.
    const missing = [...earlier.#peers.keys()].filter(found => !this.#peers.has(found))
    return [...new Set([...unheard, ...missing])]
  }

  /** The fewest records that come to the same: also who was forgotten, for those who have not heard of it yet. */
  toRecords(): PeerRecord[] {
    const forgotten = [...this.#forgotten].map(([fingerprint, at]) => ({type: 'forget' as const, fingerprint, at}))
    const remembered = this.list().map(({fingerprint, name, since}) => {
      return {type: 'remember' as const, fingerprint, name, at: since}
    })
    return [...forgotten, ...remembered, ...this.#meetings()]
  }

  /** Where each device was met last comes last of it; and who answered last at an address, last of that. */
  #meetings(): PeerRecord[] {
    const answers = [...this.#answered.values()]
    const isLastPlace = ({fingerprint, address}: Answer): boolean => isSame(this.get(fingerprint)?.address, address)
    const lastPlaces = this.list().flatMap(({fingerprint, address}) => (address ? [{fingerprint, address}] : []))
    const meetings = [...answers.filter(answer => !isLastPlace(answer)), ...lastPlaces, ...answers.filter(isLastPlace)]
    return meetings.flatMap(({fingerprint, address}) => {
      const peer = this.get(fingerprint)
      return peer ? [{type: 'meet', fingerprint, address, at: peer.since}] : []
    })
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
    this.#answered.set(keyOf(address), {fingerprint: peer.fingerprint, address})
  }

  #put(peer: KnownPeer): void {
    const before = this.#peers.get(peer.fingerprint)
    this.#peers.set(peer.fingerprint, peer)
    if (before?.name === peer.name) return
    if (before) this.#disown(before)
    this.#named.set(nickKey(peer.name), peer.fingerprint)
    for (const look of looksOf(peer.name)) this.#looks.set(look, peer.fingerprint)
  }

  #remove(peer: KnownPeer): void {
    this.#peers.delete(peer.fingerprint)
    this.#disown(peer)
    for (const [place, {fingerprint}] of this.#answered) {
      if (fingerprint === peer.fingerprint) this.#answered.delete(place)
    }
  }

  #disown({name}: KnownPeer): void {
    this.#named.delete(nickKey(name))
    for (const look of looksOf(name)) this.#looks.delete(look)
  }
}

function keyOf({host, port = 0}: PeerAddress): string {
  return `${port} ${host.toLowerCase()}`
}

function isSame(one: PeerAddress | undefined, other: PeerAddress): boolean {
  return one !== undefined && keyOf(one) === keyOf(other)
}
