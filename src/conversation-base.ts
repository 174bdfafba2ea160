import type {
  Compression,
  Conversation,
  Display,
  Identity,
  Member,
  NamedStream,
  Offer,
  OutgoingFile,
  RememberedPeer,
  RoomEvent,
  RoundTrip,
  SendOptions,
  Transfer,
  Verification,
  Waiting,
} from './conversation.js'
import {ChatctlError} from './errors/index.js'
import {EventHub} from './room/event-hub.js'
import {everyone} from './protocol/nick.js'
import type {PeerMemory} from './peer-memory.js'
import {RoomView} from './room/room-view.js'
import {verificationWords} from './security/verification-words.js'
import type {Clock} from './session/clock.js'
import type {Session} from './session/session.js'
import {tidyParts, type Intake} from './transfer/intake.js'
import {SharingPool} from './transfer/many/sharing-pool.js'
import {Bandwidth} from './transfer/pace/bandwidth.js'
import type {TransferDesk} from './transfer/transfer-desk.js'
import {closeOnAbort} from './transport/close-on-abort.js'
import {unlessAborted} from './transport/unless-aborted.js'

const loneHint = 'Whoever comes is announced here; what you offer then arrives.'

/** How a conversation is over. */
export type Ending = Awaited<Conversation['ended']>

/** What the host's and a member's conversation have in common: the view of the room, its events, and its files. */
export abstract class ConversationBase {
  protected readonly view = new RoomView()
  protected readonly hub = new EventHub()
  /** What shows the conversation. */
  protected readonly displays = new Set<Display>()
  readonly bandwidth: Bandwidth
  /** Where those meet who are offered the same. */
  protected readonly sharing: SharingPool
  compression: Compression = 'auto'
  readonly ended: Promise<Ending>
  #finish: (ending: Ending) => void = () => undefined
  #isOver = false

  readonly #clock: Clock
  readonly #intake: Intake

