import type {FileMessage} from '../../protocol/messages.js'
import type {ChannelLabel} from '../../protocol/payloads.js'
import {maxRelays} from '../limits.js'
import type {RelaySource, RelayTarget} from './relay-pipe.js'

/** How one end of a relay takes what its session brings. */
export interface RelayEnd {
  /** Whether the file comes from here. */
  readonly isSource: boolean
  take(message: FileMessage): void
  /** Takes the channel that the peer opened for it; false when none is due. */
  open(channel: RelaySource): boolean
  /** The connection is gone, and with it every channel; the session may come back. */
  detached(): void
  /** The session is over. */
  gone(): void
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
  #isOpen = true

  constructor(session: RelaySession) {
    this.#session = session
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

  /** Takes a channel that the peer opened; false when it concerns no relay. */
  handleChannel(channel: RelaySource): boolean {
    const end = this.#ends.get(channel.label.transfer)
    if (end && !end.open(channel)) channel.reset('unknown-transfer')
    return end !== undefined
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
