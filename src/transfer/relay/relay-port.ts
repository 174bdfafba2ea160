import type {FileMessage} from '../../protocol/messages.js'
import type {ChannelLabel} from '../../protocol/payloads.js'
import {maxRelays} from '../limits.js'
import {RelayPipe, type RelayFollower, type RelayLimits, type RelaySource, type RelayTarget} from './relay-pipe.js'

/** How one end of a relay takes what its session brings. */
export interface RelayEnd {
  /** Whether the file comes from here. */
  readonly isSource: boolean
  take(message: FileMessage): void
  /** Takes part in a channel that the peer opened for it, and maybe for others; undefined when none is due. */
  follow(label: ChannelLabel): RelayShare | undefined
  /** The connection is gone, and with it every channel; the session may come back. */
  detached(): void
  /** The session is over. */
  gone(): void
}

/** What one relay has of a channel that the peer opened. */
export interface RelayShare {
  /** Undefined when whom it is for cannot be reached at this moment. */
  readonly follower: RelayFollower | undefined
  /** Bytes that may come, null when nobody knows. */
  readonly bytes: number | null
  /** Takes the pipe that everyone shares. */
  began: (pipe: RelayPipe) => void
}

/** What a port asks of its session. */
export interface RelaySession {
  readonly isAttached: boolean
  send(message: FileMessage): unknown
  openChannel(label: ChannelLabel): RelayTarget
}

/** One session as relays see it: those that come from it, and those that go to it. */
export class RelayPort {
  readonly #session: RelaySession
  readonly #ends = new Map<string, RelayEnd>()
  readonly #limits: RelayLimits
  #isOpen = true

  constructor(session: RelaySession, limits: RelayLimits) {
    this.#session = session
    this.#limits = limits
  }

  /** Whether it may take one more relay that comes from here, or one more that goes here. */
  hasPlace(isSource: boolean): boolean {
    const others = [...this.#ends.values()].filter(end => end.isSource === isSource)
    return others.length < maxRelays
  }

  /** Whether a transfer of this session is relayed. */
  has(transfer: string): boolean {
    return this.#ends.has(transfer)
  }

  add(transfer: string, end: RelayEnd): void {
    this.#ends.set(transfer, end)
  }

  remove(transfer: string): void {
    this.#ends.delete(transfer)
  }

  /** Tells the peer something, unless the session is over. */
  say(message: FileMessage): void {
    if (this.#isOpen) this.#session.send(message)
  }

  /** Opens a channel to the peer; undefined while it is cut off. */
  openChannel(label: ChannelLabel): RelayTarget | undefined {
    return this.#session.isAttached ? this.#session.openChannel(label) : undefined
  }

  /** Takes a message of the peer; false when it concerns no relay. */
  handle(message: FileMessage): boolean {
    const end = this.#ends.get(message.transfer)
    end?.take(message)
    return end !== undefined
  }

  /** Takes a channel that the peer opened, for those that are relayed and for others here; false when none of them is relayed. */
  handleChannel(channel: RelaySource, others: readonly RelayShare[] = []): boolean {
    const ends = transfersOf(channel.label).flatMap(transfer => this.#ends.get(transfer) ?? [])
    if (ends.length + others.length === 0) return false
    this.#pass(channel, [...others, ...ends.flatMap(end => end.follow(channel.label) ?? [])])
    return true
  }

  #pass(channel: RelaySource, shares: readonly RelayShare[]): void {
    const reached = shares.filter(({follower}) => follower !== undefined)
    if (shares.length === 0) return channel.reset('unknown-transfer')
    if (reached.length === 0) return channel.reset('connection-lost')
    const followers = reached.flatMap(({follower}) => follower ?? [])
    const pipe = new RelayPipe(channel, followers, leastBytes(reached), this.#limits)
    for (const {began} of reached) began(pipe)
  }

  /** The connection is gone. */
  detached(): void {
    for (const end of this.#ends.values()) end.detached()
  }

  /** The session is over, and with it every relay. */
  close(): void {
    this.#isOpen = false
    for (const end of [...this.#ends.values()]) end.gone()
  }
}

/** All transfers that a channel is opened for. */
export function transfersOf({transfer, with: others = []}: ChannelLabel): string[] {
  return [transfer, ...others]
}

/** What may come is what every one of them may get. */
function leastBytes(shares: readonly RelayShare[]): number | null {
  const least = Math.min(...shares.map(({bytes}) => bytes ?? Infinity))
  return least === Infinity ? null : least
}