  constructor(clock: Clock, intake: Intake) {
    this.#clock = clock
    this.#intake = intake
    this.bandwidth = new Bandwidth(clock)
    this.sharing = new SharingPool(clock)
    this.ended = new Promise(resolve => (this.#finish = resolve))
  }

  get me(): Member {
    return this.view.me
  }

  get host(): Member {
    return this.view.host
  }

  members(): Member[] {
    return this.view.members()
  }

  subscribe(listener: (event: RoomEvent) => void): () => void {
    return this.hub.subscribe(listener)
  }

  /** Who reads slowly is a display like any other: a flood goes at its pace. */
  events({signal}: Waiting = {}): AsyncIterableIterator<RoomEvent> {
    const reader = this.hub.events(over => this.displays.delete(over), signal)
    if (!reader.isOver) this.displays.add(reader)
    return reader
  }

  paceBy(display: Display): void {
    this.displays.add(display)
  }

  offers(): Offer[] {
    return this.desks().flatMap(desk => desk.offers())
  }

  accept(transfer: number, as?: string): void {
    this.#deskOf(transfer).accept(transfer, as)
  }

  decline(transfer: number): void {
    this.#deskOf(transfer).decline(transfer)
  }

  /** Gives up a transfer, for a reason that both sides are told. */
  cancel(transfer: number, reason?: ChatctlError): void {
    this.#deskOf(transfer).cancel(transfer, reason)
  }

  /** Lets a transfer stand still, and tells the other end. */
  pause(transfer: number): void {
    this.#deskOf(transfer).pause(transfer)
  }

  /** Lets a transfer go on that was paused here. */
  resume(transfer: number): void {
    this.#deskOf(transfer).resume(transfer)
  }

  /**
   * Whom a file is for: the member of a nick, everyone else for `all`, in a room of two the other by default.
   * @throws ChatctlError `no-recipient`, `unknown-member`
   */
  recipients(to?: string): Member[] {
    if (to !== undefined && to !== everyone) return [this.view.find(to)]
    const others = this.members()
    if (others.length === 0) throw new ChatctlError('no-recipient', 'nobody else is here', {hint: loneHint})
    if (others.length > 1 && to === undefined)
      throw new ChatctlError('no-recipient', 'there are several people here: for whom is the file?')
    return others
  }

  /** Offers a file to someone: by name, or in a room of two to the other. */
  async sendFile(path: string | NamedStream, {to, signal, ...options}: SendOptions = {}): Promise<OutgoingFile> {
    signal?.throwIfAborted()
    const [member, ...more] = typeof to === 'object' ? [to] : this.recipients(to)
    if (member === undefined || more.length > 0)
      throw new ChatctlError('no-recipient', 'one file is for one member: offer it to each of them')
    const outgoing = await this.deskFor(member).offer(path, {compression: this.compression, ...options, to: member})
    void closeOnAbort(
      signal,
      () => this.#giveUp(outgoing.transfer),
      () => Promise.allSettled([outgoing.delivered]),
    )
    signal?.throwIfAborted()
    return outgoing
  }

  transfers(): Transfer[] {
    const all = this.desks().flatMap(desk => desk.transfers())
    return all.sort((one, other) => one.transfer - other.transfer)
  }

  get bandwidthLimit(): number | undefined {
    const {isLimited, bytesPerSecond} = this.bandwidth.send
    return isLimited ? bytesPerSecond : undefined
  }

  limitBandwidth(bytesPerSecond: number | undefined): void {
    this.bandwidth.limit(bytesPerSecond)
  }

  peers(): RememberedPeer[] {
    return this.memory.list()
  }

  async forget(name: string): Promise<void> {
    await this.memory.forget(name)
  }

  /**
   * Tells what to compare with a member.
   * @throws ChatctlError `unknown-member`, `no-recipient`, `bad-argument`
   */
  async verify(nick?: string): Promise<Verification> {
    const {member, host, guest} = this.endsTo(nick)
    return {member, words: host === guest ? undefined : await verificationWords(host, guest)}
  }

  /**
   * Tells how long it takes to reach someone.
   * @throws ChatctlError `unknown-member`, `no-recipient`, `host-only`; `connection-lost`; the reason of the signal
   */
  async ping(nick?: string, {signal}: Waiting = {}): Promise<RoundTrip> {
    const member = nick === undefined ? this.#nearest() : this.view.find(nick)
    const session = this.sessionTo(member)
    if (session === undefined) throw new ChatctlError('host-only', `only the host reaches ${member.nick} directly`)
    const sentAt = this.#clock.now()
    await unlessAborted(signal, session.ping())
    return {member, ms: this.#clock.now() - sentAt}
  }

  /**
   * Tells what is known of a member's device.
   * @throws ChatctlError `unknown-member`
   */
  identify(nick: string): Identity {
    const member = this.view.find(nick)
    const fingerprint = this.fingerprintOf(member)
    if (fingerprint === undefined) return {member}
    const knownAs = this.memory.nameOf(fingerprint)
    return knownAs === undefined ? {member, fingerprint} : {member, fingerprint, knownAs}
  }

  get out(): string {
    return this.#intake.directory
  }

  /**
   * Has files received elsewhere that are taken from now on.
   * @throws ChatctlError `not-readable`, `not-writable`
   */
  async receiveInto(directory: string): Promise<void> {
    await tidyParts(directory)
    this.#intake.directory = directory
  }

  /** Whom this end remembers. */
  protected abstract get memory(): PeerMemory

  /**
   * The member of a nick, by default the one at the other end, and the fingerprints of the host and of the guest.
   * @throws ChatctlError when this end does not know the devices of both
   */
  protected abstract endsTo(nick: string | undefined): {member: Member; host: string; guest: string}

  /** The session that reaches a member, if this end has one. */
  protected abstract sessionTo(member: Member): Session | undefined

  /** The fingerprint of a member's device, if this end has met it. */
  protected abstract fingerprintOf(member: Member): string | undefined

  /** Every desk that files go over. */
  protected abstract desks(): TransferDesk[]

  /**
   * The desk that reaches a member.
   * @throws ChatctlError when none does
   */
  protected abstract deskFor(member: Member): TransferDesk

  /** Whether the conversation is over. */
  protected get isOver(): boolean {
    return this.#isOver
  }

  /** Ends the conversation, once. */
  protected finish(reason: string, error?: ChatctlError): void {
    if (this.#isOver) return
    this.#isOver = true
    this.hub.emit({event: 'bye', reason})
    this.#finish(error ? {reason, error} : {reason})
  }

  /** Cancels a transfer that may just have ended by itself. */
  #giveUp(transfer: number): void {
    this.desks()
      .find(desk => desk.has(transfer))
      ?.cancel(transfer)
  }

  #nearest(): Member {
    if (this.me.id !== this.host.id) return this.host
    const [member, ...more] = this.recipients()
    if (member && more.length === 0) return member
    throw new ChatctlError('no-recipient', 'nobody is named')
  }

  #deskOf(transfer: number): TransferDesk {
    const desk = this.desks().find(candidate => candidate.has(transfer))
    if (desk) return desk
    throw new ChatctlError('unknown-transfer', `no file of number ${transfer} waits here or is on its way`)
  }
}
